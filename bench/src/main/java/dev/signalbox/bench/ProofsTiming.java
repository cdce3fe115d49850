package dev.signalbox.bench;

import dev.signalbox.analysis.Difference;
import dev.signalbox.analysis.Finding;
import dev.signalbox.analysis.Proofs;
import dev.signalbox.analysis.Rule;
import dev.signalbox.analysis.SelfCheck;
import dev.signalbox.config.Cidr;
import dev.signalbox.config.Position;
import dev.signalbox.route.Field;
import dev.signalbox.route.Match;
import dev.signalbox.route.Regex;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteAction;
import dev.signalbox.route.RouteTable;
import dev.signalbox.route.TextTest;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * What the proofs cost, by the number of rules: milliseconds of CPU of one thread, in a JVM that is
 * not warm, since a load is proved once. Each argument is a number of rules.
 */
final class ProofsTiming {
  private static final Duration AMPLE = Duration.ofMinutes(2);

  private ProofsTiming() {}

  public static void main(String[] arguments) {
    for (var argument : arguments.length == 0 ? new String[] {"1000", "10000"} : arguments) {
      var rules = rules(Integer.parseInt(argument));
      var report = timed(argument + " rules, proofs", () -> Proofs.of(rules, AMPLE));
      System.out.printf(
          "  %d reached, %d unreachable (%d by a union), %d overlaps more, %d unknown%n",
          report.witnesses().size(),
          count(report.findings(), 1),
          count(report.findings(), 2),
          report.moreOverlaps(),
          report.unknown());
      var routes = rules.stream().map(r -> new Route<>(r.name(), r.match(), r)).toList();
      var table = RouteTable.of(routes);
      var disagreements =
          timed(
              "  self-check of " + report.witnesses().size() + " witnesses",
              () -> SelfCheck.of(table, routes, report.witnesses().values()));
      System.out.println("  disagreements: " + disagreements.size());
      var equal = timed("  difference to itself", () -> Difference.of(rules, rules, AMPLE));
      System.out.println("  equivalent: " + equal.isEquivalent());
      var moved = new ArrayList<>(rules);
      Collections.swap(moved, rules.size() / 2, rules.size() / 3);
      var other = timed("  difference, two swapped", () -> Difference.of(rules, moved, AMPLE));
      System.out.println("  changes: " + other.changes().size());
    }
  }

  private static long count(List<Finding> findings, int least) {
    return findings.stream()
        .filter(f -> f instanceof Finding.Unreachable(_, var by, _) && by.size() >= least)
        .count();
  }

  private static <T> T timed(String what, Supplier<T> work) {
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    var result = work.get();
    long end = threads.getCurrentThreadCpuTime();
    System.out.printf("%s: %d ms%n", what, (end - start) / 1_000_000);
    return result;
  }

  /** Of every kind, as large configurations have them; a few of them shadowed. */
  private static List<Rule> rules(int size) {
    var random = new SplittableRandom(1);
    var rules = new ArrayList<Rule>();
    for (int i = 0; i < size; i++) {
      var match = i == size - 1 ? Match.everything() : new Match.All(conditions(size, i, random));
      rules.add(
          new Rule(
              i,
              "r" + i,
              match,
              RouteAction.To.just("u" + random.nextInt(50)),
              new Position("bench.yaml", i + 1, 1, 1),
              "",
              List.of()));
    }
    return rules;
  }

  private static List<Match> conditions(int size, int i, SplittableRandom random) {
    var conditions = new ArrayList<Match>();
    int hosts = Math.max(1, size / 10);
    var host = "tenant" + random.nextInt(hosts) + ".example.com";
    conditions.add(Match.host(i % 20 == 0 ? "*." + host : "www." + host));
    var path = "/api/v" + random.nextInt(3) + "/service" + random.nextInt(60);
    conditions.add(
        switch (random.nextInt(10)) {
          case 0 -> Match.path("/api/{version}/service" + random.nextInt(60));
          case 1 -> new Match.PathMatches(Regex.of(path + "/[0-9]+"));
          case 2, 3, 4 -> Match.path(path);
          default -> Match.path(path + "/**");
        });
    switch (random.nextInt(8)) {
      case 0 -> conditions.add(new Match.MethodIs(List.of("GET", "HEAD")));
      case 1 ->
          conditions.add(
              new Match.FieldMatch(
                  new Field.Header("x-canary"), new TextTest.Is("" + random.nextInt(3), false)));
      case 2 -> conditions.add(new Match.SourceIn(List.of(Cidr.parse("10.0.0.0/8"))));
      default -> {}
    }
    return conditions;
  }
}
