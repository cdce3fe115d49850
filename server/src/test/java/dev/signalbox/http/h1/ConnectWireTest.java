package dev.signalbox.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.ClientConnection.Patience;
import dev.signalbox.http.ClientStream;
import dev.signalbox.http.Failure;
import dev.signalbox.http.HalfClose;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.ResponseEvents;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.TunnelEvents;
import dev.signalbox.net.TestLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** CONNECT on the wire, where a listener takes it: its heads, and where the tunnel begins. */
class ConnectWireTest {
  private static final String REQUEST =
      "CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example\r\n\r\n";
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: internal\r\n\r\n";
  private static final H1ServerConfig CONFIG =
      new H1ServerConfig(ServerWire.LIMITS, ServerWire.TIMEOUTS, HalfClose.ANSWER, true);

  private final TestLoop loop = new TestLoop();
  private final H1Loop h1 = new H1Loop(loop.loop());

  @AfterEach
  void close() {
    loop.close();
  }

  /** Sends back what comes. */
  private static final class Echo implements TunnelEvents {
    private @Nullable HttpStream stream;

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
      stream().write(data);
    }

    @Override
    public void onReadComplete() {
      stream().flush();
    }

    @Override
    public void onEnd(@Nullable Headers trailers) {
      stream().end(null);
    }

    @Override
    public void onWritable() {}

    @Override
    public void onReset(Failure why) {}

