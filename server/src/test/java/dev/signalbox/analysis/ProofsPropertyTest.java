package dev.signalbox.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.route.LinearRoutes;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The proofs against brute force: random lists of 3 to 14 rules with every kind of condition over a
 * few words, and for each every request that can be made of these words. With 2,400 lists it was
 * 12,989 witnesses, 6,386 unreachable rules (666 by unions), 937 contradictory, 458 redundant, 91
 * unknown.
 */
final class ProofsPropertyTest {
  private static final int LISTS = 2_000;
  private static final int PAIRS = 1_000;
  private static final Duration AMPLE = Duration.ofMinutes(5);

  @Test
  void inTwoThousandRandomListsNothingIsSaidThatAnyRequestContradicts() {
    int unreachable = 0;
    int unions = 0;
    int contradictory = 0;
    int redundant = 0;
    int reached = 0;
    int unknown = 0;
    for (int seed = 0; seed < LISTS; seed++) {
      var random = new RandomRules(seed);
      var rules = random.rules();
      var report = Proofs.of(rules, AMPLE);
      var linear = linear(rules);
      var hits = hits(rules, linear, random.grid());
      for (var finding : report.findings()) {
        var shown = seed + ": " + finding.what() + " " + finding.requests() + "\n" + rules(rules);
        switch (finding) {
          case Finding.Unreachable(var rule, var coveredBy, var sameAction) -> {
            unreachable++;
            unions += coveredBy.size() > 1 ? 1 : 0;
            assertThat(hits.get(rule.index())).as(shown).isEmpty();
            assertThat(coveredBy).as(shown).isNotEmpty();
            for (var cover : coveredBy) {
              assertThat(cover.rule().index()).as(shown).isLessThan(rule.index());
              assertThat(!sameAction || cover.rule().action().equals(rule.action())).isTrue();
              var example = cover.example();
              if (example != null) {
                assertThat(rule.match().matches(example.request())).as(shown).isTrue();
                assertThat(cover.rule().match().matches(example.request())).as(shown).isTrue();
              }
            }
          }
          case Finding.Contradictory(var rule, _) -> {
            contradictory++;
            for (var request : random.grid()) {
              assertThat(rule.match().matches(request)).as(shown).isFalse();
            }
          }
          case Finding.Redundant(var rule, _) -> {
            redundant++;
            var without = linear(rules.stream().filter(r -> r != rule).toList());
            for (var request : hits.get(rule.index())) {
              var other = without.find(request);
              assertThat(other == null ? null : other.value().action())
                  .as(shown)
                  .isEqualTo(rule.action());
            }
          }
          case Finding.Overlap(var first, var second, var witness) -> {
            assertThat(winner(linear, witness.request())).as(shown).isEqualTo(first);
            assertThat(second.match().matches(witness.request())).as(shown).isTrue();
          }
          case Finding.NoMatch(_, _, var witness) -> {
            assertThat(winner(linear, witness.request())).as(shown).isNull();
          }
          case Finding.Unknown(_, var why) -> {
            unknown++;
            assertThat(why).as(shown).isNotEmpty();
          }
          case Finding _ -> throw new AssertionError(shown);
        }
      }
      for (var witness : report.witnesses().entrySet()) {
        reached++;
        assertThat(winner(linear, witness.getValue().request()))
            .as(seed + ": " + witness)
            .isEqualTo(rules.get(witness.getKey()));
      }
    }
    assertThat(unreachable).isGreaterThan(1000);
    assertThat(unions).isGreaterThan(100);
    assertThat(redundant).isGreaterThan(100);
    assertThat(contradictory).isGreaterThan(100);
    // Of regular expressions over texts that may not be UTF-8, some questions stay open.
    assertThat(unknown).isLessThan(reached / 100);
  }

  @Test
  void inAThousandRandomPairsOfListsEachChangeIsRealAndEquivalenceIsTrue() {
    int changes = 0;
    int equivalent = 0;
    int open = 0;
    for (int seed = 0; seed < PAIRS; seed++) {
      var random = new RandomRules(seed);
      var before = random.rules();
      var after = random.changed(before);
      var difference = Difference.of(before, after, AMPLE);
      var first = linear(before);
      var second = linear(after);
      for (var change : difference.changes()) {
        changes++;
        var shown = seed + ": " + change;
        var request = change.witness().request();
        assertThat(winner(first, request)).as(shown).isEqualTo(change.before());
        assertThat(winner(second, request)).as(shown).isEqualTo(change.after());
        assertThat(isSame(change.before(), change.after())).as(shown).isFalse();
      }
      open += difference.open().size();
      equivalent += difference.isEquivalent() ? 1 : 0;
      for (var request : random.grid()) {
        var one = winner(first, request);
        var other = winner(second, request);
        if (!isSame(one, other)) {
          boolean isSaid =
              difference.changes().stream()
                      .anyMatch(
                          c -> Objects.equals(c.before(), one) && Objects.equals(c.after(), other))
                  || difference.open().stream()
                      .anyMatch(
                          o -> Objects.equals(o.before(), one) && Objects.equals(o.after(), other));
          assertThat(isSaid)
              .as(seed + ": " + new Witness(request) + " " + one + " " + other)
              .isTrue();
        }
      }
    }
    assertThat(changes).isGreaterThan(1000);
    assertThat(equivalent).isGreaterThan(400);
    assertThat(open).isLessThan(changes / 25);
  }

  private static boolean isSame(@Nullable Rule one, @Nullable Rule other) {
    return one == null || other == null ? one == other : one.action().equals(other.action());
  }

  private static LinearRoutes<Rule> linear(List<Rule> rules) {
    return new LinearRoutes<>(
        rules.stream().map(rule -> new Route<>(rule.name(), rule.match(), rule)).toList());
  }

  private static @Nullable Rule winner(LinearRoutes<Rule> rules, RouteRequest request) {
    var route = rules.find(request);
    return route == null ? null : route.value();
  }

  private static List<List<RouteRequest>> hits(
      List<Rule> rules, LinearRoutes<Rule> linear, List<? extends RouteRequest> grid) {
    var hits = new ArrayList<List<RouteRequest>>();
    rules.forEach(_ -> hits.add(new ArrayList<>()));
    for (var request : grid) {
      var winner = winner(linear, request);
      if (winner != null) {
        hits.get(winner.index()).add(request);
      }
    }
    return hits;
  }

  private static String rules(List<Rule> rules) {
    var text = new StringBuilder();
    rules.forEach(r ->
        text.append(r.index())
            .append(' ')
            .append(r.match())
            .append(" -> ")
            .append(r.action())
            .append('\n'));
    return text.toString();
  }
}
