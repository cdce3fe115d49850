package dev.signalbox.analysis;

import dev.signalbox.config.Cidr;
import dev.signalbox.config.Position;
import dev.signalbox.route.CountryIn;
import dev.signalbox.route.Field;
import dev.signalbox.route.Match;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.PathTemplate;
import dev.signalbox.route.Regex;
import dev.signalbox.route.RouteAction;
import dev.signalbox.route.TextTest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Small random lists of rules over few words, and grids of all requests that can be made of these
 * words, so that nearly everything meets nearly everything. The same seed makes the same.
 */
final class RandomRules {
  /** Of whole requests, without fields: 5 × 9 × 3 × 2 × 4, and {@code OPTIONS *}. */
  static final List<OfflineRequest> PLAIN = plain();

  /** Of fields, each there or not: 2 × 2 × 6 × 5 × 6 × 3 × 2. */
  static final List<OfflineRequest> FIELDS = fields();

  private final Random random;
  private final boolean isPlain;

  RandomRules(long seed) {
    this.random = new Random(seed);
    this.isPlain = seed % 2 == 0;
  }

  List<OfflineRequest> grid() {
    return isPlain ? PLAIN : FIELDS;
  }

  List<Rule> rules() {
    var rules = new ArrayList<Rule>();
    int size = 3 + random.nextInt(12);
    for (int i = 0; i < size; i++) {
      rules.add(rule(i, "r" + i, match(0), RouteAction.To.just("u" + random.nextInt(4))));
    }
    return rules;
  }

  /** The same rules, but for something small. */
  List<Rule> changed(List<Rule> rules) {
    var changed = new ArrayList<>(rules);
    int at = random.nextInt(rules.size());
    switch (random.nextInt(5)) {
      case 0 -> Collections.swap(changed, at, (at + 1) % rules.size());
      case 1 -> changed.remove(at);
      case 2 -> changed.add(at, rules.get(random.nextInt(rules.size())));
      case 3 -> {
        var rule = rules.get(at);
        changed.set(at, rule(at, "new", match(0), rule.action()));
      }
      default -> {
        var rule = rules.get(at);
        changed.set(at, rule(at, "new", new Match.Not(new Match.Not(rule.match())), rule.action()));
      }
    }
    var numbered = new ArrayList<Rule>();
    for (var rule : changed) {
      numbered.add(rule(numbered.size(), rule.name(), rule.match(), rule.action()));
    }
    return numbered;
  }

  static Rule rule(int index, String name, Match match, RouteAction action) {
    return new Rule(
        index, name, match, action, new Position("rules.yaml", index + 1, 1, 1), "", List.of());
  }

  private Match match(int depth) {
    int kind = random.nextInt(depth < 3 ? 19 : 13);
    if (kind >= 13) {
      return switch (kind) {
        case 13 -> new Match.Not(match(depth + 1));
        case 14 -> new Match.Any(matches(depth));
        default -> new Match.All(matches(depth));
      };
    }
    return isPlain ? ofWhole(kind) : ofField(kind);
  }

  private Match ofWhole(int kind) {
    return switch (kind) {
      case 0, 1 -> Match.host(one("a", "b", "*.a", "a.a"));
      case 2 -> new Match.HostMatches(Regex.of(one("a.*", "(a|b)(\\.a)?", "[ab]", ".+")));
      case 3, 4 -> Match.path(one("/", "/a", "/a/b", "/a/**", "/b/**", "/**", "/a/b/**"));
      case 5 -> PathTemplate.parse(one("/{x}", "/{x}/b", "/a/{x}", "/a/{rest...}", "/{x}/{y}"));
      case 6 -> new Match.PathMatches(Regex.of(one("/a.*", "/[ab]", "/.*b", "/(a|b)/.*", "/a/?")));
      case 7 -> new Match.MethodIs(some(() -> one("GET", "POST", "PUT")));
      case 8 -> new Match.SchemeIs(random.nextBoolean());
      case 9 -> new Match.SourceIn(some(() -> Cidr.parse(one("10.0.0.0/8", "0.0.0.0/0", "::/0"))));
      case 10 -> new CountryIn(Set.of(one("DE", "US"))); // of which nothing is known but yes or no
      case 11 -> Match.of(List.of(one("a", "b")), List.of(one("/a", "/b", "/a/**")));
      default -> Match.everything();
    };
  }

