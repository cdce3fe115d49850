package dev.signalbox.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.config.Address;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command's own part: where it asks, and what it makes of the answers of others. */
class StatusCommandTest {
  private static final String LISTENERS = "listeners: { web: { bind: \"127.0.0.1:0\" } }\n";

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private static String answer(String body, String... fields) {
    return "HTTP/1.1 200 OK\r\nContent-Length: "
        + body.getBytes(UTF_8).length
        + "\r\n"
        + String.join("\r\n", fields)
        + "\r\n\r\n"
        + body;
  }

  /** Something that answers so and closes, as it is asked to. */
  private static FakeOrigin server(String answer) {
    var bytes = new String(answer.getBytes(UTF_8), ISO_8859_1);
    return FakeOrigin.start(
        Script.of((connection, request) -> {
          Step.respond(bytes).play(connection, request);
          Step.close().play(connection, request);
        }));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "17, 1"})
  void theExitCodeSaysWhetherThereAreFindings(int findings, int exit) {
    try (var server = server(answer("all\nwell\n", "Signalbox-Findings: " + findings))) {
      assertThat(run("status", "--admin", server.hostAndPort())).isEqualTo(exit);
      assertThat(out()).isEqualTo("all\nwell\n");
      var asked = server.requests().getFirst();
      assertThat(asked.head())
          .startsWith("GET /status HTTP/1.1\r\nHost: localhost\r\n")
          .contains("Accept: text/plain");
    }
  }

  @Test
  void theFileSaysWhereToAsk() throws IOException {
    try (var server = server(answer("well\n", "Signalbox-Findings: 0"))) {
      var file = write(LISTENERS + "admin: \":" + server.port() + "\"\n");
      assertThat(run("status", "-c", file)).isZero();
      assertThat(out()).isEqualTo("well\n");
    }
  }

  @Test
  void whatItPrintsCannotDriveATerminal() {
    try (var server = server(answer("\u001b[2Jred\u202e\r\n", "Signalbox-Findings: 0"))) {
      assertThat(run("status", "--admin", server.hostAndPort())).isZero();
      assertThat(out()).isEqualTo("\ufffd[2Jred\ufffd\n");
    }
  }

  @Test
  void nobodyThereIsToldInPlainWords() throws IOException {
    int free;
    try (var socket = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
      free = ((InetSocketAddress) socket.getLocalAddress()).getPort();
    }
    assertThat(run("status", "--admin", ":" + free)).isEqualTo(2);
    assertThat(err())
        .isEqualTo(
            "signalbox: 127.0.0.1:%d: nobody listens there\n".formatted(free)
                + "Does Signalbox run, and has its file `admin: 127.0.0.1:%d`?\n".formatted(free));
    err.reset();
    var socket = "unix:" + folder.resolve("none.sock");
    assertThat(run("status", "--admin", socket)).isEqualTo(2);
    assertThat(err()).startsWith("signalbox: " + socket + ": nobody listens there\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSignalbox-Findings: -1\r\n\r\nhi"
      })
  void anotherServerIsNotTakenForOne(String answer) {
    try (var server = server(answer)) {
      assertThat(run("status", "--admin", server.hostAndPort())).isEqualTo(2);
      assertThat(err()).contains("this is no address for operators of a Signalbox");
      assertThat(out()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SSH-2.0-x                                          | does not speak HTTP",
        "HTTP/1.1 200 OK@Signalbox-Findings: 0@@half        | broke off",
        "HTTP/1.1 200 OK@Content-Length: 9@@half            | broke off"
      })
  void whatMakesNoSenseIsNotShown(String answer, String sentence) {
    try (var server = server(answer.replace("@", "\r\n"))) {
      assertThat(run("status", "--admin", server.hostAndPort())).isEqualTo(2);
      assertThat(err()).contains(sentence).doesNotContain("\tat ");
      assertThat(out()).isEmpty();
    }
  }

  @Test
  void whoeverDoesNotAnswerIsNotWaitedForLong() {
    try (var server = FakeOrigin.start(connection -> connection.awaitClosedByPeer())) {
      var address = Address.parse(server.hostAndPort());
      assertThatThrownBy(() -> RunningServer.ask(address, "/", "", Duration.ofMillis(50)))
          .isInstanceOf(IOException.class)
          .hasMessage("no answer within 50ms");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--admin 9901        | --admin: 9901 has no port (expected: \":9901\")",
        "--admin 127.0.0.1:0 | --admin: 127.0.0.1:0 has port 0, which stands for any",
      })
  void aMistakeIsOneSentenceAndWhereToLook(String line, String sentence) {
    assertThat(run(("status " + line).split(" ", -1))).isEqualTo(2);
    assertThat(err())
        .startsWith("signalbox: " + sentence)
        .endsWith("See: signalbox status --help\n");
  }

  @Test
  void aFileWithoutAnAddressSaysWhatIsMissing() throws IOException {
    assertThat(run("status", "-c", write(LISTENERS))).isEqualTo(2);
    assertThat(err())
        .contains("signalbox.yaml has no admin: nobody can ask what runs by it")
        .contains("(expected: that, or --admin)");
  }

  @Test
  void aFileWithMistakesIsToldThem() throws IOException {
    assertThat(run("status", "-c", write(LISTENERS + "admin: here\n"))).isEqualTo(2);
    assertThat(err()).contains("signalbox.yaml:2:8: admin: here has no port");
  }

  private String write(String text) throws IOException {
    return Files.writeString(folder.resolve("signalbox.yaml"), text).toString();
  }

  private int run(String... arguments) {
    return SignalboxCommand.run(
        new Terminal(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false,
            _ -> null),
        arguments);
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }
}
