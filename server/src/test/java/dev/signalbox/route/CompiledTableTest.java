package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiled table against its meaning, over every kind of condition. */
class CompiledTableTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void compiledAndLinearAgreeOnRandomRoutesOfEveryKind(long seed) {
    var random = new RandomRoutes(seed);
    int found = 0;
    for (int run = 0; run < 1000; run++) {
      found += agreements(random, random.routes(run % 4 == 0 ? 60 : 8), 30);
    }
    assertThat(found).as("requests of 30,000 that a route took").isBetween(15_000, 29_500);
  }

  @Test
  void compiledAndLinearAgreeWhereManyRoutesStandInOnePlace() {
    var random = new RandomRoutes(99);
    for (int run = 0; run < 200; run++) {
      var routes =
          random.routes(80).stream()
              .map(route ->
                  new Route<>(
                      route.name(),
                      Match.allOf(List.of(Match.path("/a"), route.match())),
                      route.value()))
              .toList();
      agreements(random, routes, 100);
    }
  }

  private static int agreements(RandomRoutes random, List<Route<Integer>> routes, int requests) {
    var table = RouteTable.of(routes);
    var linear = new LinearRoutes<>(routes);
    int found = 0;
    for (int i = 0; i < requests; i++) {
      var request = random.request();
      var expected = linear.find(request);
      if (table.find(request) != expected) { // asserted only where it fails: there are many
        assertThat(table.find(request))
            .as(request + "\n" + request.head().headers() + " in " + routes)
            .isSameAs(expected);
      }
      found += expected == null ? 0 : 1;
    }
    return found;
  }

  @Test
  void whatARegexBeginsWithIsNeverMoreThanEveryMatchDoes() {
    var pieces =
        List.of("/", "a", "b", "|", "(", ")", "?", "*", "+", "[ab]", "\\|", "[|]", "{0,1}");
    var random = new Random(1);
    int compiled = 0;
    int matched = 0;
    for (int run = 0; run < 20_000; run++) {
      var text = new StringBuilder();
      for (int i = random.nextInt(8); i >= 0; i--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      Regex regex;
      try {
        regex = Regex.of(text.toString());
      } catch (IllegalArgumentException _) {
        continue;
      }
      compiled++;
      for (int i = 0; i < 20; i++) {
        var subject = new StringBuilder();
        for (int length = random.nextInt(5); length > 0; length--) {
          subject.append("/ab|".charAt(random.nextInt(4)));
        }
        if (regex.matches(subject.toString())) {
          matched++;
          if (!subject.toString().startsWith(regex.literalPrefix())) {
            assertThat(subject).as(regex.toString()).startsWith(regex.literalPrefix());
          }
        }
      }
    }
    assertThat(compiled).isGreaterThan(3000);
    assertThat(matched).isGreaterThan(1000);
  }

  /** So that 10,000 that differ in one thing only are not asked one by one. */
  @Test
  void routesThatDifferInOneThingAreNotAskedOneByOne() {
    assertFewAsked(i -> Match.path("/t" + i + "/{id}/x"), "/t%d/7/x");
    assertFewAsked(i -> Match.path("/{id}/t" + i), "/7/t%d");
    assertFewAsked(i -> Match.path("/t" + i + "/{rest...}"), "/t%d/7/x");
    assertFewAsked(i -> new Match.PathMatches(Regex.of("/t" + i + "/[0-9]+")), "/t%d/7");
    assertFewAsked(i -> field(new Field.Query("v"), "t" + i), "/?v=t%d");
    assertFewAsked(
        i -> new Match.All(List.of(Match.path("/p"), field(new Field.Query("v"), "t" + i))),
        "/p?v=t%d");
    assertFewAsked(
        i ->
            new Match.All(
                List.of(
                    Match.path("/p/**"),
                    new Match.MethodIs(List.of("GET")),
                    new Match.Not(field(new Field.Header("x"), "y")),
                    field(new Field.Query("v"), "t" + i))),
        "/p/q?v=t%d");
  }

  private static Match field(Field field, String text) {
    return new Match.FieldMatch(field, new TextTest.Is(text, false));
  }

  private static void assertFewAsked(IntFunction<Match> match, String url) {
    var asked = new int[1];
    var routes = new ArrayList<Route<Integer>>();
    for (int i = 0; i < 10_000; i++) {
      routes.add(new Route<>("r" + i, match.apply(i), i));
    }
    var table = RouteTable.of(routes);
    for (int i : List.of(0, 5000, 9999)) {
      var request = OfflineRequest.get("h" + String.format(url, i));
      var counting = new CountingRequest(request, asked);
      asked[0] = 0;
      assertThat(table.find(counting)).isSameAs(routes.get(i));
      assertThat(asked[0]).as("looks at the head for " + routes.get(i)).isLessThan(30);
    }
  }

  @Test
  void methodsAreTold() {
    var routes =
        IntStream.range(0, 1000)
            .mapToObj(i -> new Route<>("r" + i, new Match.MethodIs(List.of("M" + i)), i))
            .toList();
    var asked = new int[1];
    var table = RouteTable.of(routes);
    var request = new CountingRequest(OfflineRequest.of("M999", "/").build(), asked);
    assertThat(table.find(request)).isSameAs(routes.getLast());
    assertThat(asked[0]).isLessThan(30);
  }

  @Test
  void lookupsByHostPathMethodAndFieldsAllocateNothing() {
    var routes = new ArrayList<Route<Integer>>();
    for (int i = 0; i < 500; i++) {
      var host = Match.host(i % 3 == 0 ? "*.h" + i % 50 + ".x" : "h" + i % 50 + ".x");
      var rest =
          switch (i % 8) {
            case 0 -> new Match.MethodIs(List.of("PUT", "DELETE"));
            case 1 -> field(new Field.Header("x-user"), "u" + i);
            case 2 -> field(new Field.Cookie("session"), "s" + i);
            case 3 -> field(new Field.Query("q"), "q" + i);
            case 4 -> test(new Field.Header("x-user"), new TextTest.Prefix("é", true));
            case 5 -> test(new Field.Query("n"), new TextTest.Range(i, i + 1));
            case 6 -> test(new Field.Cookie("session"), new TextTest.Contains("zz", false));
            default -> new Match.Not(test(new Field.Header("x-user"), new TextTest.Present()));
          };
      var path = Match.path(i % 2 == 0 ? "/a/{id}/b" + i % 5 : "/a/{rest...}");
      routes.add(new Route<>("r" + i, new Match.All(List.of(host, path, rest)), i));
    }
    var table = RouteTable.of(routes);
    var requests = new ArrayList<RouteRequest>();
    for (int i = 0; i < 64; i++) {
      requests.add(
          OfflineRequest.of(
                  i % 2 == 0 ? "GET" : "PUT", "w.h" + i % 50 + ".x/a/7/b3?q=q" + i + "&n=5")
              .header("X-User", "u" + i)
              .header("Cookie", "a=b; session=\"s" + i + "\"")
              .build());
    }
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long fewest = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) { // the first may load classes
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        table.find(requests.get(i & 63));
      }
      fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(fewest).as("bytes allocated by 10,000 lookups").isLessThan(2000);
  }

  private static Match test(Field field, TextTest test) {
    return new Match.FieldMatch(field, test);
  }
}
