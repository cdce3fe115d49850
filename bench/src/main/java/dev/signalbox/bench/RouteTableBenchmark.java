package dev.signalbox.bench;

import dev.signalbox.route.Field;
import dev.signalbox.route.LinearRoutes;
import dev.signalbox.route.Match;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteRequest;
import dev.signalbox.route.RouteTable;
import dev.signalbox.route.TextTest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What finding a route costs, by the number of routes: nanoseconds for a lookup, over requests for
 * hosts and paths all over the table. The linear scan beside it is the meaning, not a contender.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RouteTableBenchmark {
  /** One table, and requests for it. JMH makes it and sets its size. */
  @State(Scope.Benchmark)
  public static class Table {
    private static final int REQUESTS =
        1024; // a head that was just parsed is in the cache: so these must be, too

    @Param({"10", "1000", "10000", "100000"})
    public int size;

    private RouteTable<Integer> compiled = RouteTable.of(List.of());
    private LinearRoutes<Integer> linear = new LinearRoutes<>(List.of());
    private final RouteRequest[] requests = new RouteRequest[REQUESTS];
    private int next;

    @Setup
    public void fill() {
      var random = new SplittableRandom(1);
      var routes = new ArrayList<Route<Integer>>();
      for (int i = 0; i < size - 1; i++) {
        routes.add(new Route<>("r" + i, match(i, random), i));
      }
      routes.add(new Route<>("rest", Match.everything(), size));
      compiled = RouteTable.of(routes);
      linear = new LinearRoutes<>(routes);
      for (int i = 0; i < REQUESTS; i++) {
        requests[i] = request(random);
      }
    }

    /**
     * Mostly exact hosts, some wildcards, some routes for any host; exact paths, prefixes and
     * templates; every third wants a method, every seventh a header.
     */
    private Match match(int i, SplittableRandom random) {
      var all = new ArrayList<Match>();
      switch (i % 10) {
        case 0 -> all.add(Match.host("*.tenant" + random.nextInt(hosts()) + ".example.com"));
        case 1 -> {}
        default -> all.add(Match.host("www.tenant" + random.nextInt(hosts()) + ".example.com"));
      }
      var service = "/api/v" + random.nextInt(3) + "/service" + random.nextInt(50);
      all.add(
          Match.path(
              switch (random.nextInt(4)) {
                case 0 -> service + "/items/4711";
                case 1 -> service + "/items/{id}";
                case 2 -> "/api/{version}/service" + random.nextInt(50) + "/{rest...}";
                default -> service + "/**";
              }));
      if (i % 3 == 0) {
        all.add(new Match.MethodIs(List.of(i % 2 == 0 ? "POST" : "GET")));
      }
      if (i % 7 == 0) {
        var version = new TextTest.Is("v" + random.nextInt(5), false);
        all.add(new Match.FieldMatch(new Field.Header("x-version"), version));
      }
      return Match.allOf(all);
    }

    private RouteRequest request(SplittableRandom random) {
      var host = "www.tenant" + random.nextInt(hosts()) + ".example.com";
      var path = "/api/v" + random.nextInt(3) + "/service" + random.nextInt(50) + "/items/4711";
      return OfflineRequest.of(random.nextInt(4) == 0 ? "POST" : "GET", host + path)
          .header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)")
          .header("Accept", "*/*")
          .header("X-Version", "v" + random.nextInt(5))
          .build();
    }

    private int hosts() {
      return Math.max(1, size / 10);
    }

    private RouteRequest next() {
      next = (next + 1) & (REQUESTS - 1);
      return requests[next];
    }
  }

  @Benchmark
  public @Nullable Object compiled(Table table) {
    return table.compiled.find(table.next());
  }

  @Benchmark
  public @Nullable Object linear(Table table) {
    return table.linear.find(table.next());
  }
}
