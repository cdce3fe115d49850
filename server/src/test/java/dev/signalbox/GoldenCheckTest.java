package dev.signalbox;

import static dev.signalbox.GoldenConfigTest.ENVIRONMENT;
import static dev.signalbox.GoldenConfigTest.FILE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.GoldenConfigTest.Golden;
import dev.signalbox.config.SourceLines;
import dev.signalbox.route.FindingId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One file, one case: a configuration that can be used, and what check says about it. */
class GoldenCheckTest {
  static Stream<Golden> goldens() {
    return GoldenConfigTest.goldens("../check");
  }

  private static ConfigCheck check(Golden golden) {
    var config = ServerConfig.read(FILE, golden.config(), ENVIRONMENT::get);
    return ConfigCheck.of(FILE, config, SourceLines.of(golden.config()));
  }

  private static String withoutTime(String text) {
    return text.replaceAll("proofs \\d+ ms", "proofs 0 ms");
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void checkSaysWhatItFinds(Golden golden) {
    golden.check(withoutTime(check(golden).text(false)));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void outputFitsATerminal(Golden golden) {
    assertThat(check(golden).text(false).lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void coloursChangeNoText(Golden golden) {
    var check = check(golden);
    assertThat(check.text(true).replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(check.text(false));
    assertThat(check.text(false)).doesNotContain("\u001b");
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void everyFindingSaysWhereItIsAndWhatWouldBeRight(Golden golden) {
    for (var finding : list(file(golden).get("findings"))) {
      assertThat((Integer) finding.get("line")).isPositive();
      assertThat((Integer) finding.get("column")).isPositive();
      assertThat(String.valueOf(finding.get("what"))).isNotBlank();
      assertThat(String.valueOf(finding.get("right"))).isNotBlank();
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void jsonCountsWhatTheTextShows(Golden golden) {
    var file = file(golden);
    var all = list(file.get("findings"));
    for (var severity : List.of("error", "warning", "note")) {
      assertThat(all.stream().filter(finding -> severity.equals(finding.get("severity"))))
          .hasSize((Integer) file.get(severity + "s"));
    }
    for (var finding : all) {
      if ("overlap".equals(finding.get("finding"))) {
        continue; // the text tells the overlaps of one route together
      }
      assertThat(check(golden).text(false).replaceAll("\n *", " "))
          .contains(finding.get("severity") + ": " + finding.get("what"));
    }
  }

  /** What the specification requires (SARIF 2.1.0, OASIS, §3). */
  @ParameterizedTest
  @MethodSource("goldens")
  void sarifHasAllThatIsRequired(Golden golden) {
    var report = new CheckReport();
    report.add(check(golden));
    var log = map(JsonSchemaTest.parse(report.sarif()));
    assertThat(log.get("version")).hasToString("2.1.0");
    assertThat(String.valueOf(log.get("$schema"))).contains("sarif-2.1.0");
    var run = list(log.get("runs")).getFirst();
    var driver = map(map(run.get("tool")).get("driver"));
    assertThat(driver.get("name")).isEqualTo("Signalbox");
    var rules = list(driver.get("rules"));
    assertThat(rules.stream().map(rule -> rule.get("id")).distinct()).hasSameSizeAs(rules);
    for (var result : list(run.get("results"))) {
      assertThat(String.valueOf(map(result.get("message")).get("text"))).isNotBlank();
      assertThat(result.get("level")).isIn("error", "warning", "note");
      assertThat(rules.get((Integer) result.get("ruleIndex")).get("id"))
          .isEqualTo(result.get("ruleId"));
      var place = map(list(result.get("locations")).getFirst().get("physicalLocation"));
      assertThat(map(place.get("artifactLocation")).get("uri")).isEqualTo(FILE);
      var region = map(place.get("region"));
      assertThat((Integer) region.get("startLine")).isPositive();
      assertThat((Integer) region.get("startColumn")).isPositive();
      assertThat((Integer) region.get("endColumn"))
          .isGreaterThan((Integer) region.get("startColumn"));
    }
  }

  @Test
  void everyKindOfFindingHasAGolden() {
    Set<String> shown =
        goldens()
            .flatMap(golden -> list(file(golden).get("findings")).stream())
            .map(finding -> String.valueOf(finding.get("finding")))
            .collect(Collectors.toSet());
    assertThat(Arrays.stream(FindingId.values()).map(FindingId::word))
        .filteredOn(word -> !word.equals("unknown")) // when time is up
        .allSatisfy(word -> assertThat(shown).contains(word));
  }

  private static Map<String, Object> file(Golden golden) {
    var report = new CheckReport();
    report.add(check(golden));
    return list(map(JsonSchemaTest.parse(report.json())).get("files")).getFirst();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Object value) {
    return (List<Map<String, Object>>) value;
  }
}
