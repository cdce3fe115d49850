package dev.signalbox.http.h2;

import static dev.signalbox.http.h2.H2Wire.ECHO;
import static dev.signalbox.http.h2.H2Wire.GET;
import static dev.signalbox.http.h2.H2Wire.GREETING;
import static dev.signalbox.http.h2.H2Wire.NONE;
import static dev.signalbox.http.h2.H2Wire.POST;
import static dev.signalbox.http.h2.H2Wire.but;
import static dev.signalbox.http.h2.H2Wire.frame;
import static dev.signalbox.http.h2.H2Wire.head;
import static dev.signalbox.http.h2.H2Wire.headers;
import static dev.signalbox.http.h2.H2Wire.join;
import static dev.signalbox.http.h2.H2Wire.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.net.FakeConnection;
import dev.signalbox.net.TestLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests and responses over HTTP/2, byte by byte. */
class H2ServerWireTest {
  private final TestLoop loop = new TestLoop();

  @AfterEach
  void closeLoop() {
    loop.close();
  }

  private H2Wire open(H2Wire.Answer answer) {
    return H2Wire.open(loop, answer);
  }

  private static byte[] padded(int type, int flags, int stream, byte[] content) {
    byte[] payload = new byte[1 + content.length + 3];
    payload[0] = 3;
    System.arraycopy(content, 0, payload, 1, content.length);
    return frame(type, flags | Frames.PADDED, stream, payload);
  }

