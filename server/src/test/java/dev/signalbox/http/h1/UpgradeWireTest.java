package dev.signalbox.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.ClientConnection.Patience;
import dev.signalbox.http.ClientStream;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseEvents;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.TunnelEvents;
import dev.signalbox.net.FakeConnection;
import dev.signalbox.net.TestLoop;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Switches of protocols on the wire: the heads, and that no byte around them is lost or changed.
 */
class UpgradeWireTest {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
  private static final String REQUEST =
      "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Key: "
          + KEY
          + "\r\nSec-WebSocket-Version: 13\r\n\r\n";
  private static final String RESPONSE =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n"
          + "Sec-WebSocket-Accept: "
          + ACCEPT
          + "\r\n\r\n";

  private final TestLoop loop = new TestLoop();
  private final H1Loop h1 = new H1Loop(loop.loop());

  @AfterEach
  void close() {
    loop.close();
  }

  /** Sends back what comes, and writes down how it ends. */
  private static final class Echo implements TunnelEvents {
    private @Nullable HttpStream stream;
    int ends;
    int drains;
    @Nullable Failure reset;

    void begin(HttpStream tunnel) {
      stream = tunnel;
      tunnel.flush();
      tunnel.reading(true);
    }

    HttpStream stream() {
      if (stream == null) {
        throw new AssertionError("no tunnel");
      }
      return stream;
    }

    @Override
    public void onData(ByteBuf data) {
      assertThat(ends).as("data after the end").isZero();
      stream().write(data);
    }

    @Override
    public void onReadComplete() {
      stream().flush();
    }

    @Override
    public void onEnd(@Nullable Headers trailers) {
      ends++;
    }

    @Override
    public void onWritable() {}

    @Override
    public void onReset(Failure why) {
      assertThat(reset).as("a second reset").isNull();
      reset = why;
    }

    @Override
    public void onDrain() {
      drains++;
    }
  }

  // --- the client's side of the proxy's work: a server ---

  private ServerWire server(Echo echo, String accept) {
    return new ServerWire(
        loop,
        h1,
        ServerWire.CONFIG,
        (stream, _) -> {
          var head = ServerWire.head(101, 0);
          if (!accept.isEmpty()) {
            head.headers().add("Sec-WebSocket-Accept", accept);
          }
          // As it is with a real endpoint: later.
          loop.loop().execute(() -> echo.begin(stream.tunnel(head, echo)));
        });
  }

  @Test
  void aSwitchIsAnsweredAndWhatFollowsIsNotLostHoweverItIsCut() {
    for (var parts : cuts(REQUEST + "\u0000ahead")) {
      var echo = new Echo();
      var wire = server(echo, ACCEPT);
      parts.forEach(wire::receive);
      wire.receive(" and more");
      assertThat(wire.sent())
          .isEqualTo(
              "HTTP/1.1 101 \r\nSec-WebSocket-Accept: "
                  + ACCEPT
                  + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\u0000ahead and more");
      wire.connection.receiveEnd();
      loop.run();
      assertThat(echo.ends).isEqualTo(1);
      assertThat(wire.connection.isOutputShut()).isFalse();
      echo.stream().end(null);
      assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.CLOSED);
      wire.finish();
      assertThat(echo.reset).isNull();
    }
  }

  @Test
  void whereTheEndpointKnowsNoKeysTheAnswerIsMadeHere() { // RFC 8441 §5
    var wire = server(new Echo(), "");
    wire.receive(REQUEST);
    assertThat(wire.sent()).contains("\r\nSec-WebSocket-Accept: " + ACCEPT + "\r\n");
    wire.finish();
  }

