package dev.signalbox.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.route.LinearRoutes;
import dev.signalbox.route.Match;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HostListsTest {
  private static final List<Match> CONDITIONS =
      List.of(
          Match.host("a.example"),
          Match.host("b.example"),
          Match.host("*.a.example"),
          Match.host("x.a.example"),
          Match.path("/a"),
          Match.path("/b/**"),
          new Match.MethodIs(List.of("POST")));

  @Test
  void findsWhatAskingEachInTurnFinds() {
    var random = new SplittableRandom(3);
    for (int round = 0; round < 500; round++) {
      var routes = new ArrayList<Route<Integer>>();
      for (int i = 0; i < 6; i++) {
        routes.add(new Route<>("r" + i, match(random, 2), i));
      }
      var lists = new HostLists<>(routes);
      var linear = new LinearRoutes<>(routes);
      for (var host : List.of("", "http://a.example", "http://x.a.example", "http://c.example")) {
        for (var path : List.of("/a", "/b/c", "/")) {
          for (var method : List.of("GET", "POST")) {
            var request = OfflineRequest.of(method, host + path).build();
            assertThat(lists.find(request)).as("%s", request).isEqualTo(linear.find(request));
          }
        }
      }
    }
  }

  private static Match match(SplittableRandom random, int deepest) {
    var some = new ArrayList<Match>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      some.add(
          deepest > 0 && random.nextInt(4) == 0
              ? match(random, deepest - 1)
              : CONDITIONS.get(random.nextInt(CONDITIONS.size())));
    }
    return switch (random.nextInt(5)) {
      case 0 -> new Match.Any(some);
      case 1 -> new Match.Not(some.getFirst());
      case 2 -> some.getFirst();
      default -> new Match.All(some);
    };
  }
}