  @Test
  void whoHasClosedIsNotWaitedFor() {
    var wire = H2Wire.open(loop, H2Wire.ECHO);
    wire.connection.receiveEnd();
    loop.run();
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.CLOSED);
    wire.finish();
  }

  @Test
  void messagesAreTheSameHoweverTheirBytesAreCut() {
    byte[] block = H2Wire.block(with(POST, "content-type: text/x", "x-long: " + "y".repeat(40)));
    byte[] input =
        join(
            GREETING,
            headers(1, with(GET, "accept: */*")),
            frame(Frames.HEADERS, 0, 3, Arrays.copyOf(block, 20)),
            frame(Frames.CONTINUATION, 0, 3),
            frame(
                Frames.CONTINUATION,
                Frames.END_HEADERS,
                3,
                Arrays.copyOfRange(block, 20, block.length)),
            H2Wire.data(3, "hello, ", false),
            frame(Frames.PING, 0, 0, new byte[8]),
            padded(Frames.DATA, 0, 3, "world".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
            frame(99, 1, 2, new byte[5]), // of a type that nobody knows
            headers(3, "x-sum: 12"),
            padded(
                Frames.HEADERS,
                Frames.END_HEADERS | Frames.END_STREAM,
                5,
                H2Wire.block(but(GET, ":path: /%61/../b?c"))));
    var whole = H2Wire.run(loop, ECHO, List.of(input));
    assertThat(whole.requests())
        .containsExactly(
            "GET shop.example/a\naccept: */*\n",
            "POST shop.example/a\ncontent-type: text/x\nx-long: "
                + "y".repeat(40)
                + "\nlength -1\nbody hello, world\ntrailers x-sum: 12\n",
            "GET shop.example/b?c\n");
    assertThat(whole.sent())
        .containsExactly(
            "SETTINGS",
            "WINDOW_UPDATE 0 983041",
            "SETTINGS ACK",
            "HEADERS 1 :status: 200, content-length: 18",
            "DATA 1 GET shop.example/a END",
            "PING ACK",
            "HEADERS 3 :status: 200, content-length: 19",
            "DATA 3 POST shop.example/a END",
            "HEADERS 5 :status: 200, content-length: 20",
            "DATA 5 GET shop.example/b?c END");
    for (int cut = 1; cut < input.length; cut++) {
      var parts = List.of(Arrays.copyOf(input, cut), Arrays.copyOfRange(input, cut, input.length));
      assertThat(H2Wire.run(loop, ECHO, parts)).as("cut at %d", cut).isEqualTo(whole);
    }
    var singly = new ArrayList<byte[]>();
    for (byte b : input) {
      singly.add(new byte[] {b});
    }
    assertThat(H2Wire.run(loop, ECHO, singly)).isEqualTo(whole);
  }

  @Test
  void answersComeInTheOrderInWhichTheyAreGiven() {
    var wire = open(NONE);
    wire.receive(join(headers(1, GET), headers(3, GET), headers(5, GET)));
    H2Wire.respond(wire.request(2).stream, 200, "third");
    H2Wire.respond(wire.request(0).stream, 404, "first");
    H2Wire.respond(wire.request(1).stream, 200, "second");
    loop.run();
    assertThat(wire.frames())
        .containsExactly(
            "HEADERS 5 :status: 200, content-length: 5",
            "DATA 5 third END",
            "HEADERS 1 :status: 404, content-length: 5",
            "DATA 1 first END",
            "HEADERS 3 :status: 200, content-length: 6",
            "DATA 3 second END");
    wire.finish();
  }

  @Test
  void cookieCrumbsAreOneCookie() { // RFC 9113 §8.2.3
    var wire = open(ECHO);
    wire.receive(headers(1, with(GET, "cookie: a=1", "x: y", "cookie: b=2", "cookie: c")));
    assertThat(wire.request(0).fields).isEqualTo("x: y\ncookie: a=1; b=2; c\n");
    wire.finish();
  }

  @Test
  void theHostFieldNamesTheAuthorityWhereNothingElseDoes() {
    var wire = open(ECHO);
    wire.receive(headers(1, ":method: GET", ":scheme: https", ":path: /", "host: Shop.Example:81"));
    assertThat(wire.request(0).line).isEqualTo("GET Shop.Example:81/");
    wire.receive(headers(3, with(GET, "host: SHOP.example")));
    assertThat(wire.request(1).fields).isEmpty();
    wire.finish();
  }

  @Test
  void anAsteriskAndTheTrailersThatTeAllowsAreTaken() {
    var wire = open(ECHO);
    wire.receive(headers(1, with(but(but(GET, ":method: OPTIONS"), ":path: *"), "te: trailers")));
    assertThat(wire.request(0)).hasToString("OPTIONS shop.example*\n");
    wire.finish();
  }

  @Test
  void responsesWithoutABodyEndWithTheirHead() {
    var wire = open(NONE);
    wire.receive(join(headers(1, but(GET, ":method: HEAD")), headers(3, GET), headers(5, GET)));
    var withLength = head(200, 5);
    withLength.headers().add("Content-Length", "5");
    wire.request(0).stream.sendHead(withLength);
    wire.request(0).stream.write(H2Wire.data("hello"));
    wire.request(0).stream.end(null);
    for (int i = 1; i < 3; i++) {
      wire.request(i).stream.sendHead(head(i == 1 ? 204 : 304, -1));
      wire.request(i).stream.end(null);
    }
    loop.run();
    assertThat(wire.frames())
        .containsExactly(
            "HEADERS 1 :status: 200, content-length: 5 END",
            "HEADERS 3 :status: 204 END",
            "HEADERS 5 :status: 304 END");
    wire.finish();
  }

  @Test
  void fieldsAboutAConnectionDoNotLeaveAndNamesAreInLowerCase() { // RFC 9113 §8.2.1, §8.2.2
    var wire = open(NONE);
    wire.receive(headers(1, GET));
    var response = head(200, 0);
    for (String name :
        List.of("Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Proxy-Connection")) {
      response.headers().add(name, "x");
    }
    response.headers().add("X-Mixed-Case", "Value");
    wire.request(0).stream.sendHead(response);
    wire.request(0).stream.end(null);
    loop.run();
    assertThat(wire.frames())
        .containsExactly("HEADERS 1 :status: 200, x-mixed-case: Value, content-length: 0 END");
    wire.finish();
  }

  @Test
  void interimResponsesAndTrailersAreSent() {
    var wire = open(NONE);
    wire.receive(headers(1, GET));
    var stream = wire.request(0).stream;
    stream.sendInterim(head(101, 0)); // RFC 9113 §8.6: not in HTTP/2
    stream.sendInterim(head(103, 0));
    stream.sendHead(head(200, -1));
    stream.write(H2Wire.data("hello"));
    var trailers = new Headers();
    trailers.add("X-Sum", "5");
    stream.end(trailers);
    loop.run();
    assertThat(wire.frames())
        .containsExactly(
            "HEADERS 1 :status: 103",
            "HEADERS 1 :status: 200",
            "DATA 1 hello",
            "HEADERS 1 x-sum: 5 END");
    wire.finish();
  }

  @Test
  void aHeadTooLargeForOneFrameGoesOnInFurtherOnes() {
    var wire = open(NONE);
    wire.receive(headers(1, GET));
    var response = head(200, 0);
    for (int i = 0; i < 5; i++) {
      response.headers().add("x-" + i, ("" + (char) ('{' + i % 3)).repeat(7000));
    }
    wire.request(0).stream.sendHead(response);
    wire.request(0).stream.end(null);
    loop.run();
    byte[] sent = wire.connection.sent().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(Frames.readInt(sent, 0)).isEqualTo(16_384 << 8 | Frames.HEADERS);
    assertThat(sent[4]).isEqualTo((byte) Frames.END_STREAM);
    int second = 9 + 16_384;
    assertThat(sent[second + 3]).isEqualTo((byte) Frames.CONTINUATION);
    int third = second + 9 + (Frames.readInt(sent, second) >>> 8);
    assertThat(sent[third + 4]).isEqualTo((byte) Frames.END_HEADERS);
    wire.connection.forgetSent();
    wire.finish();
  }

  @Test
  void aResponseBeforeTheEndOfTheRequestAsksForNoMoreOfIt() { // RFC 9113 §8.1
    var wire = open(NONE);
    wire.receive(join(H2Wire.open(1, POST), H2Wire.data(1, "some", false)));
    H2Wire.respond(wire.request(0).stream, 200, "enough");
    loop.run();
    assertThat(wire.frames())
        .containsExactly(
            "HEADERS 1 :status: 200, content-length: 6",
            "DATA 1 enough END",
            "RST_STREAM 1 NO_ERROR");
    wire.receive(join(H2Wire.data(1, "more", false), H2Wire.data(1, "and more", true)));
    assertThat(wire.frames()).as("what was on its way does no harm").isEmpty();
    wire.receive(headers(3, GET));
    assertThat(wire.requests).hasSize(2);
    wire.request(0).isEnded = true; // nobody waits for it
    wire.finish();
  }

  @Test
  void aResetGoesBothWays() {
    var wire = open(NONE);
    wire.receive(join(headers(1, GET), headers(3, GET), H2Wire.reset(1)));
    assertThat(wire.request(0).reset).isInstanceOf(Failure.DownstreamGone.class);
    wire.request(1).stream.reset(new Failure.TotalTimeout());
    loop.run();
    assertThat(wire.frames()).containsExactly("RST_STREAM 3 INTERNAL_ERROR");
    H2Wire.respond(wire.request(0).stream, 200, "late"); // does no harm
    H2Wire.respond(wire.request(1).stream, 200, "late");
    loop.run();
    assertThat(wire.frames()).isEmpty();
    wire.finish();
  }

  static Stream<Arguments> whatBreaksAnAnswerOff() {
    return Stream.of(
        Arguments.of(brokeOff(Failure.Meaning.CANCELLED), "CANCEL"),
        Arguments.of(brokeOff(Failure.Meaning.TOO_MUCH), "ENHANCE_YOUR_CALM"),
        Arguments.of(brokeOff(Failure.Meaning.ERROR), "INTERNAL_ERROR"),
        Arguments.of(new Failure.UpstreamRefused("a", "b", false), "INTERNAL_ERROR"),
        Arguments.of(new Failure.UpstreamReset("a", "b", false, true, true), "INTERNAL_ERROR"),
        Arguments.of(new Failure.TotalTimeout(), "INTERNAL_ERROR"));
  }

  private static Failure brokeOff(Failure.Meaning meaning) {
    return new Failure.UpstreamBrokeOff("10.0.0.1:80", "RST_STREAM", meaning, true);
  }

  @ParameterizedTest
  @MethodSource("whatBreaksAnAnswerOff")
  void anAnswerThatBreaksOffSaysWhatTheEndpointMeant(Failure why, String code) {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(headers(1, GET));
    var stream = wire.request(0).stream;
    stream.sendHead(head(200, -1));
    stream.write(H2Wire.data("half"));
    stream.reset(why);
    loop.run();
    assertThat(wire.frames())
        .containsExactly("HEADERS 1 :status: 200", "DATA 1 half", "RST_STREAM 1 " + code);
    wire.finish();
  }

  @Test
  void lessThanDeclaredNeverLooksWhole() {
    var wire = open(NONE);
    wire.receive(headers(1, GET));
    wire.request(0).stream.sendHead(head(200, 10));
    wire.request(0).stream.write(H2Wire.data("short"));
    wire.request(0).stream.end(null);
    loop.run();
    assertThat(wire.frames())
        .containsExactly(
            "HEADERS 1 :status: 200, content-length: 10",
            "DATA 1 short",
            "RST_STREAM 1 INTERNAL_ERROR");
    wire.finish();
  }

  @Test
  void aBodyThatIsTooLargeIsAnsweredSo() {
    var wire = open(NONE);
    wire.receive(H2Wire.open(1, POST));
    for (int i = 0; i < 65 && wire.request(0).reset == null; i++) {
      wire.receive(H2Wire.data(1, "x".repeat(16_384), false));
    }
    assertThat(wire.request(0).reset)
        .isEqualTo(new Failure.BadRequest(413, "the body is too large"));
    assertThat(wire.frames())
        .contains("HEADERS 1 :status: 413, content-type: text/plain, content-length: 45");
    wire.receive(headers(3, GET));
    assertThat(wire.requests).hasSize(2);
    wire.finish();
  }

  @Test
  void drainingServesWhatIsOnItsWayAndThenCloses() { // RFC 9113 §6.8
    var wire = open(NONE);
    wire.receive(headers(1, GET));
    wire.server.drain();
    loop.run();
    assertThat(wire.frames()).containsExactly("GOAWAY all NO_ERROR", "PING");
    wire.receive(headers(3, GET)); // sent before the client could know
    byte[] pong = H2Wire.numbers(0x7369, 0x676e616c);
    pong = new byte[] {0, 0x73, 0x69, 0x67, 0x6e, 0x61, 0x6c, 0x62};
    wire.receive(frame(Frames.PING, Frames.ACK, 0, pong));
    assertThat(wire.frames()).containsExactly("GOAWAY 3 NO_ERROR");
    wire.receive(headers(5, GET));
    assertThat(wire.requests).hasSize(2);
    H2Wire.respond(wire.request(0).stream, 200, "one");
    H2Wire.respond(wire.request(1).stream, 200, "two");
    loop.run();
    assertThat(wire.frames()).hasSize(4);
    assertThat(wire.connection.isOutputShut()).isTrue();
    wire.finish();
  }

  @Test
  void anAbortTellsOfEveryStream() {
    var wire = open(NONE);
    wire.receive(join(headers(1, GET), headers(3, GET)));
    wire.server.abort(new Failure.ShuttingDown());
    assertThat(wire.frames())
        .contains("RST_STREAM 1 INTERNAL_ERROR", "RST_STREAM 3 INTERNAL_ERROR")
        .endsWith("GOAWAY 3 NO_ERROR");
    assertThat(wire.request(1).reset).isEqualTo(new Failure.ShuttingDown());
    wire.finish();
  }
}
