package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.RawHttp1Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes, started and told to end as an operator would. */
@Timeout(180)
class SignalsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern PORT = Pattern.compile("listener web: 127\\.0\\.0\\.1:(\\d+)");

  @TempDir private Path folder;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    processes.forEach(Process::destroyForcibly);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void theFirstSignalEndsInOrder(String signal) throws Exception {
    var process = start("run", "-c", config(0));
    awaitLog("ready after");
    send(signal, process);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(log()).contains("SIG" + signal + ": no new connections").contains("ended after");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM,143", "INT,130"})
  void theSecondSignalEndsAtOnce(String signalAndCode) throws Exception {
    var signal = signalAndCode.split(",", -1)[0];
    // An answer that never comes keeps the first signal waiting.
    try (var silent = new ServerSocket(0)) {
      var process = start("run", "-c", config(silent.getLocalPort()));
      awaitLog("ready after");
      var matcher = PORT.matcher(log());
      assertThat(matcher.find()).isTrue();
      try (var client = RawHttp1Client.connect(Integer.parseInt(matcher.group(1)))) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        try (var asked = silent.accept()) {
          assertThat(asked.isConnected()).isTrue();
          send(signal, process);
          awaitLog("SIG" + signal + ": no new connections");
          assertThat(process.isAlive()).isTrue();
          send(signal, process);
          assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
          assertThat(process.exitValue())
              .isEqualTo(Integer.parseInt(signalAndCode.split(",", -1)[1]));
        }
      }
    }
  }

  @Test
  void aPortInUseIsOneSentence() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var process = start("--from", "127.0.0.1:" + other.getLocalPort(), "--to", "127.0.0.1:9");
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(2);
      assertThat(log()).contains(String.valueOf(other.getLocalPort())).hasLineCount(1);
    }
  }

  @Test
  void theDemoIsReadyAndEndsInOrder() throws Exception {
    var process = start("demo", "--port", "0");
    awaitLog("curl -H 'Host: status.example.com' http://127.0.0.1:");
    send("INT", process);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
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

  private Process start(String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.signalbox.Main"));
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    processes.add(process);
    return process;
  }

  private static void send(String signal, Process process) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private void awaitLog(String text) {
    Await.until("the log says: " + text, PATIENCE, () -> log().contains(text));
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