  private Match ofField(int kind) {
    return switch (kind) {
      case 0 -> Match.host(one("a", "b"));
      case 1 -> Match.path(one("/a", "/**"));
      case 2 -> new Match.ListenerIs(List.of(one("web", "admin")));
      default -> new Match.FieldMatch(field(), test());
    };
  }

  private Field field() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> new Field.Header("x-a");
      case 2 -> new Field.Cookie("c");
      case 3, 4 -> new Field.Query("q");
      default -> new Field.Sni();
    };
  }

  private TextTest test() {
    boolean anyCase = random.nextInt(3) == 0;
    return switch (random.nextInt(9)) {
      case 0, 1 -> new TextTest.Is(value(), anyCase);
      case 2 -> new TextTest.OneOf(some(this::value), anyCase);
      case 3 -> new TextTest.Prefix(value(), anyCase);
      case 4 -> new TextTest.Suffix(value(), anyCase);
      case 5 -> new TextTest.Contains(value(), anyCase);
      case 6 ->
          new TextTest.Matches(
              Regex.of(one("a+", "a|b", "(?i)A.*", "[ab0-9]*", ".*", "\\ba", "[^a]*", "ä?")));
      case 7 -> new TextTest.Range(random.nextInt(8), 8 + random.nextInt(20));
      default -> new TextTest.Present();
    };
  }

  private String value() {
    return one("a", "b", "A", "ab", "7", "12");
  }

  private List<Match> matches(int depth) {
    var matches = new ArrayList<Match>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      matches.add(match(depth + 1));
    }
    return matches;
  }

  private <T> List<T> some(Supplier<T> item) {
    var items = new ArrayList<T>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      items.add(item.get());
    }
    return items;
  }

  private String one(String... items) {
    return items[random.nextInt(items.length)];
  }

  private static List<OfflineRequest> plain() {
    var grid = new ArrayList<OfflineRequest>();
    for (var host : List.of("a", "b", "a.a", "b.a", "c")) {
      for (var path : List.of("/", "/a", "/b", "/a/", "/a/b", "/b/b", "/a/b/c", "/c", "/ab")) {
        for (var method : List.of("GET", "POST", "HEAD")) {
          for (var scheme : List.of("http://", "https://")) {
            for (var from : List.of("10.0.0.1", "11.0.0.1", "::1", "")) {
              grid.add(
                  OfflineRequest.of(method, scheme + host + path)
                      .client(address(from))
                      .country(from.startsWith("1") ? "DE" : from.isEmpty() ? null : "US")
                      .build());
            }
          }
        }
      }
    }
    grid.add(OfflineRequest.of("OPTIONS", "*").header("Host", "a").build());
    grid.add(OfflineRequest.get("/a")); // no host at all
    return List.copyOf(grid);
  }

  private static @Nullable InetAddress address(String text) {
    return text.isEmpty() ? null : InetAddress.ofLiteral(text);
  }

  private static List<OfflineRequest> fields() {
    var grid = new ArrayList<OfflineRequest>();
    for (var host : List.of("a", "b")) {
      for (var path : List.of("/a", "/b")) {
        for (var header : List.of("-", "a", "b", "AB", "7", "ä")) {
          for (var cookie : List.of("-", "a", "ab", "12", "")) {
            for (var query : List.of("-", "a", "b", "012", "", "%FF")) {
              for (var sni : List.of("-", "a", "b")) {
                for (var listener : List.of("web", "admin")) {
                  var url = "http://" + host + path + (query.equals("-") ? "" : "?q=" + query);
                  var request = OfflineRequest.of("GET", url).listener(listener);
                  if (!header.equals("-")) {
                    request.header("X-A", header);
                  }
                  if (!cookie.equals("-")) {
                    request.header("Cookie", "d=1; c=" + cookie);
                  }
                  grid.add(request.sni(sni.equals("-") ? null : sni).build());
                }
              }
            }
          }
        }
      }
    }
    return List.copyOf(grid);
  }
}
