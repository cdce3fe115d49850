package dev.signalbox.http.h1;

import static dev.signalbox.http.h1.ServerWire.data;
import static dev.signalbox.http.h1.ServerWire.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.Failure;
import dev.signalbox.http.HalfClose;
import dev.signalbox.http.Headers;
import dev.signalbox.http.RequestHead;
import dev.signalbox.net.FakeConnection;
import dev.signalbox.net.TestLoop;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The server's side of HTTP/1: how it answers, waits and ends. */
class ServerWireTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

  @AutoClose private final TestLoop loop = new TestLoop();
  private final H1Loop h1 = new H1Loop(loop.loop());

  // --- answers ---

  @Test
  void answersKeepTheOrderOfPipelinedRequestsThatAreAnsweredLater() {
    var wire = wire(ServerWire.NONE);
    wire.receive(get("/1") + get("/2") + get("/3"));
    assertThat(wire.requests).hasSize(1); // the next is looked at only when this one is answered
    for (int i = 0; i < 3; i++) {
      var request = wire.request(i);
      ServerWire.respond(request.stream, 200, request.target);
      loop.run();
    }
    assertThat(wire.sent())
        .isEqualTo(
            "HTTP/1.1 200 \r\nContent-Length: 3\r\n\r\na/1"
                + "HTTP/1.1 200 \r\nContent-Length: 3\r\n\r\na/2"
                + "HTTP/1.1 200 \r\nContent-Length: 3\r\n\r\na/3");
    wire.finish();
  }

  @Test
  void pipelinedRequestsBeyondTheLimitAreNotReadUntilThereIsRoom() {
    var wire = wire(ServerWire.NONE);
    wire.receive(get("/1"));
    wire.receive(get("/" + "x".repeat(7000)).repeat(10));
    assertThat(wire.connection.isReading()).isFalse();
    for (int i = 0; i < 11; i++) {
      ServerWire.respond(wire.request(i).stream, 200, "");
      loop.run();
    }
    assertThat(wire.requests).hasSize(11);
    assertThat(wire.connection.isReading()).isTrue();
    wire.finish();
  }

  @Test
  void aBodyOfUnknownLengthIsSentInChunksWithTrailers() {
    var wire = wire(ServerWire.NONE);
    wire.receive(GET);
    var stream = wire.request(0).stream;
    stream.sendHead(head(200, RequestHead.UNKNOWN_LENGTH));
    stream.write(data("hello"));
    stream.write(data("")); // must not become the last chunk
    stream.write(data("x".repeat(300)));
    var trailers = new Headers();
    trailers.add("A", "b");
    stream.end(trailers);
    assertThat(wire.sent())
        .isEqualTo(
            "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n12c\r\n"
                + "x".repeat(300)
                + "\r\n0\r\nA: b\r\n\r\n");
    assertThat(wire.connection.isOutputShut()).isFalse();
    wire.finish();
  }

  @Test
  void aBodyOfUnknownLengthToHttp10EndsWithTheConnection() {
    var wire = wire(ServerWire.NONE);
    wire.receive("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    var stream = wire.request(0).stream;
    stream.sendHead(head(200, RequestHead.UNKNOWN_LENGTH));
    stream.write(data("hello"));
    stream.end(null);
    assertThat(wire.sent()).isEqualTo("HTTP/1.1 200 \r\nConnection: close\r\n\r\nhello");
    assertThat(wire.connection.isOutputShut()).isTrue();
    wire.finish();
  }

  @Test
  void anAnswerToHeadHasNoBody() {
    var wire = wire(ServerWire.ECHO);
    wire.receive("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + GET);
    assertThat(wire.sent())
        .isEqualTo("HTTP/1.1 200 \r\n\r\nHTTP/1.1 200 \r\nContent-Length: 2\r\n\r\na/");
    wire.finish();
  }

  @Test
  void answersOf204And304HaveNoBodyWhateverIsWritten() {
    var wire =
        wire((stream, request) ->
            ServerWire.respond(stream, request.target.equals("a/4") ? 304 : 204, "body"));
    wire.receive(get("/0") + get("/4") + get("/0"));
    assertThat(wire.sent())
        .isEqualTo("HTTP/1.1 204 \r\n\r\nHTTP/1.1 304 \r\n\r\nHTTP/1.1 204 \r\n\r\n");
    wire.finish();
  }

  @Test
  void interimResponsesComeBeforeTheAnswerAndNeverAfterIt() {
    var wire = wire(ServerWire.NONE);
    wire.receive(GET);
    var stream = wire.request(0).stream;
    stream.sendInterim(head(103, 0));
    ServerWire.respond(stream, 200, "");
    stream.sendInterim(head(103, 0));
    loop.run();
    assertThat(wire.sent())
        .isEqualTo("HTTP/1.1 103 \r\n\r\nHTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n");
    wire.finish();
  }

  @Test
  void http10GetsNoInterimResponse() {
    var wire = wire(ServerWire.NONE);
    wire.receive("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    wire.request(0).stream.sendInterim(head(103, 0));
    ServerWire.respond(wire.request(0).stream, 200, "");
    assertThat(wire.sent()).startsWith("HTTP/1.1 200 ");
    wire.finish();
  }

  @Test
  void aBodyShorterThanItsDeclaredLengthBreaksTheConnection() {
    var wire = wire(ServerWire.NONE);
    wire.receive(GET);
    var stream = wire.request(0).stream;
    stream.sendHead(head(200, 5));
    stream.write(data("he"));
    stream.end(null);
    assertThat(wire.sent()).endsWith("\r\n\r\nhe");
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.CLOSED);
    wire.finish();
  }

  @Test
  void aChunkedAnswerThatIsResetHasNoLastChunk() {
    var wire = wire(ServerWire.NONE);
    wire.receive(GET);
    var stream = wire.request(0).stream;
    stream.sendHead(head(200, RequestHead.UNKNOWN_LENGTH));
    stream.write(data("he"));
    stream.reset(new Failure.TotalTimeout());
    assertThat(wire.sent()).endsWith("2\r\nhe\r\n");
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.CLOSED);
    wire.finish();
  }

  @Test
  void anAnswerThatEndsWithTheConnectionIsResetByTcp() {
    var wire = wire(ServerWire.NONE);
    wire.receive("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    var stream = wire.request(0).stream;
    stream.sendHead(head(200, RequestHead.UNKNOWN_LENGTH));
    stream.write(data("he"));
    stream.reset(new Failure.TotalTimeout());
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.RESET);
    wire.finish();
  }

  // --- early answers ---

  @Test
  void anEarlyAnswerGoesOnWhenLittleOfTheRequestIsLeft() {
    var wire = wire(ServerWire.NONE);
    wire.receive(POST + "Content-Length: 10\r\n\r\n12345");
    ServerWire.respond(wire.request(0).stream, 200, "");
    wire.receive("67890" + get("/next"));
    assertThat(wire.requests).hasSize(2);
    assertThat(wire.request(1).target).isEqualTo("a/next");
    assertThat(wire.sent()).doesNotContain("Connection: close");
    ServerWire.respond(wire.request(1).stream, 200, "");
    wire.request(0).isEnded = true; // nobody tells it: its answer was complete
    wire.finish();
  }

  @Test
  void anEarlyAnswerClosesWhenMuchOfTheRequestIsLeft() {
    var wire = wire(ServerWire.NONE);
    wire.receive(POST + "Content-Length: 100000\r\n\r\n12345");
    earlyAnswerCloses(wire);
  }

  @Test
  void anEarlyAnswerClosesWhenNobodyKnowsHowMuchIsLeft() {
    var wire = wire(ServerWire.NONE);
    wire.receive(CHUNKED + "5\r\nhello\r\n");
    earlyAnswerCloses(wire);
  }

  @Test
  void anAnswerInPlaceOf100ClosesSinceTheBodyMayOrMayNotCome() {
    var wire = wire(ServerWire.NONE);
    wire.receive(POST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    earlyAnswerCloses(wire);
  }

  private void earlyAnswerCloses(ServerWire wire) {
    ServerWire.respond(wire.request(0).stream, 403, "no");
    loop.run();
    assertThat(wire.sent()).contains("Connection: close").endsWith("no");
    assertThat(wire.connection.isOutputShut()).isTrue();
    wire.receive("hello" + get("/smuggled"));
    assertThat(wire.requests).hasSize(1);
    wire.request(0).isEnded = true; // nobody tells it: its answer was complete
    wire.finish();
  }

  @Test
  void aRefusedBodyDoesNotHarmTheNextConnection() {
    var first = wire(ServerWire.ECHO);
    first.receive(CHUNKED + "zz\r\n");
    assertThat(first.sent()).startsWith("HTTP/1.1 400 ");
    first.finish();
    var second = wire(ServerWire.ECHO);
    second.receive(POST + "Content-Length: 5\r\n\r\nhello");
    assertThat(second.request(0).isEnded).isTrue();
    assertThat(second.sent()).startsWith("HTTP/1.1 200 ");
    second.finish();
  }

  @Test
  void chunkExtensionsOfAWholeBodyHaveABound() {
    var chunk = "1;" + "e".repeat(1000) + "\r\nx\r\n";
    var wire = wire(ServerWire.NONE);
    wire.receive(CHUNKED + chunk.repeat(16));
    assertThat(wire.request(0).reset).isNull();
    wire.receive(chunk);
    assertThat(wire.request(0).reset)
        .isEqualTo(new Failure.BadRequest(400, "chunk extensions are too long"));
    wire.finish();
  }

  @Test
  void aRefusedBodyBehindACommittedAnswerBreaksItOff() {
    var wire = wire(ServerWire.NONE);
    wire.receive(CHUNKED + "1\r\nx\r\n");
    wire.request(0).stream.sendHead(head(200, RequestHead.UNKNOWN_LENGTH));
    wire.receive("zz\r\n");
    assertThat(wire.request(0).reset).isInstanceOf(Failure.BadRequest.class);
    assertThat(wire.sent()).containsOnlyOnce("HTTP/1.1").doesNotContain("0\r\n\r\n");
    assertThat(wire.connection.isOutputShut()).isTrue();
    wire.finish();
  }

  // --- back-pressure and ends ---

  @Test
  void aBodyThatIsNotWantedIsNotRead() {
    var wire = wire(ServerWire.NONE);
    wire.receive(POST + "Content-Length: 10\r\n\r\n12345");
    var request = wire.request(0);
    request.stream.reading(false);
    wire.receive("67890");
    assertThat(request.body).hasToString("12345");
    request.stream.reading(true);
    loop.run();
    assertThat(request.body).hasToString("1234567890");
    assertThat(request.isEnded).isTrue();
    wire.finish();
  }

  @Test
  void aClientThatTakesNothingIsSeenAndThenHeardOf() {
    var wire = wire(ServerWire.NONE);
    wire.receive(GET);
    var stream = wire.request(0).stream;
    wire.connection.stalled(true);
    stream.sendHead(head(200, 300_000));
    while (stream.isWritable()) {
      stream.write(data("x".repeat(10_000)));
      stream.flush();
    }
    assertThat(stream.pendingBytes()).isBetween(128L * 1024, 160L * 1024);
    wire.connection.stalled(false);
    assertThat(stream.isWritable()).isTrue();
    assertThat(wire.request(0).writable).isEqualTo(1);
    wire.finish();
  }

  @Test
  void aClientThatClosesInTheMiddleOfItsBodyIsGone() {
    var wire = wire(ServerWire.NONE);
    wire.receive(POST + "Content-Length: 10\r\n\r\n12345");
    wire.connection.receiveEnd();
    assertThat(wire.request(0).reset).isInstanceOf(Failure.DownstreamGone.class);
    assertThat(wire.request(0).isEnded).isFalse();
    wire.finish();
  }

  @Test
  void aConnectionThatBreaksResetsItsExchange() {
    var wire = wire(ServerWire.NONE);
    wire.receive(GET);
    wire.connection.breakOff("reset by peer");
    assertThat(wire.request(0).reset).isEqualTo(new Failure.DownstreamGone("reset by peer"));
    ServerWire.respond(wire.request(0).stream, 200, "late"); // does no harm
    wire.finish();
  }

  @Test
  void aHalfClosedClientGetsItsAnswers() {
    var wire = wire(ServerWire.NONE);
    wire.receive(get("/1") + get("/2"));
    wire.connection.receiveEnd();
    ServerWire.respond(wire.request(0).stream, 200, "1");
    loop.run();
    ServerWire.respond(wire.request(1).stream, 200, "2");
    loop.run();
    assertThat(wire.sent()).contains("\r\n\r\n1HTTP/1.1 200 ").endsWith("\r\n\r\n2");
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.CLOSED);
    wire.finish();
  }

  @Test
  void aClientThatHalfClosesWithinAResponseIsClosedAtItsEnd() {
    var wire = wire(ServerWire.NONE);
    wire.receive(GET);
    var stream = wire.request(0).stream;
    stream.sendHead(head(200, 2));
    stream.write(data("ok"));
    stream.flush();
    wire.connection.receiveEnd();
    assertThat(wire.connection.isOpen()).isTrue();
    stream.end(null);
    loop.run();
    assertThat(wire.sent()).endsWith("\r\n\r\nok");
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.CLOSED);
    wire.finish();
  }

  @Test
  void aHalfClosedClientGetsAllAnswersThatAreThereAtOnce() {
    var wire =
        wire((stream, request) -> {
          if (!request.target().equals("a/1")) {
            ServerWire.ECHO.give(stream, request);
          }
        });
    wire.receive(get("/1") + get("/2") + get("/3"));
    wire.connection.receiveEnd();
    ServerWire.respond(wire.request(0).stream, 200, "/1");
    loop.run();
    assertThat(wire.sent())
        .contains("\r\n\r\n/1HTTP/1.1 200 ", "\r\n\r\na/2HTTP/1.1 200 ")
        .endsWith("\r\n\r\na/3");
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.CLOSED);
    wire.finish();
  }

  @Test
  void aHalfClosedClientIsCancelledWhereThatIsConfigured() {
    var config =
        new H1ServerConfig(ServerWire.LIMITS, ServerWire.TIMEOUTS, HalfClose.CANCEL, false);
    var wire = new ServerWire(loop, h1, config, ServerWire.NONE);
    wire.receive(GET);
    wire.connection.receiveEnd();
    assertThat(wire.request(0).reset).isInstanceOf(Failure.DownstreamGone.class);
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.CLOSED);
    wire.finish();
  }

  @Test
  void drainingAnswersWhatIsUnderWayAndThenCloses() {
    var wire = wire(ServerWire.NONE);
    wire.receive(GET);
    wire.server.drain();
    assertThat(wire.connection.isOpen()).isTrue();
    ServerWire.respond(wire.request(0).stream, 200, "");
    loop.run();
    assertThat(wire.sent()).contains("Connection: close");
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.CLOSED);
    wire.finish();
  }

  @Test
  void drainingClosesAnIdleConnectionAtOnce() {
    var wire = wire(ServerWire.ECHO);
    wire.receive(GET);
    wire.server.drain();
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.CLOSED);
    wire.finish();
  }

  private ServerWire wire(ServerWire.Answer answer) {
    return new ServerWire(loop, h1, ServerWire.CONFIG, answer);
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
}
