package dev.signalbox.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceholdersTest {
  private final Placeholders placeholders =
      new Placeholders(Map.of("A", "1", "B_2", "two", "EMPTY", "", "NESTED", "${A}")::get);

  @ParameterizedTest
  @CsvSource({
    "plain, plain", "${A}, 1", "x${A}y${B_2}z, x1ytwoz", "$${A}, ${A}", "$$${A}, $${A}",
    "${A}$${A}${A}, 1${A}1", "$A $ {A}, $A $ {A}", "${X:-9}, 9", "${A:-9}, 1", "${X:-}, ''",
    "${EMPTY:-9}, 9", "${EMPTY}, ''", "${NESTED}, ${A}", "${X:-a:-b}, a:-b", "cost: 5$, cost: 5$"
  })
  void placeholderBecomesItsValue(String text, String filled) {
    var mistakes = new ArrayList<String>();
    assertThat(placeholders.fill(text, (_, _, what, _) -> mistakes.add(what))).isEqualTo(filled);
    assertThat(mistakes).isEmpty();
  }

  @Test
  void everyMistakeIsReportedWhereItIs() {
    var mistakes = new ArrayList<String>();
    var filled =
        placeholders.fill(
            "${X} ${A} ${} ${A-b} ${Y",
            (offset, length, what, _) -> mistakes.add(offset + "+" + length + " " + what));
    assertThat(filled).isNull();
    assertThat(mistakes)
        .containsExactly(
            "0+4 X is not in the environment",
            "10+3 \"${}\" names no variable",
            "14+6 \"${A-b}\" names no variable",
            "21+3 \"${\" is never closed");
  }
}