    @Override
    public void onDrain() {}
  }

  private ServerWire.Outcome run(ServerWire.Answer answer, List<byte[]> parts) {
    return ServerWire.run(loop, h1, CONFIG, answer, parts);
  }

  /** As it is with a real endpoint: later. */
  private ServerWire.Answer tunnel(int status) {
    return (stream, _) -> {
      var head = ServerWire.head(status, 0);
      var echo = new Echo();
      loop.loop().execute(() -> echo.begin(stream.tunnel(head, echo)));
    };
  }

  // --- the client's side of the proxy's work: a server ---

  @Test
  void theTargetIsHostAndPortWhateverTheHostFieldSays() {
    for (var host : List.of("db.example:5432", "db.example", "other.example:1", "")) {
      var wire = new ServerWire(loop, h1, CONFIG, ServerWire.NONE);
      wire.receive("CONNECT DB.example:5432 HTTP/1.1\r\nHost: " + host + "\r\nA: b\r\n\r\n");
      if (host.isEmpty()) {
        assertThat(wire.refused).hasSize(1); // no name at all
      } else {
        assertThat(wire.request(0).line).isEqualTo("CONNECT DB.example:5432");
        assertThat(wire.request(0).fields).isEqualTo("A: b\n");
        assertThat(wire.request(0).bodyLength).isZero();
      }
      wire.finish();
    }
  }

  @Test
  void fieldsAboutContentAreDropped() {
    var wire = new ServerWire(loop, h1, CONFIG, ServerWire.NONE);
    wire.receive(
        "CONNECT [::1]:443 HTTP/1.0\r\nContent-Length: 0\r\nContent-Type: application/grpc\r\n\r\n");
    assertThat(wire.request(0).line).isEqualTo("CONNECT [::1]:443");
    assertThat(wire.request(0).fields).isEmpty();
    wire.finish();
  }

  @Test
  void aYesIsItsHeadAloneAndWhatWasSentAheadIsTheTunnelsHoweverItIsCut() {
    var outcome = Splits.sameForEveryCut(REQUEST + SMUGGLED, parts -> run(tunnel(200), parts));
    assertThat(outcome.requests()).containsExactly("CONNECT db.example:5432\n");
    assertThat(outcome.sent()).isEqualTo("HTTP/1.1 200 \r\n\r\n" + SMUGGLED);
  }

  @Test
  void anotherStatusOfSuccessStaysWhatItIs() {
    var outcome = run(tunnel(201), List.of(Splits.bytes(REQUEST + "x")));
    assertThat(outcome.sent()).isEqualTo("HTTP/1.1 201 \r\n\r\nx");
  }

  @Test
  void afterANoNothingIsARequestThatWasMeantForTheTunnel() {
    ServerWire.Answer no = (stream, _) -> ServerWire.respond(stream, 403, "no");
    var outcome = Splits.sameForEveryCut(REQUEST + SMUGGLED, parts -> run(no, parts));
    assertThat(outcome.requests()).hasSize(1);
    assertThat(outcome.sent())
        .startsWith("HTTP/1.1 403 ")
        .contains("\r\nConnection: close\r\n")
        .endsWith("\r\n\r\nno")
        .containsOnlyOnce("HTTP/1.1 ");
    assertThat(outcome.isOutputShut()).isTrue();
  }

  @Test
  void anOrdinaryAnswerNeverSaysYes() {
    var outcome = run(ServerWire.ECHO, List.of(Splits.bytes(REQUEST + SMUGGLED)));
    assertThat(outcome.sent()).startsWith("HTTP/1.1 501 ").containsOnlyOnce("HTTP/1.1 ");
    assertThat(outcome.requests()).singleElement().asString().contains("reset BadRequest");
  }

  private record Row(String name, String head) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row line(String name, String target) {
    return new Row(name, "CONNECT " + target + " HTTP/1.1\r\nHost: a:80\r\n\r\n");
  }

  private static Row field(String name, String field) {
    return new Row(name, "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n" + field + "\r\n\r\n");
  }

  static Stream<Row> refused() {
    return Stream.of(
        line("no port", "a"),
        line("an empty port", "a:"),
        line("a port of zero", "a:0"),
        line("a port of zeros", "a:00000"),
        line("a port that is too large", "a:65536"),
        line("a port that is no number", "a:http"),
        line("a port with a sign", "a:+80"),
        line("two ports", "a:80:80"),
        line("no host", ":80"),
        line("a user", "user@a:80"),
        line("a user and a password", "user:x@a:80"),
        line("a path", "a:80/"),
        line("a query", "a:80?x"),
        line("a fragment", "a:80#x"),
        line("a list", "a:80,b:80"),
        line("the origin form", "/a:80"),
        line("the absolute form", "http://a:80/"),
        line("the asterisk", "*"),
        line("a name that is encoded", "%61:80"),
        line("a backslash", "a\\:80"),
        line("an address of IPv6 without brackets", "::1:80"),
        line("brackets that never end", "[::1:80"),
        line("brackets without a port", "[::1]"),
        line("brackets and more", "[::1]a:80"),
        line("a zone", "[fe80::1%25eth0]:80"),
        field("a length", "Content-Length: 4"),
        field("a coding", "Transfer-Encoding: chunked"),
        field("both", "Content-Length: 0\r\nTransfer-Encoding: chunked"),
        field("two lengths", "Content-Length: 0\r\nContent-Length: 0"),
        field("a second host", "Host: b:80"),
        new Row("no host field", "CONNECT a:80 HTTP/1.1\r\n\r\n"),
        field("a Connection that names a framing field", "Connection: content-length"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refused(Row row) {
    var outcome = Splits.sameForEveryCut(row.head() + SMUGGLED, parts -> run(tunnel(200), parts));
    assertThat(outcome.requests()).isEmpty();
    assertThat(outcome.refused())
        .singleElement()
        .isInstanceOfSatisfying(
            Failure.BadRequest.class, why -> assertThat(why.status()).isEqualTo(400));
    assertThat(outcome.sent()).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1 ");
    assertThat(outcome.isOutputShut()).isTrue();
  }

  // --- the endpoint's side of the proxy's work: a client ---

  /** Takes the tunnel when the endpoint agrees. */
  private static final class Asking implements ResponseEvents {
    final Echo echo = new Echo();
    final List<String> told = new ArrayList<>();
    @Nullable ClientStream stream;

    @Override
    public void onUpgrade(ResponseHead head) {
      told.add("yes " + head.status() + "\n" + head.headers());
      if (stream != null) {
        echo.begin(stream.tunnel(echo));
      }
    }

    @Override
    public void onInterim(ResponseHead head) {
      told.add("interim " + head.status());
    }

    @Override
    public void onHead(ResponseHead head) {
      told.add("head " + head.status());
    }

    @Override
    public void onData(ByteBuf data) {
      told.add(data.toString(StandardCharsets.US_ASCII));
      data.release();
    }

    @Override
    public void onEnd(@Nullable Headers trailers) {
      told.add("end");
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onWritable() {}

    @Override
    public void onReset(Failure why) {
      told.add("reset " + why.getClass().getSimpleName());
    }
  }

  private record Answered(List<String> told, String sent, int idle) {}

  private Answered ask(List<byte[]> parts) {
    var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
    var events = new Asking();
    events.stream =
        wire.client.open(
            ClientWire.request(REQUEST),
            new byte[0],
            new Patience(1_000_000_000L, 1_000_000_000L),
            events);
    assertThat(wire.connection.sent())
        .isEqualTo("CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\n");
    wire.connection.forgetSent();
    parts.forEach(wire::receive);
    var answered = new Answered(List.copyOf(events.told), wire.connection.sent(), wire.idle);
    wire.finish();
    return answered;
  }

  @Test
  void whatFollowsAYesIsTheTunnelsHoweverItIsCut() {
    for (var framing :
        List.of(
            "",
            "Content-Length: 5\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Content-Length: 5\r\nTransfer-Encoding: gzip\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n")) { // RFC 9110 §9.3.6
      var answer = "HTTP/1.1 200 Go on\r\n" + framing + "A: b\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
      var answered = Splits.sameForEveryCut(answer, this::ask);
      assertThat(answered.told()).containsExactly("yes 200\nA: b\n");
      assertThat(answered.sent()).isEqualTo("5\r\nhello\r\n0\r\n\r\n");
      assertThat(answered.idle()).isZero();
    }
  }

  @Test
  void anotherAnswerIsAResponseLikeAnyOther() {
    var answered =
        Splits.sameForEveryCut(
            "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 407 Who\r\nContent-Length: 2\r\n\r\nno",
            parts -> {
              var one = ask(parts);
              return new Answered(List.of(String.join("", one.told())), one.sent(), one.idle());
            });
    assertThat(answered.told()).containsExactly("interim 102head 407noend");
    assertThat(answered.idle()).isEqualTo(1);
  }

  @Test
  void aSwitchOfProtocolsIsNoYes() {
    var answered =
        ask(
            List.of(
                Splits.bytes(
                    "HTTP/1.1 101 Sure\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")));
    assertThat(answered.told()).containsExactly("reset BadResponse");
  }

  // --- anything at all ---

  /** Whatever is accepted is host and port, and is forwarded as the same. */
  @Test
  void mutatedHeadsAreTunnelsOrRequestsOrRefused() {
    var random = new Random(9_110);
    var outcomes = new ArrayList<String>();
    for (int round = 0; round < 20_000; round++) {
      var bytes = Splits.bytes(REQUEST);
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(random.nextBoolean() ? 24 : bytes.length)] =
            (byte) (32 + random.nextInt(96));
      }
      var parser = new RequestParser();
      parser.begin(ServerWire.LIMITS, true);
      var result = parser.read(Unpooled.wrappedBuffer(bytes), ServerWire.LIMITS);
      if (result != HeadReader.Result.DONE) {
        outcomes.add("refused");
      } else if (!parser.head().isConnect()) {
        outcomes.add("request");
      } else {
        outcomes.add("tunnel");
        assertThat(parser.head().toString())
            .matches("CONNECT ([a-zA-Z0-9._-]+|\\[[0-9a-fA-F:.]+]):0*[1-9][0-9]*");
        assertThat(parser.isPersistent()).isFalse();
        assertThat(parser.body().isDone()).isTrue();
      }
    }
    assertThat(outcomes).contains("tunnel", "request", "refused");
  }
}
