package dev.signalbox.analysis.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.analysis.Rule;
import dev.signalbox.analysis.logs.Known;
import dev.signalbox.analysis.logs.Part;
import dev.signalbox.config.Position;
import dev.signalbox.route.Field;
import dev.signalbox.route.Match;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.RouteAction;
import dev.signalbox.route.TextTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is decided of a request in part is true of every whole request that it may be. */
class PartlyKnownTest {
  private static final String[] HOSTS = {"a.example", "b.example"};
  private static final String[] PATHS = {"/", "/x", "/x/y", "/z"};
  private static final String[] METHODS = {"GET", "POST"};
  private static final @Nullable String[] VALUES = {null, "1", "2"};

  /** All that a request of this test is made of. */
  private record Whole(
      String method, String host, String path, @Nullable String header, @Nullable String cookie) {
    OfflineRequest request() {
      var builder = OfflineRequest.of(method, host + path);
      if (header != null) {
        builder.header("X-H", header);
      }
      if (cookie != null) {
        builder.header("Cookie", "c=" + cookie);
      }
      return builder.build();
    }
  }

  @Test
  void noWholeRequestContradictsWhatIsDecidedOfItsPart() {
    var random = new Random(7);
    int taken = 0;
    int none = 0;
    int depends = 0;
    for (int round = 0; round < 600; round++) {
      var rules = new ArrayList<Rule>();
      for (int i = random.nextInt(1, 5); i > 0; i--) {
        rules.add(rule(rules.size(), match(random, 3)));
      }
      var partly = new PartlyKnown(rules);
      boolean knowsHost = random.nextBoolean();
      boolean knowsHeader = random.nextBoolean();
      boolean knowsCookie = random.nextBoolean();
      var headers = new HashSet<String>();
      if (knowsHeader) {
        headers.add("x-h");
      }
      if (knowsCookie) {
        headers.add("cookie");
      }
      var known = Known.of(knowsHost ? Set.of(Part.HOST) : Set.of(), false, headers);
      for (var method : METHODS) {
        for (var path : PATHS) {
          var host = HOSTS[random.nextInt(2)];
          var header = VALUES[random.nextInt(3)];
          var cookie = VALUES[random.nextInt(3)];
          var winners = new HashSet<Integer>();
          for (var h : knowsHost ? new String[] {host} : HOSTS) {
            for (var x : knowsHeader ? new @Nullable String[] {header} : VALUES) {
              for (var c : knowsCookie ? new @Nullable String[] {cookie} : VALUES) {
                winners.add(winner(rules, new Whole(method, h, path, x, c).request()));
              }
            }
          }
          var decision =
              partly.decide(new Whole(method, host, path, header, cookie).request(), known);
          switch (decision) {
            case Decision.Taken(var rule) -> {
              taken++;
              assertThat(winners).as(rules.toString()).containsExactly(rule.index());
            }
            case Decision.NoRule _ -> {
              none++;
              assertThat(winners).as(rules.toString()).containsExactly(-1);
            }
            case Decision.Depends on -> {
              depends++;
              var possible = new HashSet<Integer>();
              on.candidates().forEach(candidate -> possible.add(candidate.rule().index()));
              possible.add(on.otherwise() == null ? -1 : on.otherwise().index());
              assertThat(possible).as(rules.toString()).containsAll(winners);
              assertThat(on.subjects()).isNotEmpty().isSubsetOf(unknown(known));
            }
          }
        }
      }
    }
    assertThat(List.of(taken, none, depends)).allMatch(count -> count > 300);
  }

  private static Set<String> unknown(Known known) {
    var unknown = new HashSet<String>();
    if (!known.knows(Part.HOST)) {
      unknown.add("host");
    }
    if (!known.knowsHeader("x-h")) {
      unknown.add("header x-h");
    }
    if (!known.knowsHeader("cookie")) {
      unknown.add("cookie c");
    }
    return unknown;
  }

  private static int winner(List<Rule> rules, OfflineRequest request) {
    for (var rule : rules) {
      if (rule.match().matches(request)) {
        return rule.index();
      }
    }
    return -1;
  }

  private static Rule rule(int index, Match match) {
    return new Rule(
        index,
        "r" + index,
        match,
        RouteAction.To.just("u" + index),
        new Position("a.yaml", index + 1, 1, 1),
        "",
        List.of());
  }

  private static Match match(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 8)) {
      case 0 -> new Match.HostIs(HOSTS[random.nextInt(2)]);
      case 1 -> new Match.PathIs(PATHS[random.nextInt(PATHS.length)]);
      case 2 -> new Match.PathUnder(random.nextBoolean() ? "/x" : "");
      case 3 -> field(new Field.Header("x-h"), random);
      case 4 -> field(new Field.Cookie("c"), random);
      case 5 -> new Match.Not(match(random, depth - 1));
      case 6 -> new Match.All(List.of(match(random, depth - 1), match(random, depth - 1)));
      default -> new Match.Any(List.of(match(random, depth - 1), match(random, depth - 1)));
    };
  }

  private static Match field(Field field, Random random) {
    return new Match.FieldMatch(
        field, random.nextBoolean() ? new TextTest.Present() : new TextTest.Is("1", false));
  }
}
