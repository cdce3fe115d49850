package dev.signalbox.route;

import static dev.signalbox.route.OfflineRequest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
  @ParameterizedTest
  @CsvSource({
    "shop.example.com, shop.example.com/, true",
    "shop.example.com, SHOP.Example.com:8080/x, true",
    "shop.example.com, shop.example.com./, true",
    "shop.example.com, a.shop.example.com/, false",
    "shop.example.com, xshop.example.com/, false",
    "shop.example.com, /, false",
    "*.example.com, a.example.com/, true",
    "*.example.com, a.b.example.com/, true",
    "*.example.com, example.com/, false",
    "*.example.com, .example.com/, false",
    "*.example.com, aexample.com/, false",
    "*.example.com, a.example.org/, false",
    "[::1], [::1]:80/, true"
  })
  void hostsMatch(String condition, String url, boolean expected) {
    assertMatches(Match.host(condition), url, expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/login, /login, true",
    "/login, /login?x=/, true",
    "/login, /login/, false",
    "/login, /Login, false",
    "/login, /logi, false",
    "/login/, /login/, true",
    "/login/, /login, false",
    "/, /, true",
    "/, /x, false",
    "/x/**, /x, true",
    "/x/**, /x/, true",
    "/x/**, /x/y/z, true",
    "/x/**, /xy, false",
    "/x/**, /y/x, false",
    "/x/**, /, false",
    "/x/y/**, /x/y, true",
    "/x/y/**, /x/yy, false",
    "/x/y/**, /x, false",
    "/**, /, true",
    "/**, /x/y, true",
    "/x/**, /a/../x/./%79, true",
    "/x//**, /x/, true",
    "/x//**, /x//y, true",
    "/x//**, /x/y, false"
  })
  void pathsMatch(String condition, String url, boolean expected) {
    assertMatches(Match.path(condition), url, expected);
    assertMatches(Match.path(condition), "a.example.com" + url, expected);
  }

  @Test
  void theFirstThatMatchesWinsHoweverExactALaterOneIs() {
    var table =
        RouteTable.of(
            List.of(
                route("wide", List.of(), List.of("/a/**")),
                route("narrow", List.of("x.y"), List.of("/a/b")),
                route("rest", List.of(), List.of())));
    assertThat(find(table, "x.y/a/b")).isEqualTo("wide");
    assertThat(find(table, "x.y/b")).isEqualTo("rest");
  }

  @Test
  void anEarlierRouteIsFoundInWhicheverTreeItStands() {
    var table =
        RouteTable.of(
            List.of(
                route("exact", List.of("a.b.c"), List.of("/1")),
                route("wildcard", List.of("*.b.c"), List.of("/2")),
                route("parent", List.of("*.c"), List.of("/3")),
                route("any", List.of(), List.of("/4")),
                route("exact-rest", List.of("a.b.c"), List.of())));
    assertThat(Stream.of("/1", "/2", "/3", "/4", "/5").map(path -> find(table, "a.b.c" + path)))
        .containsExactly("exact", "wildcard", "parent", "any", "exact-rest");
    assertThat(find(table, "b.c/2")).isEqualTo("none");
  }

  @Test
  void aTableWithoutRoutesFindsNothing() {
    assertThat(RouteTable.of(List.of()).find(get("a.b/c"))).isNull();
  }

  @Test
  void requestsWithoutAHostMeetOnlyRoutesForAnyHost() {
    var table =
        RouteTable.of(
            List.of(route("a", List.of("a"), List.of()), route("any", List.of(), List.of("/"))));
    assertThat(find(table, "/")).isEqualTo("any");
    assertThat(find(table, "/x")).isEqualTo("none");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void compiledAndLinearAgreeOnRandomTables(int seed) {
    var random = new SplittableRandom(seed);
    int found = 0;
    for (int run = 0; run < 500; run++) {
      var routes = new ArrayList<Route<Integer>>();
      int size = 1 + random.nextInt(12);
      for (int i = 0; i < size; i++) {
        routes.add(new Route<>("r" + i, randomMatch(random, 0), i));
      }
      var table = RouteTable.of(routes);
      var linear = new LinearRoutes<>(routes);
      for (int i = 0; i < 60; i++) {
        var request = get(randomHost(random) + randomPath(random));
        var expected = linear.find(request);
        if (table.find(request) != expected) { // asserted only where it fails: there are many
          assertThat(table.find(request)).as(request + " in " + routes).isSameAs(expected);
        }
        found += expected == null ? 0 : 1;
      }
    }
    assertThat(found).as("requests of 30,000 that a route took").isBetween(10_000, 28_000);
  }

  @Test
  void compiledAndLinearAgreeOnALargeTable() {
    var random = new SplittableRandom(1);
    var routes = new ArrayList<Route<Integer>>();
    for (int i = 0; i < 5000; i++) {
      var hosts = random.nextInt(4) == 0 ? List.<String>of() : List.of(bigHost(random));
      var paths = random.nextInt(8) == 0 ? List.<String>of() : List.of(bigPath(random));
      routes.add(
          new Route<>(
              "r" + i, Match.of(hosts, hosts.isEmpty() ? List.of(bigPath(random)) : paths), i));
    }
    var table = RouteTable.of(routes);
    var linear = new LinearRoutes<>(routes);
    int found = 0;
    for (int i = 0; i < 3000; i++) {
      var request =
          get(bigHost(random).replace("*", "w") + bigPath(random).replace("/**", "/deep/er"));
      var expected = linear.find(request);
      found += expected == null ? 0 : 1;
      assertThat(table.find(request)).isSameAs(expected);
    }
    assertThat(found).as("requests that any route matched").isBetween(300, 2990);
  }

  @Test
  void largeAlternativesAreFoundTheSame() {
    // More places than the index wants to keep, so these are asked after they are found.
    var hosts = IntStream.range(0, 100).mapToObj(i -> "h" + i + ".x").toList();
    var paths = IntStream.range(0, 100).mapToObj(i -> "/p" + i + "/**").toList();
    var each =
        hosts.stream()
            .<Match>map(h -> new Match.All(List.of(Match.host(h), Match.path("/p" + h.length()))))
            .toList();
    var product = new Match.All(List.of(new Match.Any(each), new Match.Any(each)));
    var routes =
        List.of(
            new Route<>("product", product, 0),
            new Route<>("grid", Match.of(hosts, paths), 1),
            new Route<>("rest", Match.everything(), 2));
    var table = RouteTable.of(routes);
    var linear = new LinearRoutes<>(routes);
    for (var url :
        List.of("h1.x/p4", "h42.x/p5", "h42.x/p7/q", "h42.x/q", "h100.x/p1", "h7.x/p5")) {
      assertThat(table.find(get(url))).isSameAs(linear.find(get(url)));
    }
    assertThat(table.find(get("h42.x/p7/q"))).isSameAs(routes.get(1));
    assertThat(table.find(get("h1.x/p4"))).isSameAs(routes.get(0));
  }

  @Test
  void aLookupAllocatesNothing() {
    var routes = new ArrayList<Route<Integer>>();
    for (int i = 0; i < 1000; i++) {
      routes.add(new Route<>("r" + i, Match.of(List.of("h" + i + ".x"), List.of("/p/**")), i));
    }
    var inPart = new Match.All(List.of(Match.host("*.x"), new Match.Not(Match.path("/q"))));
    routes.add(new Route<>("in-part", inPart, 1000));
    var table = RouteTable.of(routes);
    var requests = new RouteRequest[] {get("h7.x/p/q/r"), get("h8.x/q"), get("h9.x/s"), get("/")};
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long fewest = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) { // the first may load classes
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        table.find(requests[i & 3]);
      }
      fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(fewest).as("bytes allocated by 10,000 lookups").isLessThan(2000);
  }

  @Test
  void conditionsThatNoNormalisedRequestCanMeetAreRefused() {
    assertThatThrownBy(() -> new Match.HostIs("Shop"))
        .hasMessage("host: Shop (expected: lower-case ASCII)");
    assertThatThrownBy(() -> new Match.HostBelow("")).hasMessageContaining("domain: ");
    assertThatThrownBy(() -> new Match.PathIs("x"))
        .hasMessage("path: x (expected: ASCII that starts with /)");
    assertThatThrownBy(() -> new Match.PathUnder("/ä")).hasMessageContaining("path: /ä");
  }

  private static void assertMatches(Match match, String url, boolean expected) {
    var request = get(url);
    assertThat(match.matches(request)).isEqualTo(expected);
    var table = RouteTable.of(List.of(new Route<>("only", match, 1)));
    assertThat(table.find(request) != null).as("compiled").isEqualTo(expected);
  }

  private static Route<String> route(String name, List<String> hosts, List<String> paths) {
    return new Route<>(name, Match.of(hosts, paths), name);
  }

  private static String find(RouteTable<String> table, String url) {
    var route = table.find(get(url));
    return route == null ? "none" : route.value();
  }

  private static Match randomMatch(SplittableRandom random, int depth) {
    return switch (random.nextInt(depth < 3 ? 8 : 4)) {
      case 0 -> Match.host((random.nextBoolean() ? "*." : "") + nonEmptyHost(random));
      case 1 -> Match.path(randomPath(random));
      case 2 -> Match.path(randomPath(random).replaceAll("/$", "") + "/**");
      case 3 -> Match.of(List.of(nonEmptyHost(random)), List.of(randomPath(random)));
      case 4 -> new Match.Not(randomMatch(random, depth + 1));
      case 5 -> new Match.Any(randomMatches(random, depth));
      default -> new Match.All(randomMatches(random, depth));
    };
  }

  private static List<Match> randomMatches(SplittableRandom random, int depth) {
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(_ -> randomMatch(random, depth + 1))
        .toList();
  }

  private static String randomHost(SplittableRandom random) {
    return random.nextInt(8) == 0 ? "" : nonEmptyHost(random);
  }

  private static String nonEmptyHost(SplittableRandom random) {
    var host = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      host.append((char) ('a' + random.nextInt(2))).append(i > 0 ? "." : "");
    }
    return host.toString();
  }

  private static String randomPath(SplittableRandom random) {
    var path = new StringBuilder("/");
    for (int i = random.nextInt(4); i > 0; i--) {
      path.append(random.nextInt(5) == 0 ? "" : random.nextBoolean() ? "a" : "ab");
      path.append(i > 1 || random.nextInt(3) == 0 ? "/" : "");
    }
    return path.toString();
  }

  private static String bigHost(SplittableRandom random) {
    var domain = "d" + random.nextInt(60) + ".test";
    return switch (random.nextInt(4)) {
      case 0 -> domain;
      case 1 -> "*." + domain;
      default -> "s" + random.nextInt(10) + "." + domain;
    };
  }

  private static String bigPath(SplittableRandom random) {
    var path = "/p" + random.nextInt(30) + "/q" + random.nextInt(10);
    return random.nextBoolean() ? path : path + "/**";
  }
}
