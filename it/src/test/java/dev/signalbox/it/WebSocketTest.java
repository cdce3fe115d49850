package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import dev.signalbox.testkit.WebSocketOrigin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** WebSockets and other switches of protocols: what passes through a tunnel, and how it ends. */
@OnEachTransport
final class WebSocketTest {
  private static final String OPEN =
      Wire.get(
          "/chat",
          "Connection: keep-alive, Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Protocol: chat.v1",
          "Sec-WebSocket-Extensions: permessage-deflate",
          "Sec-WebSocket-Key: " + WebSocketOrigin.KEY);

  @TempDir static Path folder;
  @RegisterExtension final Stage stage;

  WebSocketTest(Machine machine) {
    stage = new Stage(machine);
  }

  private RawHttp1Client open() {
    var client = stage.client();
    assertThat(client.send(OPEN).readHead()).startsWith("HTTP/1.1 101 ");
    return client;
  }

  // --- the switch ---

  @Test
  void theHandshakeIsTheEndpointsOwn() {
    var origin = stage.origin(WebSocketOrigin.echo());
    stage.start(origin);
    var client = stage.client();
    var answer = client.send(OPEN).readHead();
    assertThat(answer)
        .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
        .contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n")
        .contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
        .doesNotContain("Content-Length", "Transfer-Encoding", "keep-alive");
    var request = origin.requests().getFirst();
    assertThat(request.header("Connection")).isEqualTo("Upgrade");
    assertThat(request.header("Upgrade")).isEqualTo("websocket");
    assertThat(request.header("Sec-WebSocket-Key")).isEqualTo(WebSocketOrigin.KEY);
    assertThat(request.header("Sec-WebSocket-Version")).isEqualTo("13");
    assertThat(request.header("Sec-WebSocket-Protocol")).isEqualTo("chat.v1");
    assertThat(request.header("Sec-WebSocket-Extensions")).isEqualTo("permessage-deflate");
    assertThat(request.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
  }

  @Test
  void bytesComeBackUnchangedInAnyPieces() {
    stage.start(stage.origin(WebSocketOrigin.echo()));
    var client = open();
    for (String message : new String[] {"\0", "GET / HTTP/1.1\r\n\r\n", "\u0081\u0005hello"}) {
      client.sendInPieces(message, 1);
      assertThat(client.read(message.length())).isEqualTo(message);
    }
  }

  @Test
  void whatTheClientSendsAheadOfTheAnswerIsNotLost() {
    stage.start(stage.origin(WebSocketOrigin.echo()));
    var client = stage.client();
    client.send(OPEN + "sent ahead");
    assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
    assertThat(client.read(10)).isEqualTo("sent ahead");
    client.send(" and behind");
    assertThat(client.read(11)).isEqualTo(" and behind");
  }

  @Test
  void whatTheEndpointSendsRightBehindItsAnswerIsNotLost() {
    stage.start(
        stage.origin(connection -> {
          var request = connection.readRequest();
          if (request != null) {
            connection.send(WebSocketOrigin.accept(request) + "welcome");
            connection.echo();
          }
        }));
    var client = open();
    assertThat(client.read(7)).isEqualTo("welcome");
    client.send("thanks");
    assertThat(client.read(6)).isEqualTo("thanks");
  }

  @Test
  void anyOtherAnswerIsAnOrdinaryResponse() {
    var origin = stage.origin(Script.each(respond(426, "not so")));
    stage.start(origin);
    var client = stage.client();
    for (int i = 0; i < 2; i++) {
      var response = client.exchange(OPEN);
      assertThat(response.status()).isEqualTo(426);
      assertThat(response.body()).isEqualTo("not so");
    }
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void anInterimResponseComesBeforeTheSwitch() {
    stage.start(
        stage.origin(connection -> {
          var request = connection.readRequest();
          if (request != null) {
            connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            connection.send(WebSocketOrigin.accept(request));
            connection.echo();
          }
        }));
    var client = stage.client().send(OPEN);
    assertThat(client.readHead()).startsWith("HTTP/1.1 103 ");
    assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
    client.send("x");
    assertThat(client.read(1)).isEqualTo("x");
  }

  @Test
  void aSwitchThatNobodyAskedForIsABadResponse() {
    var switching =
        respond("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
    stage.start(stage.origin(Script.each(switching)));
    assertThat(stage.client().exchange(Wire.GET).status()).isEqualTo(502);
    assertThat(stage.client().exchange(OPEN).status()).isEqualTo(502); // to another protocol
  }

  @Test
  void aSwitchWithoutItsFieldsIsABadResponse() {
    var origin = stage.origin(Script.each(respond("HTTP/1.1 101 Go\r\n\r\n")));
    stage.start(origin);
    assertThat(stage.client().exchange(OPEN).status()).isEqualTo(502);
    origin.script(
        Script.each(
            respond(
                "HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Content-Length: 5\r\n\r\nhello")));
    assertThat(stage.client().exchange(OPEN).status()).isEqualTo(502);
  }

  @Test
  void aWebSocketWithoutAGoodKeyIsRefused() {
    var origin = stage.origin(WebSocketOrigin.echo());
    stage.start(origin);
    String key = "Sec-WebSocket-Key: " + WebSocketOrigin.KEY + "\r\n";
    for (String bad :
        new String[] {
          "", key + key, "Sec-WebSocket-Key: c2hvcnQ=\r\n", "Sec-WebSocket-Key: !!!!\r\n"
        }) {
      assertThat(stage.client().exchange(OPEN.replace(key, bad)).status()).isEqualTo(400);
    }
    assertThat(origin.accepted()).isZero();
  }

  @Test
  void whatIsNoUpgradeIsNotPassedOnAsOne() {
    var origin = stage.origin(Script.each(respond(200, "plain")));
    stage.start(origin);
    var client = stage.client();
    String key = "Sec-WebSocket-Key: " + WebSocketOrigin.KEY;
    for (String request :
        new String[] {
          Wire.get("/", "Upgrade: websocket", key), // no Connection names it
          Wire.get(
              "/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AA"),
          Wire.get("/", "Connection: Upgrade", "Upgrade: TLS/1.0"),
          Wire.withBody("GET", "/", "body", "Connection: Upgrade", "Upgrade: websocket", key),
          Wire.request("POST", "/", "Connection: Upgrade", "Upgrade: websocket", key),
          Wire.request("OPTIONS", "/", "Connection: Upgrade", "Upgrade: websocket", key),
        }) {
      assertThat(client.exchange(request).body()).isEqualTo("plain");
    }
    assertThat(client.exchange(OPEN.replace("HTTP/1.1", "HTTP/1.0")).body()).isEqualTo("plain");
    for (var received : origin.requests()) {
      assertThat(received.header("Upgrade")).isNull();
      assertThat(received.header("Connection")).isNull();
      assertThat(received.header("HTTP2-Settings")).isNull();
    }
  }

  @Test
  void routesSayWhichProtocolsMayBeSwitchedTo() {
    var origin = stage.origin(Script.each(respond(200, "plain")));
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { shop: ["%s"] }
        routes:
          - { name: none, match: { path: /none }, to: shop, upgrades: [] }
          - { name: other, match: { path: /other }, to: shop, upgrades: [Imap/4, echo] }
          - { name: rest, to: shop }
        """
            .formatted(origin.hostAndPort()));
    var offer = new String[] {"Connection: Upgrade", "Upgrade: h2c, ECHO , websocket", ""};
    offer[2] = "Sec-WebSocket-Key: " + WebSocketOrigin.KEY;
    var client = stage.client();
    for (String path : new String[] {"/none", "/other", "/"}) {
      assertThat(client.exchange(Wire.get(path, offer)).body()).isEqualTo("plain");
    }
    assertThat(origin.requests())
        .extracting(request -> request.header("Upgrade"))
        .containsExactly(null, "ECHO", "websocket");
  }

  // --- what passes ---

  @Test
  void aWebSocketPassesOverTls() throws IOException {
    var root = TestCertificate.authority("Test Root");
    var pair = root.issue(Kind.EC, "shop.example").write(folder, "wss");
    stage.start(
        Config.to(stage.origin(WebSocketOrigin.echo()))
            .listener("tls: { certificates: [" + pair + "] }"));
    try (var socket = TlsClient.connect(stage.port(), root, "shop.example")) {
      var out = socket.getOutputStream();
      out.write((OPEN + "ahead").getBytes(StandardCharsets.ISO_8859_1));
      var in = socket.getInputStream();
      var received = new StringBuilder();
      while (!received.toString().endsWith("\r\n\r\nahead")) {
        int next = in.read();
        assertThat(next).isNotNegative();
        received.append((char) next);
      }
      assertThat(received.toString()).startsWith("HTTP/1.1 101 ");
      var large = "0123456789abcdef".repeat(60_000).getBytes(StandardCharsets.ISO_8859_1);
      var sending =
          CompletableFuture.runAsync(() -> {
            try {
              out.write(large);
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });
      assertThat(in.readNBytes(large.length)).isEqualTo(large);
      sending.join();
      socket.shutdownOutput();
      assertThat(in.read()).isNegative();
    }
  }

  @Test
  void aSlowClientHoldsTheEndpointBackInBoundedMemory() {
    var sent = new AtomicLong();
    stage.start(
        stage.origin(
            WebSocketOrigin.then((connection, _) -> {
              var piece = new byte[Pressure.PIECE];
              while (sent.get() < Pressure.LARGE) {
                connection.send(piece);
                sent.addAndGet(Pressure.PIECE);
              }
              connection.awaitClosedByPeer();
            })));
    var client = stage.slowClient(64 * 1024);
    var pressure = new Pressure(stage.signalbox());
    client.send(OPEN).readHead();
    Pressure.awaitStall("the origin to be held back", sent::get);
    pressure.look();
    assertThat(sent.get()).isLessThan(Pressure.LARGE);
    pressure.skip(client, Pressure.LARGE);
    assertThat(pressure.growth()).isLessThan(Pressure.BOUND);
  }

  @Test
  void aSlowEndpointHoldsTheClientBackInBoundedMemory() {
    var mayRead = new Signal();
    stage.start(
        stage.origin(
            WebSocketOrigin.then((connection, _) -> {
              mayRead.await();
              connection.skip(Pressure.LARGE);
              connection.send("done");
              connection.awaitClosedByPeer();
            })));
    var client = open();
    var pressure = new Pressure(stage.signalbox());
    long taken = pressure.sendUntilBlocked(client, Pressure.LARGE, Pressure.STALL);
    assertThat(taken).isLessThan(Pressure.LARGE);
    mayRead.give();
    pressure.send(client, Pressure.LARGE - taken);
    assertThat(client.read(4)).isEqualTo("done");
    assertThat(pressure.growth()).isLessThan(Pressure.BOUND);
  }

  @Test
  void anIdleTunnelHoldsNoBuffer() {
    stage.start(stage.origin(WebSocketOrigin.echo()));
    var client = open();
    client.send("x");
    client.read(1);
    long one = stage.signalbox().bufferBytes();
    for (int i = 0; i < 20; i++) {
      var another = open();
      another.send("x");
      another.read(1);
    }
    assertThat(stage.signalbox().bufferBytes() - one).isLessThan(20 * 256); // less than a message
  }

  // --- how it ends ---

  @Test
  void theClientMayEndItsSideAndStillHear() {
    stage.start(
        stage.origin(
            WebSocketOrigin.then((connection, _) -> {
              assertThat(connection.readUntilEnd()).isEqualTo("last words");
              connection.send("answer to them");
            })));
    var client = open();
    client.send("last words").halfClose();
    assertThat(client.readUntilClose()).isEqualTo("answer to them");
    assertThat(client.wasReset()).isFalse();
  }

  @Test
  void theEndpointMayEndItsSideAndStillHear() throws InterruptedException {
    var heard = new Signal();
    stage.start(
        stage.origin(
            WebSocketOrigin.then((connection, _) -> {
              connection.send("last words");
              connection.halfClose();
              assertThat(connection.readUntilEnd()).isEqualTo("answer to them");
              heard.give();
            })));
    var client = open();
    assertThat(client.readUntilClose()).isEqualTo("last words");
    client.send("answer to them").halfClose();
    heard.await();
  }

  @Test
  void aClientThatEndsBeforeTheSwitchIsAHalfClosedOne() {
    stage.start(Config.to(stage.origin(WebSocketOrigin.echo())).listener("half-close: answer"));
    var client = stage.client().send(OPEN + "only this").halfClose();
    assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
    assertThat(client.readUntilClose()).isEqualTo("only this");
  }

  @Test
  void aClientThatBreaksOffIsToldToTheEndpoint() {
    var origin = stage.origin(WebSocketOrigin.echo());
    stage.start(origin);
    open().reset();
    origin.awaitClosedByPeer(0);
    stage.awaitConnections(0);
  }

  @Test
  void anEndpointThatBreaksOffIsToldToTheClient() {
    stage.start(stage.origin(WebSocketOrigin.then((connection, _) -> connection.reset())));
    var client = open();
    client.readUntilClose();
    assertThat(client.wasReset()).isTrue();
  }

  @Test
  void theEndpointCountsAsBusyUntilTheTunnelEnds() {
    var origin = stage.origin(WebSocketOrigin.echo());
    stage.start(Config.to(origin).upstream("connections: { max: 1, queue: 0 }"));
    var first = open();
    assertThat(stage.client().exchange(OPEN).status()).isEqualTo(503);
    first.close();
    Await.until("the place to be free", () -> stage.client().exchange(OPEN).status() == 101);
  }

  @Test
  void anIdleTunnelEndsInOrder() {
    var origin = stage.origin(WebSocketOrigin.echo());
    stage.start(Config.to(origin).timeouts("tunnel: { idle: 300ms }"));
    var client = open();
    client.awaitClose();
    assertThat(client.wasReset()).isFalse();
    client.close();
    origin.awaitClosedByPeer(0);
  }

  @Test
  void aTunnelThatIsUsedIsNotIdle() {
    var heartbeats = 6;
    stage.start(
        Config.to(stage.origin(WebSocketOrigin.echo()))
            .timeouts("total: 400ms, idle: 200ms, response: 200ms, tunnel: { idle: 500ms }"));
    var client = open();
    for (int i = 0; i < heartbeats; i++) {
      long until = System.nanoTime() + Duration.ofMillis(200).toNanos();
      Await.until("the next heartbeat", () -> System.nanoTime() > until);
      client.send("x");
      assertThat(client.read(1)).isEqualTo("x");
    }
  }

  @Test
  void aTunnelEndsWithItsLifetimeHoweverBusyItIs() {
    stage.start(
        Config.to(stage.origin(WebSocketOrigin.echo()))
            .timeouts("tunnel: { max-lifetime: 300ms }"));
    long begun = System.nanoTime();
    var client = open();
    assertThatThrownBy(
            () -> {
              while (true) {
                client.send("x").read(1);
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("closed");
    assertThat(System.nanoTime() - begun).isGreaterThan(Duration.ofMillis(300).toNanos());
  }

  @Test
  void onShutdownTunnelsHaveTimeToEnd() {
    var origin = stage.origin(WebSocketOrigin.echo());
    stage.start(Config.to(origin).timeouts("tunnel: { drain: 500ms }"));
    var client = open();
    var drained =
        CompletableFuture.supplyAsync(() -> stage.signalbox().drain(Duration.ofSeconds(20)));
    client.send("still there");
    assertThat(client.read(11)).isEqualTo("still there");
    client.awaitClose();
    assertThat(client.wasReset()).isFalse();
    client.close();
    assertThat(drained.join()).isTrue();
  }

  @Test
  void theDeadlineOfTheShutdownBreaksTunnelsOff() {
    stage.start(stage.origin(WebSocketOrigin.echo()));
    var client = open();
    assertThat(stage.signalbox().drain(Duration.ofMillis(200))).isFalse();
    client.awaitClose();
    assertThat(client.wasReset()).isTrue();
  }

  // --- attempts ---

  @Test
  void anEndpointThatRefusesIsNoLoss() {
    var dead = stage.origin(WebSocketOrigin.echo());
    dead.kill();
    stage.start(Config.to(dead, stage.origin(WebSocketOrigin.echo())));
    for (int i = 0; i < 4; i++) {
      open().send("x").read(1);
    }
  }

  @Test
  void anUpgradeThatAnEndpointMayHaveSeenIsNotRepeated() {
    var origin = stage.origin(Script.each((connection, _) -> connection.reset()));
    stage.start(Config.to(origin));
    assertThat(stage.client().exchange(OPEN).status()).isEqualTo(502);
    assertThat(origin.requests()).hasSize(1);
  }

  @Test
  void upgradesAreNotMirrored() {
    FakeOrigin shadow = stage.origin(Script.each(respond(200, "shadow")));
    FakeOrigin origin = stage.origin(WebSocketOrigin.echo());
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { shop: ["%s"], shadow: ["%s"] }
        routes: [{ name: all, to: shop, mirror: shadow }]
        """
            .formatted(origin.hostAndPort(), shadow.hostAndPort()));
    open().send("x").read(1);
    origin.script(Script.each(respond(200, "plain")));
    stage.client().exchange(Wire.GET);
    assertThat(shadow.awaitRequests(1)).hasSize(1);
    assertThat(shadow.requests().getFirst().header("Sec-WebSocket-Key")).isNull();
  }
}
