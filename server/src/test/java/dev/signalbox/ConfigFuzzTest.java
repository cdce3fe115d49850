package dev.signalbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.signalbox.config.ConfigException;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No text makes the reader do anything but return a configuration or say what is wrong. */
class ConfigFuzzTest {
  private static final int MUTATIONS = 20;
  private static final String[] PIECES = {
    "${",
    "}",
    "$${",
    ":-",
    "[",
    "]",
    "{",
    ": ",
    "- ",
    "&a ",
    "*a",
    "\"",
    "'",
    "|",
    ">",
    "#",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "  ",
    "!!str ",
    "<<: ",
    "---\n",
    "...\n",
    "%",
    "@",
    "\\",
    "\0",
    "\ud800",
    "\ufeff",
    "\u2028",
    "é",
    "😀",
    "?",
    "~",
    "null",
    "0x",
    "1e9",
    "none",
    "/**",
    "::",
    "99999999999"
  };

  @FuzzTest(maxDuration = "60s")
  void anyTextIsReadOrRefused(byte[] bytes) {
    read(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
  }

  static Stream<GoldenConfigTest.Golden> goldens() {
    return Stream.of("right", "wrong").flatMap(GoldenConfigTest::goldens);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void textCutAnywhereIsReadOrRefused(GoldenConfigTest.Golden golden) {
    var text = golden.config();
    for (int end = 0; end < text.length(); end += 1 + text.length() / 40) {
      read(text.substring(0, end));
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void changedTextIsReadOrRefused(GoldenConfigTest.Golden golden) {
    var random = new Random(golden.config().hashCode());
    for (int i = 0; i < MUTATIONS; i++) {
      var text = new StringBuilder(golden.config());
      for (int change = random.nextInt(1, 5); change > 0; change--) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + random.nextInt(4));
        text.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
      }
      read(text.toString());
    }
  }

  private static void read(String text) {
    try {
      assertThat(ServerConfig.read("fuzz.yaml", text, ConfigFuzzTest::environment)).isNotNull();
    } catch (ConfigException e) {
      assertThat(e.problems()).as("mistakes in %s", text).isNotEmpty();
      // What is printed is one place a line, and nothing in it drives the terminal.
      var printed = e.render(false);
      assertThat(printed).startsWith("fuzz.yaml:");
      assertThat(printed.codePoints().filter(c -> c != '\n'))
          .noneMatch(c -> Character.isISOControl(c));
      assertThat(e.render(true)).isNotEmpty();
    }
  }

  private static @Nullable String environment(String name) {
    return name.length() % 2 == 0 ? name + ":80\u001b[0m" : null;
  }
}
