package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.RawHttp1Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes, started and told to end as an operator would. */
@Timeout(180)
class SignalsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void theFirstSignalEndsInOrder(String signal) throws Exception {
    try (var server = start("run", "-c", config(0))) {
      server.awaitLog("ready after");
      server.send(signal);
      assertThat(server.awaitEnd()).isZero();
      assertThat(server.log())
          .contains("SIG" + signal + ": no new connections")
          .contains("ended after");
    }
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  void theSecondSignalEndsAtOnce(String signal, int code) throws Exception {
    // An answer that never comes keeps the first signal waiting.
    try (var silent = new ServerSocket(0);
        var server = start("run", "-c", config(silent.getLocalPort()));
        var client = RawHttp1Client.connect(server.awaitPort())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      try (var asked = silent.accept()) {
        assertThat(asked.isConnected()).isTrue();
        server.send(signal);
        server.awaitLog("SIG" + signal + ": no new connections");
        assertThat(server.isAlive()).isTrue();
        server.send(signal);
        assertThat(server.awaitEnd()).isEqualTo(code);
      }
    }
  }

  @Test
  void aPortInUseIsOneSentence() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var server = start("--from", "127.0.0.1:" + other.getLocalPort(), "--to", "127.0.0.1:9")) {
      assertThat(server.awaitEnd()).isEqualTo(2);
      assertThat(server.log()).contains(String.valueOf(other.getLocalPort())).hasLineCount(1);
    }
  }

  @Test
  void anEndpointWhoseHostIsNotKnownIsOneSentence() throws Exception {
    // RFC 2606 §2: .invalid is nobody's
    try (var server = resolving("nowhere.invalid:80")) {
      assertThat(server.awaitEnd()).isEqualTo(2);
      assertThat(server.log())
          .hasLineCount(1)
          .contains("the host of nowhere.invalid:80 has no address")
          .contains("correct the name, or let this machine's resolver know it");
    }
    try (var server = resolving("known.example:80")) {
      server.awaitLog("ready after");
    }
  }

  /** One whose JDK asks a file for names, and no resolver of the machine's. */
  private ServerProcess resolving(String endpoint) throws IOException {
    var hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 known.example\n");
    return ServerProcess.start(
        folder,
        List.of("-Djdk.net.hosts.file=" + hosts),
        "--from",
        "127.0.0.1:0",
        "--to",
        endpoint);
  }

  @Test
  void theDemoIsReadyAndEndsInOrder() throws Exception {
    try (var server = start("demo", "--port", "0")) {
      server.awaitLog("curl -H 'Host: status.example.com' http://127.0.0.1:");
      server.send("INT");
      assertThat(server.awaitEnd()).isZero();
    }
  }

  private String config(int endpointPort) throws IOException {
    var port = endpointPort == 0 ? 9 : endpointPort;
    var text =
        """
        listeners:
          web: { bind: "127.0.0.1:0" }
        upstreams:
          app: [127.0.0.1:%d]
        routes:
          - name: all
            to: app
        """;
    return Files.writeString(folder.resolve("signalbox.yaml"), text.formatted(port)).toString();
  }

  private ServerProcess start(String... arguments) throws IOException {
    return ServerProcess.start(folder, List.of(), arguments);
  }
}
