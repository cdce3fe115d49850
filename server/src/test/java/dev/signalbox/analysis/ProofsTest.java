package dev.signalbox.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.config.Cidr;
import dev.signalbox.route.Match;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.Regex;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteAction;
import dev.signalbox.route.RouteTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ProofsTest {
  private static final Duration AMPLE = Duration.ofMinutes(1);

  @Test
  void aRuleBelowAUnionIsUnreachableAndTheUnionIsNamedWithoutBystanders() {
    var rules =
        rules(
            Match.path("/img/**"),
            all(Match.path("/admin/**"), new Match.SchemeIs(true)),
            all(Match.path("/admin/users"), new Match.MethodIs(List.of("GET"))),
            all(Match.path("/admin/**"), new Match.SchemeIs(false)),
            all(Match.host("shop.example.com"), Match.path("/admin/users")));

    var findings = Proofs.of(rules, AMPLE).findings();

    assertThat(findings)
        .filteredOn(Finding.Unreachable.class::isInstance)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.rules()).extracting(Rule::name).containsExactly("r4", "r1", "r3");
          assertThat(finding.requests())
              .extracting(shown -> shown.request().toString())
              .containsExactly(
                  "GET https://shop.example.com/admin/users",
                  "POST http://shop.example.com/admin/users");
        });
  }

  @Test
  void severalThreadsFindWhatOneFinds() {
    for (int seed = 0; seed < 100; seed++) {
      var rules = new RandomRules(seed).rules();
      var alone = Proofs.of(rules, AMPLE, 1);
      var together = Proofs.of(rules, AMPLE, 3);

      assertThat(together.findings().toString()).isEqualTo(alone.findings().toString());
      assertThat(together.witnesses().toString()).isEqualTo(alone.witnesses().toString());
    }
  }

  @Test
  void whatAWorkerThrowsIsThrownWhenAllHaveEnded() {
    var ended = new AtomicInteger();
    List<Runnable> questions =
        List.of(
            ended::incrementAndGet,
            () -> {
              throw new IllegalStateException("a bug");
            },
            ended::incrementAndGet);

    assertThatThrownBy(() -> new Workers(3).run(questions))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a bug");
    assertThat(ended).hasValue(2);
  }

  @Test
  void conditionsThatExcludeEachOtherAreNamed() {
    var rules = rules(all(Match.host("a.example.com"), Match.host("*.b.example.com")));

    assertThat(Proofs.of(rules, AMPLE).findings())
        .contains(
            new Finding.Contradictory(
                rules.getFirst(),
                "\"host a.example.com\" and \"host *.b.example.com\" exclude each other"));
  }

  @Test
  void withoutTimeWhatNoGuessSettlesIsUnknownAndSaid() {
    var rules = rules(Match.path("/a/**"), Match.path("/a/b"));

    var report = Proofs.of(rules, Duration.ZERO, () -> 0);

    assertThat(report.isComplete()).isFalse();
    assertThat(report.unknown()).isEqualTo(1);
    assertThat(report.witness(0)).hasToString("GET http://example.com/a");
  }

  @Test
  void disjointRulesInAnotherOrderAreEquivalentAndOverlappingOnesAreNot() {
    var disjoint = rules(Match.path("/a/**"), Match.path("/b/**"), Match.path("/c"));
    var overlapping = rules(Match.path("/a/**"), new Match.PathMatches(Regex.of("/.*/b")));

    assertThat(Difference.of(disjoint, disjoint.reversed(), AMPLE).isEquivalent()).isTrue();
    assertThat(Difference.of(overlapping, overlapping.reversed(), AMPLE).changes())
        .singleElement()
        .satisfies(change -> {
          assertThat(change.before()).isEqualTo(overlapping.get(0));
          assertThat(change.after()).isEqualTo(overlapping.get(1));
          assertThat(change.witness()).hasToString("GET http://example.com/a/b");
        });
  }

  @Test
  void aNetworkOfWhichOthersTakeAllPartsIsUnreachable() {
    var rules =
        rules(
            new Match.SourceIn(List.of(Cidr.parse("10.0.0.0/9"))),
            new Match.SourceIn(List.of(Cidr.parse("10.128.0.0/9"))),
            new Match.SourceIn(List.of(Cidr.parse("10.0.0.0/8"))));

    assertThat(Proofs.of(rules, AMPLE).witnesses()).containsOnlyKeys(0, 1);
  }

  @Test
  void aTableThatDiffersFromTheListIsNoticed() {
    var route = new Route<>("a", Match.path("/a"), "a");
    var table = RouteTable.of(List.of(route));
    var other = List.of(new Route<>("b", Match.everything(), "b"));
    var witness = new Witness(OfflineRequest.get("http://example.com/a"));

    assertThat(SelfCheck.of(table, other, List.of(witness)))
        .extracting(Object::toString)
        .containsExactly("GET http://example.com/a: the compiled table finds a, the list b");
    assertThat(SelfCheck.of(table, List.of(route), AMPLE, AMPLE)).isEmpty();
  }

  private static Match all(Match... matches) {
    return new Match.All(List.of(matches));
  }

  /** Each leads somewhere else. */
  private static List<Rule> rules(Match... matches) {
    var rules = new ArrayList<Rule>();
    for (var match : matches) {
      int index = rules.size();
      rules.add(RandomRules.rule(index, "r" + index, match, RouteAction.To.just("u" + index)));
    }
    return rules;
  }
}
