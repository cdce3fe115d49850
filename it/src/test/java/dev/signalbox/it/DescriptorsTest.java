package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process that runs out of file descriptors, and recovers. */
@Timeout(180)
class DescriptorsTest {
  /** Enough for the JVM and its jars, with a hundred or so left for clients. */
  private static final int DESCRIPTORS = 256;

  /** Above them by far, so that it is the descriptors which run out. */
  private static final int MOST_CLIENTS = 2 * DESCRIPTORS;

  private final FakeOrigin origin = FakeOrigin.start(Script.each(respond(200, "ok")));
  private final ArrayDeque<Socket> idle = new ArrayDeque<>();
  @TempDir private Path folder;

  @AfterEach
  void end() throws IOException {
    closeIdle();
    origin.close();
  }

  @ParameterizedTest
  @MethodSource("dev.signalbox.it.Machine#withTwoLoops")
  void acceptingRestsAndRecoversAndNobodyElseNotices(Machine machine) throws Exception {
    try (var server =
        ServerProcess.startWithDescriptors(DESCRIPTORS, folder, "run", "-c", config(machine))) {
      int port = server.awaitPort();
      try (var one = RawHttp1Client.connect(port);
          var two = RawHttp1Client.connect(port)) {
        assertThat(one.exchange(Wire.GET).body()).isEqualTo("ok");
        assertThat(two.exchange(Wire.get("/local")).body()).isEqualTo("here");

        Await.until(
            "accepting to rest",
            () -> {
              connectIdle(port);
              return server.log().contains("listener web: can't accept") || isFull();
            });
        assertThat(server.log())
            .contains("listener web: can't accept")
            .contains("raise the limit of open files");
        // On its kept connection to the origin, and without one.
        for (int i = 0; i < 3; i++) {
          assertThat(one.exchange(Wire.GET).body()).isEqualTo("ok");
          assertThat(two.exchange(Wire.get("/local")).body()).isEqualTo("here");
        }
        assertThat(origin.accepted()).isEqualTo(1);

        try (var late = RawHttp1Client.connect(port)) {
          late.send(Wire.get("/local"));
          closeIdle();
          assertThat(late.readResponse().body()).isEqualTo("here");
        }
        try (var fresh = RawHttp1Client.connect(port)) {
          assertThat(fresh.exchange(Wire.GET).body()).isEqualTo("ok");
        }
        assertThat(one.exchange(Wire.GET).body()).isEqualTo("ok");
      }
      server.send("TERM");
      assertThat(server.awaitEnd()).isZero();
      assertThat(server.log()).contains("everything was answered").doesNotContain("Exception");
    }
  }

  private String config(Machine machine) throws IOException {
    var text =
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { shop: ["%s"] }
        routes:
          - { name: local, match: { path: /local }, respond: { status: 200, body: here } }
          - { name: all, to: shop }
        transport: %s
        loops: %d
        """;
    return Files.writeString(
            folder.resolve("signalbox.yaml"),
            text.formatted(origin.hostAndPort(), machine.transport().word(), machine.loops()))
        .toString();
  }

  private void connectIdle(int port) {
    try {
      idle.add(new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isFull() {
    return idle.size() >= MOST_CLIENTS;
  }

  private void closeIdle() throws IOException {
    while (!idle.isEmpty()) {
      idle.remove().close();
    }
  }
}
