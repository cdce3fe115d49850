package dev.signalbox.it;

import static dev.signalbox.testkit.Step.ignore;
import static dev.signalbox.testkit.Step.respond;
import static dev.signalbox.testkit.Step.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.ServerConfig;
import dev.signalbox.Signalbox;
import dev.signalbox.StartupException;
import dev.signalbox.net.Transport;
import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How a server begins, and how it ends. */
@OnOneLoopAndTwo
final class LifeAndDeathTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @RegisterExtension final Stage stage;
  @TempDir Path directory;

  LifeAndDeathTest(Machine machine) {
    stage = new Stage(machine);
  }

  private CompletableFuture<Boolean> drain(Duration deadline) {
    var drained = new CompletableFuture<Boolean>();
    Thread.ofVirtual().start(() -> drained.complete(stage.signalbox().drain(deadline)));
    return drained;
  }

  @Test
  void idleConnectionsEndAtOnceWhenItDrains() {
    stage.start(stage.origin(Script.each(respond(200, "ok"))));
    var used = stage.client();
    used.exchange(Wire.GET);
    var unused = stage.client();
    stage.awaitConnections(2);
    assertThat(stage.signalbox().drain(PATIENCE)).isTrue();
    used.awaitClose();
    assertThat(used.wasReset()).isFalse();
    unused.awaitClose();
  }

  @Test
  void whatIsInFlightIsAnsweredAndClosedWhenItDrains() throws Exception {
    var goOn = new Signal();
    var origin = stage.origin(Script.each(waitFor(goOn).then(respond(200, "done"))));
    stage.start(origin);
    int port = stage.port();
    var busy = stage.client().send(Wire.GET);
    var idle = stage.client();
    stage.awaitConnections(2);
    origin.awaitRequests(1);
    var drained = drain(PATIENCE);
    idle.awaitClose(); // it has begun
    assertThat(drained).isNotDone();
    Await.until("new clients to be refused", () -> isRefused(port)); // on nio a moment later
    goOn.give();
    var response = busy.readResponse();
    assertThat(response.body()).isEqualTo("done");
    assertThat(response.header("Connection")).isEqualTo("close");
    busy.awaitClose();
    assertThat(drained.get()).isTrue();
  }

  private static boolean isRefused(int port) {
    try (var client = RawHttp1Client.connect(port)) {
      return client.wasReset();
    } catch (UncheckedIOException e) {
      return true;
    }
  }

  @Test
  void whatIsNotDoneByTheDeadlineIsBrokenOff() {
    var origin = stage.origin(Script.each(ignore()));
    stage.start(origin);
    var client = stage.client().send(Wire.GET);
    origin.awaitRequests(1);
    assertThat(stage.signalbox().drain(Duration.ofMillis(50))).isFalse();
    assertThat(client.readUntilClose()).doesNotContain(" 200 ");
    origin.awaitClosedByPeer(0);
  }

  @Test
  void closeEndsEverythingAtOnce() {
    var origin = stage.origin(Script.each(ignore()));
    stage.start(origin);
    var client = stage.client().send(Wire.GET);
    origin.awaitRequests(1);
    stage.signalbox().close();
    client.readUntilClose();
    origin.awaitClosedByPeer(0);
  }

  @Test
  void aPortThatIsTakenIsOneSentence() {
    stage.start(stage.origin(Script.each(respond(200, "ok"))));
    var taken = "127.0.0.1:" + stage.port();
    assertThatThrownBy(
            () -> Signalbox.start(stage.read(Config.to("127.0.0.1:1").bind(taken).text())))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "listener web: can't bind "
                + taken
                + ": it is in use; stop what listens there, or bind another port");
    assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("ok");
  }

  @Test
  void anAddressOfAnotherMachineIsOneSentence() {
    assertThatThrownBy(
            () -> Signalbox.start(stage.read(Config.to("127.0.0.1:1").bind("192.0.2.1:0").text())))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("listener web: can't bind 192.0.2.1:0: this machine has no such");
  }

  @Test
  void aPortIsFreeAgainWhenItsServerHasEnded() {
    stage.start(stage.origin(Script.each(respond(200, "ok"))));
    stage.client().exchange(Wire.GET);
    int port = stage.port();
    stage.signalbox().close();
    var config = stage.read(Config.to("127.0.0.1:1").bind("127.0.0.1:" + port).text());
    if (stage.machine().transport() == Transport.IO_URING) {
      // There the kernel lets go of a socket a moment after the ring that accepted on it.
      Await.until("the port to be free", () -> starts(config));
    } else {
      assertThat(starts(config)).isTrue();
    }
  }

  private static boolean starts(ServerConfig config) {
    try (var server = Signalbox.start(config)) {
      return server.listeners().size() == 1;
    } catch (StartupException e) {
      return false;
    }
  }

  @Test
  void aUnixDomainSocketIsFreeAgainWhenItsServerHasEnded() {
    var socket = directory.resolve("web.sock");
    var origin = stage.origin(Script.each(respond(200, "ok")));
    var config = stage.read(Config.to(origin).bind("unix:" + socket).text());
    for (int i = 0; i < 2; i++) {
      try (var server = Signalbox.start(config);
          var client = RawHttp1Client.connect(UnixDomainSocketAddress.of(socket))) {
        assertThat(server.listeners()).hasSize(1);
        assertThat(client.exchange(Wire.GET).body()).isEqualTo("ok");
      }
    }
  }

  @Test
  void allListenersServe() {
    var origin = stage.origin(Script.each(respond(200, "ok")));
    var server =
        stage.start(
            """
            listeners: { one: { bind: "127.0.0.1:0" }, two: { bind: "127.0.0.1:0" } }
            upstreams: { shop: ["%s"] }
            routes: [{ name: all, to: shop }]
            """
                .formatted(origin.hostAndPort()));
    for (var listener : server.listeners()) {
      var client = stage.add(RawHttp1Client.connect(listener.port()));
      assertThat(client.exchange(Wire.GET).body()).isEqualTo("ok");
      assertThat(origin.requests().getLast().header("X-Forwarded-Port"))
          .isEqualTo(Integer.toString(listener.port()));
    }
  }
}
