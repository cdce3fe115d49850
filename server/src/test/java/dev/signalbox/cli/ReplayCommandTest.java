package dev.signalbox.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code replay} and {@code diff}, whole: what they print is in files, which {@code
 * -Dgolden.write=true} writes.
 */
class ReplayCommandTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/replay");

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private boolean onTerminal;

  @BeforeEach
  void copyInputs() throws IOException {
    for (var name : new String[] {"shop.yaml", "new.yaml", "access.log"}) {
      Files.copy(GOLDEN.resolve(name), folder.resolve(name));
    }
    try (var packed =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("access.log.gz")))) {
      Files.copy(GOLDEN.resolve("access.log"), packed);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "one-config.txt,          0, replay access.log -c shop.yaml --host shop.example.com",
    "unknown-host.txt,        0, replay access.log -c shop.yaml",
    "two-logs.txt,            0, replay access.log access.log.gz -c shop.yaml --top 1",
    "two-configs.txt,         1, replay access.log -c shop.yaml --against new.yaml --host"
        + " shop.example.com",
    "two-configs-unknown.txt, 1, replay access.log -c shop.yaml --against new.yaml",
    "two-configs.json,        1, replay access.log -c shop.yaml --against new.yaml --host"
        + " shop.example.com --json",
    "diff.txt,                1, diff shop.yaml new.yaml",
    "diff.json,               1, diff shop.yaml new.yaml --json",
    "diff-equivalent.txt,     0, diff shop.yaml shop.yaml",
  })
  void theOutputIsAsKept(String golden, int exit, String line) throws IOException {
    assertThat(run(line)).as(err.toString(UTF_8)).isEqualTo(exit);
    var printed = out.toString(UTF_8).replace(folder + "/", "");
    var file = GOLDEN.resolve(golden);
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(file, printed);
    }
    assertThat(printed).isEqualTo(Files.readString(file));
    assertThat(err.toString(UTF_8)).isEmpty();
    if (golden.endsWith(".txt")) {
      assertThat(printed.lines()).allSatisfy(text -> assertThat(text).hasSizeLessThanOrEqualTo(80));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replay -c shop.yaml                              | LOG is missing",
        "replay access.log                                | Missing required option: '--config=FILE'",
        "replay none.log -c shop.yaml                     | none.log: no such file",
        "replay shop.yaml -c shop.yaml                    | shop.yaml: in no format that is known;"
            + " name it with --format: combined, common, caddy, traefik, json, har",
        "replay access.log -c shop.yaml --format nginx    | --format: nginx (expected: combined,"
            + " common, caddy, traefik, json, har)",
        "replay access.log -c shop.yaml --top 0           | --top: 0 (expected: 1 or more)",
        "diff shop.yaml                                   | B is missing",
      })
  void aMistakeIsOneSentence(String line, String sentence) {
    assertThat(run(line)).isEqualTo(2);
    assertThat(err.toString(UTF_8).replace(folder + "/", ""))
        .startsWith("signalbox: " + sentence + "\n");
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @Test
  void aTerminalSeesHowFarItIsAndThenNothingOfIt() {
    onTerminal = true;
    assertThat(run("replay access.log -c shop.yaml")).isZero();
    assertThat(err.toString(UTF_8)).contains("100 %").endsWith("\r\033[K");
    assertThat(out.toString(UTF_8)).contains("\033[1m");
  }

  @Test
  void aBrokenPackageIsNamed() throws IOException {
    byte[] packed = Files.readAllBytes(folder.resolve("access.log.gz"));
    Files.write(folder.resolve("access.log.gz"), java.util.Arrays.copyOf(packed, 200));
    assertThat(run("replay access.log.gz -c shop.yaml --format combined")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("access.log.gz: broken gzip: ");
  }

  private int run(String line) {
    out.reset();
    var terminal =
        new Terminal(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            onTerminal,
            onTerminal,
            _ -> null);
    var arguments = line.strip().split(" +");
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].matches("[a-z]+\\.(yaml|log|log\\.gz)")) {
        arguments[i] = folder.resolve(arguments[i]).toString();
      }
    }
    return SignalboxCommand.run(terminal, arguments);
  }
}