  @Test
  void drainAndAbortReachTheTunnel() {
    var echo = new Echo();
    var wire = server(echo, ACCEPT);
    wire.receive(REQUEST);
    wire.server.drain();
    assertThat(echo.drains).isEqualTo(1);
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.OPEN);
    wire.server.abort(new Failure.ShuttingDown());
    assertThat(echo.reset).isEqualTo(new Failure.ShuttingDown());
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.RESET);
    wire.finish();
  }

  @Test
  void aDrainBeforeTheAnswerReachesTheTunnelToo() {
    var echo = new Echo();
    var wire = new ServerWire(loop, h1, ServerWire.CONFIG, ServerWire.NONE);
    wire.receive(REQUEST);
    wire.server.drain();
    echo.begin(wire.request(0).stream.tunnel(ServerWire.head(101, 0), echo));
    loop.run();
    assertThat(echo.drains).isEqualTo(1);
    wire.finish();
  }

  @Test
  void aTunnelThatIsResetBreaksTheConnectionAndNobodyIsToldAgain() {
    var echo = new Echo();
    var wire = server(echo, ACCEPT);
    wire.receive(REQUEST);
    echo.stream().reset(new Failure.TotalTimeout());
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.RESET);
    assertThat(echo.reset).isNull();
    echo.stream().write(ServerWire.data("late")); // takes it, and does nothing
    echo.stream().end(null);
    echo.stream().flush();
    wire.finish();
  }

  // --- the endpoint's side of the proxy's work: a client ---

  /** Takes the tunnel when the endpoint switches. */
  private static final class Switching implements ResponseEvents {
    final Echo echo = new Echo();
    @Nullable ClientStream stream;
    @Nullable String fields;
    @Nullable Integer status;
    @Nullable Failure reset;

    @Override
    public void onUpgrade(ResponseHead head) {
      fields = head.headers().toString();
      if (stream != null) {
        echo.begin(stream.tunnel(echo));
      }
    }

    @Override
    public void onInterim(ResponseHead head) {}

    @Override
    public void onHead(ResponseHead head) {
      status = head.status();
    }

    @Override
    public void onData(ByteBuf data) {
      data.release();
    }

    @Override
    public void onEnd(@Nullable Headers trailers) {}

    @Override
    public void onReadComplete() {}

    @Override
    public void onWritable() {}

    @Override
    public void onReset(Failure why) {
      reset = why;
    }
  }

  private Switching open(ClientWire wire, RequestHead head) {
    var events = new Switching();
    events.stream =
        wire.client.open(head, new byte[0], new Patience(1_000_000_000L, 1_000_000_000L), events);
    return events;
  }

  @Test
  void whatFollowsTheEndpointsSwitchIsNotLostHoweverItIsCut() {
    for (var parts : cuts(RESPONSE + "\u0000behind")) {
      var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
      var events = open(wire, ClientWire.request(REQUEST));
      assertThat(wire.connection.sent())
          .contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n")
          .contains("\r\nSec-WebSocket-Key: " + KEY + "\r\n");
      wire.connection.forgetSent();
      parts.forEach(wire::receive);
      wire.receive(" and more");
      assertThat(wire.connection.sent()).isEqualTo("\u0000behind and more");
      assertThat(events.fields).isEqualTo("Sec-WebSocket-Accept: " + ACCEPT + "\n");
      loop.advance(ClientWire.RESPONSE.multipliedBy(10)); // no time limit of responses is left
      wire.connection.receiveEnd();
      loop.run();
      assertThat(events.echo.ends).isEqualTo(1);
      wire.finish();
      assertThat(wire.idle).isZero();
      assertThat(events.echo.reset).isInstanceOf(Failure.UpstreamReset.class);
    }
  }

  @Test
  void aRequestThatCameWithoutAKeyGetsOneAndItsAnswerIsChecked() { // RFC 8441 §5
    for (boolean isRight : new boolean[] {true, false}) {
      var head = ClientWire.request(REQUEST);
      head.headers().remove(head.headers().find("sec-websocket-key", 0));
      var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
      var events = open(wire, head);
      var sent = wire.connection.sent();
      var key = sent.replaceAll("(?s).*\r\nSec-WebSocket-Key: (.*?)\r\n.*", "$1");
      assertThat(key).hasSize(24).isNotEqualTo(KEY);
      var accept = new String(WebSocketKey.accept(Splits.bytes(key)), StandardCharsets.US_ASCII);
      wire.receive(isRight ? RESPONSE.replace(ACCEPT, accept) : RESPONSE);
      if (isRight) {
        assertThat(events.fields).isEmpty();
        assertThat(events.reset).isNull();
      } else {
        assertThat(events.fields).isNull();
        assertThat(events.reset).isInstanceOf(Failure.BadResponse.class);
      }
      wire.finish();
    }
  }

  @Test
  void aSwitchToAnythingElseIsABadResponse() {
    for (String bad :
        List.of(
            RESPONSE.replace("WebSocket\r\n", "h2c\r\n"),
            RESPONSE.replace("Connection: upgrade", "Connection: close"),
            RESPONSE.replace("Upgrade: WebSocket", "Upgrade: websocket\r\nUpgrade: websocket"),
            RESPONSE.replace("HTTP/1.1", "HTTP/1.0"),
            RESPONSE.replace("Upgrade: WebSocket", "Transfer-Encoding: chunked"))) {
      var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
      var events = open(wire, ClientWire.request(REQUEST));
      wire.receive(bad);
      assertThat(events.reset).as(bad).isInstanceOf(Failure.BadResponse.class);
      wire.finish();
    }
  }

  /** In one part, in two cut at every place, and byte by byte. */
  private static List<List<byte[]>> cuts(String text) {
    byte[] whole = Splits.bytes(text);
    var cuts = new ArrayList<List<byte[]>>();
    cuts.add(List.of(whole));
    cuts.add(Splits.singly(whole));
    for (int i = 1; i < whole.length; i++) {
      cuts.add(
          List.of(Arrays.copyOfRange(whole, 0, i), Arrays.copyOfRange(whole, i, whole.length)));
    }
    return cuts;
  }

  // --- anything at all ---

  @Test
  void bytesInRandomPiecesComeBackAsTheyWent() {
    var random = new Random(20_261_123);
    for (int round = 0; round < 300; round++) {
      var echo = new Echo();
      var wire = server(echo, ACCEPT);
      var sent = new StringBuilder();
      var first = random.nextBoolean() ? piece(random) : "";
      wire.receive(REQUEST + first);
      sent.append(first);
      for (int i = random.nextInt(20); i > 0; i--) {
        switch (random.nextInt(6)) {
          case 0 -> echo.stream().reading(false);
          case 1 -> wire.connection.stalled(true);
          case 2 -> {
            wire.connection.stalled(false);
            echo.stream().reading(true);
            loop.run();
          }
          default -> {
            var piece = piece(random);
            sent.append(piece);
            wire.receive(piece);
          }
        }
      }
      wire.connection.stalled(false);
      echo.stream().reading(true);
      loop.run();
      var all = wire.sent();
      assertThat(all.substring(all.indexOf("\r\n\r\n") + 4)).isEqualTo(sent.toString());
      wire.finish();
    }
  }

  private static String piece(Random random) {
    var bytes = new byte[1 + random.nextInt(300)];
    random.nextBytes(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Heads that only look like a switch never make one, and never anything worse. */
  @Test
  void mutatedHandshakesAreSwitchesOrRequestsOrRefused() {
    var random = new Random(5);
    var outcomes = new ArrayList<String>();
    for (int round = 0; round < 3_000; round++) {
      var bytes = Splits.bytes(REQUEST);
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) (32 + random.nextInt(96));
      }
      var parser = new RequestParser();
      parser.begin(ServerWire.LIMITS, true);
      var result = parser.read(io.netty.buffer.Unpooled.wrappedBuffer(bytes), ServerWire.LIMITS);
      if (result == HeadReader.Result.DONE) {
        var head = parser.head();
        outcomes.add(head.hasUpgrade() ? "switch" : "request");
        assertThat(head.headers().toString().toLowerCase(java.util.Locale.ROOT))
            .doesNotContain("\nupgrade:", "\nconnection:");
        if (head.hasUpgrade() && WebSocketKey.isAskedFor(head)) {
          assertThat(WebSocketKey.isIn(head)).isTrue();
        }
      } else {
        outcomes.add("refused");
      }
    }
    assertThat(outcomes).contains("switch", "request", "refused");
  }
}
