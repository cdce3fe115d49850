package dev.signalbox.http.h1;

import static dev.signalbox.http.h1.ServerWire.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.net.FakeConnection.End;
import dev.signalbox.net.TestLoop;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The client's side of HTTP/1: bytes in, events and bytes out, however the bytes are cut. */
class ClientWireTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String HEAD = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

  @AutoClose private final TestLoop loop = new TestLoop();
  private final H1Loop h1 = new H1Loop(loop.loop());

  /** A response, to a request, and what becomes of it. */
  private record Row(
      String name,
      String request,
      String bytes,
      boolean ends,
      String head,
      String body,
      @Nullable String trailers,
      boolean isReusable) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> understood() {
    return Stream.of(
        row("a length", OK, "200 OK\nContent-Length: 2\nlength 2\n", "hi"),
        row(
            "no reason", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
            "200 \nContent-Length: 0\nlength 0\n", ""),
        row(
            "not even a space for a reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
            "200 \nContent-Length: 0\nlength 0\n", ""),
        row(
            "a reason that is not ASCII", "HTTP/1.1 200 \u00e4 b\r\nContent-Length: 0\r\n\r\n",
            "200 \u00e4 b\nContent-Length: 0\nlength 0\n", ""),
        row(
            "chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "1;a=b\r\nh\r\n1\r\ni\r\n0\r\n\r\n",
            "200 OK\nlength -1\n",
            "hi"),
        new Row(
            "chunks with trailers",
            GET,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                + "\r\n0\r\nA: b\r\nContent-Length: 5\r\n\r\n",
            false,
            "200 OK\nlength -1\n",
            "",
            "A: b\n",
            true),
        row(
            "chunks with trailers that are all dropped",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                + "\r\n0\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\n\r\n",
            "200 OK\nlength -1\n",
            ""),
        row(
            "204", "HTTP/1.1 204 No Content\r\nA: b\r\n\r\n",
            "204 No Content\nA: b\nlength 0\n", ""),
        row(
            "204 with a length of zero", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
            "204 No Content\nlength 0\n", ""),
        row(
            "304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
            "304 Not Modified\nContent-Length: 5\nlength 0\n", ""),
        new Row(
            "to HEAD, with a length",
            HEAD,
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
            false,
            "200 OK\nContent-Length: 5\nlength 0\n",
            "",
            null,
            true),
        new Row(
            "to HEAD, chunked",
            HEAD,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            false,
            "200 OK\nlength 0\n",
            "",
            null,
            true),
        new Row(
            "until close",
            GET,
            "HTTP/1.1 200 OK\r\n\r\nhi",
            true,
            "200 OK\nlength -1\n",
            "hi",
            null,
            false),
        new Row(
            "until close, and nothing",
            GET,
            "HTTP/1.1 200 OK\r\n\r\n",
            true,
            "200 OK\nlength -1\n",
            "",
            null,
            false),
        new Row(
            "until close, though it says keep-alive",
            GET,
            "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\nhi",
            true,
            "200 OK\nlength -1\n",
            "hi",
            null,
            false),
        new Row(
            "Connection: close",
            GET,
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
            false,
            "200 OK\nContent-Length: 2\nlength 2\n",
            "hi",
            null,
            false),
        new Row(
            "HTTP/1.0",
            GET,
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
            false,
            "200 OK\nContent-Length: 2\nlength 2\n",
            "hi",
            null,
            false),
        row(
            "HTTP/1.0 that stays",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi",
            "200 OK\nContent-Length: 2\nlength 2\n",
            "hi"),
        row(
            "hop-by-hop fields go no further",
            "HTTP/1.1 200 OK\r\nKeep-Alive: 5\r\nConnection: x-a\r\nX-A: 1\r\nUpgrade: h2c\r\n"
                + "Content-Length: 2\r\n\r\nhi",
            "200 OK\nContent-Length: 2\nlength 2\n",
            "hi"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("understood")
  void isUnderstoodHoweverItIsCut(Row row) {
    var outcome =
        Splits.sameForEveryCut(
            row.bytes(),
            parts -> ClientWire.run(loop, h1, ClientWire.LIMITS, row.request(), parts, row.ends()));
    assertThat(outcome.reset()).isNull();
    assertThat(outcome.head()).isEqualTo(row.head());
    assertThat(outcome.body()).isEqualTo(row.body());
    assertThat(outcome.trailers()).isEqualTo(row.trailers());
    assertThat(outcome.isReusable()).isEqualTo(row.isReusable());
  }

  @Test
  void interimResponsesComeFirstHoweverTheyAreCut() {
    var outcome =
        Splits.sameForEveryCut(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n" + OK,
            parts -> ClientWire.run(loop, h1, ClientWire.LIMITS, GET, parts, false));
    assertThat(outcome.interim())
        .containsExactly("100 Continue\nlength 0\n", "103 Hints\nLink: </a>\nlength 0\n");
    assertThat(outcome.head()).startsWith("200 OK");
    assertThat(outcome.body()).isEqualTo("hi");
    assertThat(outcome.isReusable()).isTrue();
  }

  @Test
  void aResponseThatEndsBeforeItsBodyIsNeverTakenForComplete() {
    String[] responses = {
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nA: b\r\n",
    };
    for (String response : responses) {
      var outcome =
          Splits.sameForEveryCut(
              response, parts -> ClientWire.run(loop, h1, ClientWire.LIMITS, GET, parts, true));
      assertThat(outcome.body()).as(response).isNull();
      assertThat(outcome.reset())
          .isInstanceOfSatisfying(
              Failure.UpstreamReset.class,
              why -> {
                assertThat(why.hasAnswered()).isTrue();
                assertThat(why.retry()).isEqualTo(Failure.Retry.NEVER);
              });
    }
  }

  @Test
  void aConnectionThatBreaksDoesNotEndABodyThatIsReadUntilTheEnd() {
    var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
    var seen = new ClientWire.Seen();
    wire.open(ClientWire.request(GET), seen);
    wire.receive("HTTP/1.1 200 OK\r\n\r\nhi");
    wire.connection.breakOff("reset by peer");
    assertThat(seen.isEnded).isFalse();
    assertThat(seen.reset).isInstanceOf(Failure.UpstreamReset.class);
    wire.finish();
  }

  @Test
  void aReusedConnectionThatDiesBeforeItAnswersSaysSo() {
    var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
    wire.open(ClientWire.request(GET), new ClientWire.Seen());
    wire.receive(OK);
    assertThat(wire.idle).isEqualTo(1);
    var seen = new ClientWire.Seen();
    wire.open(ClientWire.request(GET), seen);
    wire.connection.receiveEnd();
    assertThat(seen.reset)
        .isEqualTo(
            new Failure.UpstreamReset(
                ClientWire.ENDPOINT, "closed the connection", true, true, false));
    wire.finish();
  }

  @Test
  void bytesThatNobodyAskedForEndAnIdleConnection() {
    var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
    wire.open(ClientWire.request(GET), new ClientWire.Seen());
    wire.receive(OK);
    assertThat(wire.client.isUsable()).isTrue();
    wire.receive(OK);
    assertThat(wire.client.isUsable()).isFalse();
    assertThat(wire.connection.end()).isEqualTo(End.CLOSED);
    wire.finish();
  }

  @Test
  void aRequestIsWrittenFromItsParsedForm() {
    var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
    var head =
        ClientWire.request(
            "GET http://B.example:81/a/../c?d HTTP/1.0\r\nHost: a\r\nA:  b \r\nConnection: x\r\n"
                + "X: y\r\nTE: trailers\r\nC: d\r\n\r\n");
    wire.open(head, new ClientWire.Seen());
    assertThat(wire.connection.sent())
        .isEqualTo("GET /c?d HTTP/1.1\r\nHost: B.example:81\r\nA: b\r\nC: d\r\n\r\n");
    wire.finish();
  }

  @Test
  void aRequestBodyOfUnknownLengthIsSentInChunksWithTrailers() {
    var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
    var stream = wire.open(ClientWire.request(POST), new ClientWire.Seen());
    stream.write(data("hello"));
    var trailers = new Headers();
    trailers.add("A", "b");
    stream.end(trailers);
    assertThat(wire.connection.sent())
        .isEqualTo(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n0\r\nA: b\r\n\r\n");
    wire.finish();
  }

  @Test
  void anAnswerBeforeTheRequestIsCompleteIsDeliveredAndTheConnectionIsNotUsedAgain() {
    var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
    var seen = new ClientWire.Seen();
    var stream = wire.open(ClientWire.request(POST), seen);
    stream.write(data("hel"));
    stream.flush();
    wire.receive(OK);
    assertThat(seen.isEnded).isTrue();
    assertThat(seen.body).hasToString("hi");
    assertThat(wire.connection.end()).isEqualTo(End.CLOSED);
    stream.write(data("lo")); // late, and harmless
    stream.end(null);
    assertThat(wire.idle).isZero();
    wire.finish();
  }

  @Test
  void anExchangeThatIsAbandonedHearsNothingMore() {
    var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
    var seen = new ClientWire.Seen();
    var stream = wire.open(ClientWire.request(GET), seen);
    wire.receive("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
    stream.reset(new Failure.DownstreamGone("closed"));
    wire.receive("llo");
    assertThat(seen.isEnded).isFalse();
    assertThat(seen.reset).isNull();
    assertThat(wire.connection.end()).isEqualTo(End.RESET);
    wire.finish();
  }

  @Test
  void anEndpointThatDoesNotAnswerInTimeIsGivenUp() {
    var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
    var seen = new ClientWire.Seen();
    wire.open(ClientWire.request(GET), seen);
    loop.advance(ClientWire.RESPONSE.minusSeconds(1));
    wire.receive("HTTP/1.1 100 Continue\r\n\r\n"); // does not buy time
    loop.advance(Duration.ofMillis(900));
    assertThat(seen.reset).isNull();
    loop.advancePast(Duration.ofMillis(100));
    assertThat(seen.reset)
        .isEqualTo(new Failure.UpstreamTimeout(ClientWire.ENDPOINT, "did not answer in time"));
    wire.finish();
  }

  @Test
  void anEndpointThatPausesInItsResponseIsGivenUp() {
    var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
    var seen = new ClientWire.Seen();
    wire.open(ClientWire.request(GET), seen);
    wire.receive("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
    loop.advance(ClientWire.IDLE.minusSeconds(1));
    wire.receive("l");
    loop.advance(ClientWire.IDLE.minusSeconds(1));
    assertThat(seen.reset).isNull();
    loop.advancePast(Duration.ofSeconds(1));
    assertThat(seen.reset).isInstanceOf(Failure.UpstreamTimeout.class);
    wire.finish();
  }

  @Test
  void aResponseThatWeDoNotReadIsNotTheEndpointsFault() {
    var wire = new ClientWire(loop, h1, ClientWire.LIMITS);
    var seen = new ClientWire.Seen();
    var stream = wire.open(ClientWire.request(GET), seen);
    wire.receive("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
    stream.reading(false);
    loop.advance(ClientWire.IDLE.multipliedBy(5));
    assertThat(seen.reset).isNull();
    stream.reading(true);
    wire.receive("llo");
    assertThat(seen.body).hasToString("hello");
    assertThat(seen.isEnded).isTrue();
    wire.finish();
  }

  private static Row row(String name, String bytes, String head, String body) {
    return new Row(name, GET, bytes, false, head, body, null, true);
  }
}
