package dev.signalbox.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  private static final String FINE =
      """
      listeners:
        web: { bind: "127.0.0.1:0" }
      upstreams:
        app: [127.0.0.1:9001, { address: 127.0.0.1:9002, weight: 3 }]
      routes:
        - name: health
          match: { host: app.example.com, path: /health }
          respond: { status: 204 }
        - name: all
          to: app
      """;

  private static final String DEAD = "  - { name: dead, match: { path: /x }, respond: 410 }\n";

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private boolean onTerminal;
  private Map<String, String> env = Map.of();

  @Test
  void helpFitsAnOldTerminalAndShowsExamples() {
    assertThat(run("--help")).isZero();
    assertThat(out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(out())
        .startsWith("Usage: signalbox COMMAND")
        .contains("signalbox demo", "signalbox --from :8080 --to localhost:9000")
        .contains("demo", "run", "check", "schema")
        .doesNotContain("train", "\033");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "run",
        "status",
        "check",
        "explain",
        "test",
        "gen-tests",
        "diff",
        "replay",
        "schema"
      })
  void everyCommandHasHelp(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out()).startsWith("Usage: signalbox " + command);
    assertThat(out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @Test
  void colourIsForTerminals() {
    onTerminal = true;
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("\033[");
  }

  @Test
  void noColorIsRespected() {
    onTerminal = true;
    env = Map.of("NO_COLOR", "1");
    assertThat(run("--help")).isZero();
    assertThat(out()).doesNotContain("\033");
  }

  @Test
  void versionNamesAllParts() {
    assertThat(run("--version")).isZero();
    assertThat(out().lines().map(line -> line.split(" ", 2)[0]))
        .containsExactly("Signalbox", "JDK", "Netty", "Transports:");
    assertThat(out())
        .containsPattern("Signalbox \\d+\\.\\d+\\.\\d+")
        .containsPattern("JDK 2[5-9]")
        .containsPattern("Netty 4\\.2\\.\\d+")
        .containsPattern("Transports: .*nio\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rum                      | rum: no such command (did you mean run?)",
        "run --confg x            | --confg: no such option (did you mean --config?)",
        "--form :80 --to x:1      | --form: no such option (did you mean --from?)",
        "demo --port              | Missing required parameter for option '--port' (PORT)",
        "demo --port http         | Invalid value for option '--port': 'http' is not an int",
        "demo --port 65536        | --port: 65536 (expected: 0 to 65535)",
        "run signalbox.yaml       | signalbox.yaml: one argument too many",
        "check                    | FILE is missing",
        "--from :8080             | --from and --to go together: where to listen, and where "
            + "requests go",
        "--from 8080 --to a:1     | --from: 8080 has no port (expected: \":8080\")",
        "--from :80 --to http://a | --to: http://a is a URL (expected: a:80)",
      })
  void aMistakeIsOneSentenceAndWhereToLook(String line, String sentence) {
    assertThat(run(line.split(" ", -1))).isEqualTo(2);
    assertThat(err()).startsWith("signalbox: " + sentence + "\nSee: signalbox").hasLineCount(2);
    assertThat(out()).isEmpty();
  }

  @Test
  void noArgumentsSayWhatToTry() {
    assertThat(run()).isEqualTo(2);
    assertThat(err())
        .isEqualTo("signalbox: no command (try: signalbox demo)\nSee: signalbox --help\n");
  }

  @Test
  void aFineFileIsSummedUp() throws IOException {
    var file = write(FINE);
    assertThat(run("check", file)).isZero();
    assertThat(out().replaceAll("proofs \\d+ ms", "proofs 0 ms"))
        .isEqualTo(
            file
                + """
                 is fine: 1 listener, 1 upstream, 2 routes
                  listener web: 127.0.0.1:0
                  upstream app: 127.0.0.1:9001, 127.0.0.1:9002 (weight 3)
                  route health: host app.example.com and path /health -> respond 204
                  route all: everything -> to app
                """
                + file
                + ": 2 routes, no findings; proofs 0 ms\n");
  }

  @Test
  void anAddressForOperatorsThatOthersReachIsPointedOut() throws IOException {
    assertThat(run("check", write(FINE + "admin: \":9901\"\n"))).isZero();
    assertThat(out()).contains("\n  admin: :9901: open to other machines\n");
    out.reset();
    assertThat(run("check", write(FINE + "admin: localhost:9901\n"))).isZero();
    assertThat(out()).contains("\n  admin: localhost:9901\n");
  }

  @Test
  void findingsHaveTheirExitCode() throws IOException {
    assertThat(run("check", write(FINE))).isZero();
    out.reset();
    var dead = write(FINE + DEAD);
    assertThat(run("check", dead)).isEqualTo(1);
    assertThat(out())
        .startsWith(dead + ":11:5: warning: ")
        .contains("  11 |   - { name: dead")
        .contains("GET http://example.com/x -> route all")
        .doesNotContain("is fine");
    assertThat(err()).isEmpty();
    out.reset();
    assertThat(run("check", write("strict: true\n" + FINE + DEAD))).isEqualTo(2);
    assertThat(out()).endsWith("strict: true: run refuses this file\n");
  }

  @Test
  void unusableFileIsWorseThanFindings() throws IOException {
    assertThat(run("check", write(FINE + DEAD), "/no/such.yaml")).isEqualTo(2);
    assertThat(out()).contains("[unreachable]", "1 finding: 1 warning");
    assertThat(err()).contains("/no/such.yaml: there is no such file");
  }

  @Test
  void machinesGetFindingsAndMistakesOfAllFiles() throws IOException {
    assertThat(run("check", "--json", write(FINE + DEAD), "/no/such.yaml")).isEqualTo(2);
    assertThat(out())
        .startsWith("{\n  \"files\": [")
        .contains("\"finding\": \"unreachable\"", "\"line\": 11", "\"mistakes\": [");
    out.reset();
    assertThat(run("check", "--sarif", write(FINE + DEAD))).isEqualTo(1);
    assertThat(out()).contains("\"version\": \"2.1.0\"", "\"ruleId\": \"unreachable\"");
    assertThat(run("check", "--sarif", "--json", write(FINE))).isEqualTo(2);
    assertThat(err()).startsWith("signalbox: --json and --sarif: only one of them");
  }

  @Test
  void severalFilesAreCheckedToTheLast() throws IOException {
    var fine = write(FINE);
    assertThat(run("check", "/no/such.yaml", fine, "/nor/this.yaml")).isEqualTo(2);
    assertThat(out()).startsWith(fine + " is fine: ");
    assertThat(err()).contains("/no/such.yaml: ").contains("/nor/this.yaml: ").hasLineCount(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "run -c"})
  void everyMistakeOfAFileIsToldWithItsPlace(String command) throws IOException {
    var file = write(FINE.replace("127.0.0.1:0", "here").replace("to: app", "to: ape"));
    assertThat(run((command + " " + file).split(" ", -1))).isEqualTo(2);
    assertThat(err())
        .contains(file + ":2:16: ")
        .contains(file + ":10:9: ")
        .endsWith("2 mistakes\n")
        .doesNotContain("\tat ");
  }

  @Test
  void aMissingFileIsOneSentence() {
    assertThat(run("run", "-c", "/no/such.yaml")).isEqualTo(2);
    assertThat(err()).contains("/no/such.yaml: there is no such file").hasLineCount(1);
  }

  @Test
  void aPlainRunReadsItsFileAsAnyOther() {
    assertThat(run("run", "-c", "/no/such.yaml")).isEqualTo(2);
    var plain = err();
    err.reset();
    assertThat(run("run", "--config", "/no/such.yaml")).isEqualTo(2);
    assertThat(err()).isEqualTo(plain);
  }

  @Test
  void theSchemaIsASchema() {
    assertThat(run("schema")).isZero();
    assertThat(out()).startsWith("{").contains("\"$schema\"", "\"listeners\"", "\"routes\"");
  }

  private String write(String text) throws IOException {
    return Files.writeString(folder.resolve("signalbox.yaml"), text).toString();
  }

  /** Nothing here starts a server: if something does, the test says so. */
  private int run(String... arguments) {
    var terminal =
        new Terminal(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            onTerminal,
            onTerminal,
            env::get);
    return SignalboxCommand.run(
        terminal,
        () -> {
          throw new AssertionError("a server was started");
        },
        arguments);
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }
}
