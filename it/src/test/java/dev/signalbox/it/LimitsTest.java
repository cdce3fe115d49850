package dev.signalbox.it;

import static dev.signalbox.testkit.Step.ignore;
import static dev.signalbox.testkit.Step.respond;
import static dev.signalbox.testkit.Step.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How much a client may ask for, and how long it may take. */
@OnEachTransport
final class LimitsTest {
  @RegisterExtension final Stage stage;

  LimitsTest(Machine machine) {
    stage = new Stage(machine);
  }

  private FakeOrigin start(String listener) {
    var origin = stage.origin(Script.each(respond(200, "ok")));
    stage.start(Config.to(origin).listener(listener));
    return origin;
  }

  /** Is answered with that status and closed, and no origin hears of it. */
  private void assertRefused(FakeOrigin origin, String request, int status) {
    var client = stage.client();
    var response = client.exchange(request);
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.header("Connection")).isEqualTo("close");
    client.awaitClose();
    assertThat(client.wasReset()).isFalse();
    assertThat(origin.accepted()).isZero();
  }

  @Test
  void aRequestLineBeyondItsLimitIsRefused() {
    var origin = start("limits: { request-line: 64B }");
    assertRefused(origin, Wire.get("/" + "x".repeat(64)), 414);
    assertThat(stage.client().exchange(Wire.get("/" + "x".repeat(40))).body()).isEqualTo("ok");
  }

  @Test
  void aHeadBeyondItsLimitIsRefused() {
    var origin = start("limits: { head: 256B, request-line: 200B }");
    assertRefused(origin, Wire.get("/", "X: " + "x".repeat(300)), 431);
    assertThat(stage.client().exchange(Wire.get("/", "X: " + "x".repeat(100))).body())
        .isEqualTo("ok");
  }

  @Test
  void tooManyFieldsAreRefused() {
    var origin = start("limits: { headers: 3 }");
    assertRefused(origin, Wire.get("/", "A: 1", "B: 2", "C: 3"), 431);
    assertThat(stage.client().exchange(Wire.get("/", "A: 1", "B: 2")).body()).isEqualTo("ok");
  }

  @Test
  void aBodyThatIsDeclaredTooLargeIsRefusedUnread() {
    var origin = start("limits: { body: 10B }");
    assertRefused(origin, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n", 413);
    assertThat(stage.client().exchange(Wire.post("0123456789")).body()).isEqualTo("ok");
  }

  @Test
  void aChunkedBodyThatGrowsTooLargeIsRefusedAndItsRequestCancelled() {
    var origin = start("limits: { body: 10B }");
    var head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    var client = stage.client();
    client.send(head + Wire.chunk("01234567") + Wire.chunk("89a"));
    assertThat(client.readResponse().status()).isEqualTo(413);
    client.awaitClose();
    assertThat(origin.requests()).isEmpty();
    assertThat(
            stage
                .client()
                .exchange(head + Wire.chunk("01234567") + Wire.chunk("89") + "0\r\n\r\n")
                .body())
        .isEqualTo("ok");
  }

  @Test
  void whatIsPipelinedBeyondItsLimitIsNotRead() {
    var goOn = new Signal();
    var origin = stage.origin(Script.each(waitFor(goOn).then(respond(200, "ok"))));
    stage.start(Config.to(origin).listener("limits: { pipelined: 1KB }"));
    var client = stage.client();
    client.send(Wire.GET);
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + Pressure.LARGE + "\r\n\r\n");
    var pressure = new Pressure(stage.signalbox());
    long taken = pressure.sendUntilBlocked(client, Pressure.LARGE, Pressure.STALL);
    assertThat(taken).isLessThan(Pressure.LARGE);
    assertThat(pressure.growth()).isLessThan(Pressure.BOUND);
    client.reset();
    goOn.give();
  }

  @Test
  void aHeadThatDoesNotEndIsRefusedAfterItsTime() {
    var origin = start("timeouts: { head: 200ms }");
    assertRefused(origin, "GET / HTTP/1.1\r\nHost: x\r\n", 408);
  }

  @Test
  void aHeadThatTricklesIsRefusedAfterItsTime() {
    start("timeouts: { head: 200ms }");
    var client = stage.client().send("GET / HTTP/1.1\r\nHost: x\r\nX: ");
    var trickle =
        Thread.ofVirtual()
            .start(() -> {
              while (!Thread.interrupted() && client.trySend(new byte[] {'x'})) {
                LockSupport.parkNanos(10_000_000); // the pace of the client, not a wait of the test
              }
            });
    stage.awaitConnections(1);
    stage.awaitConnections(0);
    trickle.interrupt();
  }

  @Test
  void aConnectionThatSaysNothingIsClosedAfterTheTimeOfAHead() {
    start("timeouts: { head: 100ms }");
    stage.client().awaitClose();
  }

  @Test
  void anIdleConnectionIsClosedAfterItsTime() {
    start("timeouts: { idle: 100ms }");
    var client = stage.client();
    assertThat(client.exchange(Wire.GET).header("Connection")).isNull();
    client.awaitClose();
    assertThat(client.wasReset()).isFalse();
  }

  @Test
  void aBodyThatPausesTooLongIsRefused() {
    var origin = start("timeouts: { body: 500ms }");
    var client = stage.client();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
    assertThat(client.readResponse().status()).isEqualTo(408);
    client.awaitClose();
    origin.awaitClosedByPeer(0);
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void aBodyBelowTheLeastRateIsRefused() {
    start("timeouts: { min-body-rate: 10KB/s, min-body-rate-grace: 0s }");
    var client = stage.client();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nslow");
    assertThat(client.readResponse().status()).isEqualTo(408);
  }

  @Test
  void aBodyThatTricklesBelowTheLeastRateIsRefused() {
    var origin = start("timeouts: { min-body-rate: 10KB/s, min-body-rate-grace: 0s }");
    var client = stage.client();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
    var sent = new AtomicInteger();
    // A byte at each look, so at most a thousand a second, and never a pause.
    Await.until(
        "the body to be refused",
        () -> !client.trySend(new byte[] {'x'}) || sent.incrementAndGet() == 100_000);
    assertThat(client.readResponse().status()).isEqualTo(408);
    assertThat(sent.get()).isBetween(2, 99_999);
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void aClientIsNotBlamedForTheTimeThatTheOriginTakes() {
    var mayRead = new Signal();
    var origin =
        stage.origin(connection -> {
          if (connection.readHead() != null) {
            mayRead.await();
            connection.skip(Pressure.LARGE);
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            connection.awaitClosedByPeer();
          }
        });
    stage.start(
        Config.to(origin)
            .listener("timeouts: { body: 500ms, min-body-rate: 1KB/s, min-body-rate-grace: 0s }"));
    var client = stage.client();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + Pressure.LARGE + "\r\n\r\n");
    var pressure = new Pressure(stage.signalbox());
    long taken = pressure.sendUntilBlocked(client, Pressure.LARGE, Duration.ofMillis(1500));
    mayRead.give();
    pressure.send(client, Pressure.LARGE - taken);
    assertThat(client.readResponse().status()).isEqualTo(200);
  }

  @Test
  void aClientThatDoesNotReadIsResetAfterItsTime() {
    var origin =
        stage.origin(
            Script.each((connection, _) -> {
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + Pressure.LARGE + "\r\n\r\n");
              var piece = new byte[Pressure.PIECE];
              for (long sent = 0; sent < Pressure.LARGE; sent += piece.length) {
                connection.send(piece);
              }
            }));
    stage.start(Config.to(origin).listener("timeouts: { send: 500ms }"));
    var client = stage.slowClient(16 * 1024).send(Wire.GET);
    stage.awaitConnections(1);
    stage.awaitConnections(0);
    client.readUntilClose();
    assertThat(client.wasReset()).isTrue();
  }

  @Test
  void clientsBeyondTheMostConnectionsWaitUntilOneEnds() {
    var origin = start("max-connections: 2");
    var one = stage.client();
    var two = stage.client();
    assertThat(one.exchange(Wire.GET).body()).isEqualTo("ok");
    assertThat(two.exchange(Wire.GET).body()).isEqualTo("ok");
    var three = stage.client().send(Wire.get("/three"));
    assertThat(one.exchange(Wire.GET).body()).isEqualTo("ok");
    assertThat(stage.signalbox().connections()).isEqualTo(2);
    assertThat(origin.requests()).extracting(r -> r.target()).doesNotContain("/three");
    two.close();
    assertThat(three.readResponse().body()).isEqualTo("ok");
  }

  @Test
  void aClientsConnectionsBeyondItsShareAreClosed() {
    start("max-connections-per-client: 1");
    var one = stage.client();
    assertThat(one.exchange(Wire.GET).body()).isEqualTo("ok");
    stage.client().awaitClose();
    one.close();
    stage.awaitConnections(0);
    assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("ok");
  }

  @Test
  void aSlowAnswerIsNotAnIdleConnection() {
    var goOn = new Signal();
    var origin = stage.origin(Script.each(waitFor(goOn).then(respond(200, "ok"))));
    stage.start(Config.to(origin).listener("timeouts: { idle: 50ms, head: 50ms, body: 50ms }"));
    var client = stage.client().send(Wire.GET);
    var idle = stage.client(); // it is closed for its idleness, and by then so would the other be
    idle.awaitClose();
    goOn.give();
    assertThat(client.readResponse().body()).isEqualTo("ok");
  }

  @Test
  void anUnreadAnswerOfALocalRouteIsBounded() {
    stage.origin(Script.each(ignore()));
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0", timeouts: { send: 500ms } } }
        routes: [{ name: local, respond: { status: 200, body: "%s" } }]
        """
            .formatted("x".repeat(4000)));
    var client = stage.slowClient(16 * 1024);
    var pressure = new Pressure(stage.signalbox());
    var requests = Wire.GET.repeat(1000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    for (int i = 0; i < 20; i++) {
      if (client.sendUntilBlocked(requests, Pressure.STALL) < requests.length) {
        break;
      }
      pressure.look();
    }
    pressure.look();
    assertThat(pressure.growth()).isLessThan(Pressure.BOUND);
  }
}
