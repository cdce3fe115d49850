package dev.signalbox.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One file, one configuration, a line of dashes, and commands with what they print. {@code
 * -Dgolden.write=true} writes what they print; read it before you commit it.
 */
class GoldenCommandsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/commands");
  private static final Path CERTIFICATES = Path.of("src/test/resources/golden/tls");
  private static final String DASHES = "-".repeat(80) + "\n";
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  @TempDir private Path folder;

  static Stream<Path> goldens() {
    try (var files = Files.walk(GOLDEN)) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void commandsPrintWhatTheyAlwaysPrinted(Path golden) throws IOException {
    var text = Files.readString(golden);
    int dashes = text.indexOf(DASHES);
    assertThat(dashes).as("a line of 80 dashes in " + golden).isPositive();
    var config = text.substring(0, dashes);
    Files.writeString(folder.resolve("signalbox.yaml"), config);
    Files.createSymbolicLink(folder.resolve("certs"), CERTIFICATES.toAbsolutePath());
    var actual = new StringBuilder(config).append(DASHES);
    for (var line : text.substring(dashes).lines().filter(l -> l.startsWith("$ ")).toList()) {
      actual.append(line).append('\n').append(printed(line));
    }
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(golden, actual);
    }
    assertThat(actual).hasToString(text);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void whatPeopleReadFitsATerminalOf80Columns(Path golden) throws IOException {
    var text = Files.readString(golden);
    var trees =
        text.substring(text.indexOf(DASHES)).lines().filter(line -> line.matches(" *[│├└].*"));
    assertThat(trees).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  private String printed(String line) throws IOException {
    var words = words(line);
    if (words.get(1).equals("cat")) {
      return Files.readString(folder.resolve(words.get(2))).replace(folder + "/", "");
    }
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, UTF_8);
    var terminal = new Terminal(print, print, false, false, _ -> null);
    int exit =
        SignalboxCommand.run(
            terminal,
            words.stream()
                .skip(2)
                .map(word ->
                    word.endsWith(".yaml") || word.endsWith(".xml")
                        ? folder.resolve(word).toString()
                        : word)
                .toArray(String[]::new));
    var text = out.toString(UTF_8).replace(folder + "/", "");
    return exit == 0 ? text : text + "exit " + exit + "\n";
  }

  private static List<String> words(String line) {
    var words = new ArrayList<String>();
    var matcher = WORD.matcher(line);
    while (matcher.find()) {
      for (int i = 1; i <= 3; i++) {
        if (matcher.group(i) != null) {
          words.add(matcher.group(i));
        }
      }
    }
    return words;
  }
}
