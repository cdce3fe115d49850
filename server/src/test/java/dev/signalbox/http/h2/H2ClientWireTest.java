package dev.signalbox.http.h2;

import static dev.signalbox.http.h2.H2ClientWire.GET;
import static dev.signalbox.http.h2.H2ClientWire.HEAD;
import static dev.signalbox.http.h2.H2ClientWire.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.Failure;
import dev.signalbox.http.h1.ClientWire;
import dev.signalbox.http.h1.ClientWire.Seen;
import dev.signalbox.http.h1.Splits;
import dev.signalbox.http.h2.H2ClientWire.Answer;
import dev.signalbox.net.TestLoop;
import dev.signalbox.testkit.H2Frame;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes of an endpoint's bytes, good and bad, in every cut. */
class H2ClientWireTest {
  private static final String OK = ":status: 200";

  private final TestLoop loop = new TestLoop();
  private final H2Loop h2 = new H2Loop(loop.loop());

  @AfterEach
  void end() {
    loop.close();
  }

  private static Answer whole() {
    var answer = Answer.begin(3, 50);
    answer.head(1, false, ":status: 103", "link: </a>; rel=preload");
    byte[] block = answer.block(OK, "content-type: text/plain", "content-length: 7", "x: y");
    answer.frame(new H2Frame(H2Frame.HEADERS, 0, 1, Arrays.copyOf(block, 5)));
    byte[] rest = Arrays.copyOfRange(block, 5, block.length);
    answer.frame(new H2Frame(H2Frame.CONTINUATION, H2Frame.END_HEADERS, 1, rest));
    answer.frame(H2Frame.PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    answer.frame(H2Frame.DATA, H2Frame.PADDED, 1, 2, 'a', 'b', 'c', 0, 0);
    answer.data(1, false, "");
    answer.data(1, false, "defg");
    return answer.head(1, true, "x-sum: 1", "host: evil");
  }

  private String run(String request, List<byte[]> parts) {
    var wire = new H2ClientWire(loop, h2);
    var seen = new Seen();
    wire.open(request, seen);
    parts.forEach(wire::receive);
    // How much of a broken body came is a matter of luck.
    String outcome =
        seen.interim
            + "|"
            + seen.head
            + "|"
            + (seen.isEnded ? seen.body : "")
            + "|"
            + seen.trailers
            + "|"
            + seen.reset
            + "|"
            + wire.client.hasRoom()
            + wire.sent(H2Frame.GOAWAY).size();
    assertThat(seen.isEnded && seen.reset != null).isFalse();
    wire.finish();
    assertThat(seen.isEnded || seen.reset != null).as("an end").isTrue();
    return outcome;
  }

  @Test
  void aResponseIsTheSameInEveryCut() {
    String input = new String(whole().bytes(), StandardCharsets.ISO_8859_1);
    String outcome = Splits.sameForEveryCut(input, parts -> run(GET, parts));
    assertThat(outcome)
        .isEqualTo(
            "[103 \nlink: </a>; rel=preload\nlength 0\n]|200 \ncontent-type: text/plain\n"
                + "content-length: 7\nx: y\nlength 7\n|abcdefg|x-sum: 1\n|null|true0");
  }

  private static Arguments bad(String name, String request, UnaryOperator<Answer> answer) {
    return Arguments.of(name, request, answer);
  }

  private static UnaryOperator<Answer> head(String... fields) {
    return answer -> answer.head(1, false, fields);
  }

  static Stream<Arguments> badResponses() {
    return Stream.of(
        bad("no status", GET, head("x: y")),
        bad("no fields", GET, head()),
        bad("two statuses", GET, head(OK, OK)),
        bad("status late", GET, head("x: y", OK)),
        bad("status of 99", GET, head(":status: 099")),
        bad("status of 600", GET, head(":status: 600")),
        bad("status of four digits", GET, head(":status: 2000")),
        bad("status of letters", GET, head(":status: 2x0")),
        bad("a pseudo-field of requests", GET, head(OK, ":path: /")),
        bad("a colon in a name", GET, head(OK, "a:b: c")),
        bad("connection", GET, head(OK, "connection: close")),
        bad("transfer-encoding", GET, head(OK, "transfer-encoding: chunked")),
        bad("keep-alive", GET, head(OK, "keep-alive: 5")),
        bad("upgrade", GET, head(OK, "upgrade: h3")),
        bad("a space in a name", GET, head(OK, "a b: c")),
        bad("a line end in a value", GET, head(OK, "a: b\r\nc: d")),
        bad("a line feed in a value", GET, head(OK, "a: b\nc")),
        bad("a null in a value", GET, head(OK, "a: b\0")),
        bad("space before a value", GET, head(OK, "a:  b")),
        bad("space behind a value", GET, head(OK, "a: b ")),
        bad("two lengths", GET, head(OK, "content-length: 1", "content-length: 2")),
        bad("a length that is none", GET, head(OK, "content-length: -1")),
        bad("an endless length", GET, head(OK, "content-length: 99999999999999999999")),
        bad("101", GET, head(":status: 101")),
        bad("an end after 100", GET, a -> a.head(1, true, ":status: 100")),
        bad(
            "less data than said",
            GET,
            a -> a.head(1, false, OK, "content-length: 3").data(1, true, "ab")),
        bad(
            "more data than said",
            GET,
            a -> a.head(1, false, OK, "content-length: 3").data(1, true, "abcd")),
        bad("no data where some is said", GET, a -> a.head(1, true, OK, "content-length: 3")),
        bad("data for HEAD", HEAD, a -> a.head(1, false, OK).data(1, true, "a")),
        bad("data for 204", GET, a -> a.head(1, false, ":status: 204").data(1, true, "a")),
        bad("data before the head", GET, a -> a.data(1, false, "a")),
        bad("an end before the head", GET, a -> a.data(1, true, "")),
        bad("trailers that go on", GET, a -> a.head(1, false, OK).head(1, false, "a: b")),
        bad("a status in trailers", GET, a -> a.head(1, false, OK).head(1, true, OK)),
        bad("te in trailers", GET, a -> a.head(1, false, OK).head(1, true, "connection: x")),
        bad(
            "too many fields",
            GET,
            head(
                Stream.concat(Stream.of(OK), Stream.generate(() -> "a: b").limit(51))
                    .toArray(String[]::new))),
        bad("too large a head", GET, head(OK, "a: " + "x".repeat(11_000))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badResponses")
  void aBadResponseIsTheEndOfItsStreamOnly(String name, String request, UnaryOperator<Answer> bad) {
    var wire = new H2ClientWire(loop, h2);
    var seen = new Seen();
    wire.open(request, seen);
    var other = new Seen();
    wire.open(GET, other);
    var answer = bad.apply(Answer.begin());
    wire.receive(answer);
    assertThat(seen.isEnded).isFalse();
    assertThat(seen.reset).isInstanceOf(Failure.BadResponse.class);
    assertThat(wire.code(H2Frame.RST_STREAM)).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    var next = new Answer();
    wire.receive(next.head(3, true, OK));
    assertThat(other.isEnded).isTrue();
    assertThat(wire.client.hasRoom()).isTrue();
    wire.finish();
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of("HTTP/1.1", new Answer().raw("HTTP/1.1 400 Bad Request\r\n\r\n"), 6),
        Arguments.of("no settings", new Answer().head(1, true, OK), 1),
        Arguments.of("settings of 5 bytes", new Answer().frame(4, 0, 0, 1, 2, 3, 4, 5), 6),
        Arguments.of("push", Answer.begin().frame(5, 4, 1, 0, 0, 0, 2, 0x82), 1),
        Arguments.of("a stream of its own", Answer.begin().head(2, true, OK), 1),
        Arguments.of("a stream never opened", Answer.begin().head(9, true, OK), 1),
        Arguments.of("data without a stream", Answer.begin().data(0, false, "a"), 1),
        Arguments.of("hpack", Answer.begin().frame(1, 4, 1, 0x80), 9),
        Arguments.of("enable push", Answer.begin(2, 1), 1),
        Arguments.of("a window of 2^31", Answer.begin(4, Integer.MIN_VALUE), 3),
        Arguments.of(
            "windows that overflow", Answer.begin().frame(8, 0, 0, 0x7f, 255, 255, 255), 3),
        Arguments.of("a goaway of 7 bytes", Answer.begin().frame(7, 0, 0, 1, 2, 3, 4, 5, 6, 7), 6),
        Arguments.of("a frame of 16 MB", Answer.begin().raw("\u00ff\u00ff\u00ff\0\0\0\0\0\1"), 6),
        Arguments.of(
            "another frame in a head", Answer.begin().frame(1, 0, 1).data(1, false, "a"), 1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void aBrokenConnectionIsABadResponseForAll(String name, Answer answer, int code) {
    var wire = new H2ClientWire(loop, h2);
    var seen = new Seen();
    wire.open(GET, seen);
    var other = new Seen();
    wire.open(POST, other);
    wire.receive(answer);
    assertThat(seen.reset).isInstanceOf(Failure.BadResponse.class);
    assertThat(other.reset).isEqualTo(seen.reset);
    assertThat(wire.code(H2Frame.GOAWAY)).isEqualTo(code);
    assertThat(wire.client.hasRoom()).isFalse();
    wire.finish();
  }

  static Stream<Arguments> floods() {
    return Stream.of(
        Arguments.of("settings", new Answer().frame(4, 0, 0)),
        Arguments.of("pings", new Answer().frame(6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
        Arguments.of("goaways", new Answer().frame(7, 0, 0, 127, 255, 255, 255, 0, 0, 0, 0)),
        Arguments.of("unknown frames", new Answer().frame(77, 0, 0)),
        Arguments.of("window updates", new Answer().frame(8, 0, 0, 0, 0, 0, 1)),
        Arguments.of("interim responses", new Answer().frame(1, 4, 1, 0x08, 3, '1', '0', '0')),
        Arguments.of("empty data", new Answer().data(1, false, "")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void aFloodIsCutOff(String name, Answer drop) {
    var wire = new H2ClientWire(loop, h2);
    var seen = new Seen();
    wire.open(GET, seen);
    wire.receive(Answer.begin());
    if (name.equals("empty data")) {
      wire.receive(new Answer().head(1, false, OK));
    }
    byte[] bytes = drop.bytes();
    for (int i = 0; i < 1200; i++) {
      wire.receive(bytes);
    }
    assertThat(seen.reset).isInstanceOf(Failure.BadResponse.class);
    assertThat(wire.code(H2Frame.GOAWAY)).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
    wire.finish();
  }

  @Test
  void aHeadThatGoesOnAndOnIsCutOff() {
    var wire = new H2ClientWire(loop, h2);
    var seen = new Seen();
    wire.open(GET, seen);
    wire.receive(Answer.begin().frame(1, 0, 1));
    for (int i = 0; i < 100; i++) {
      wire.receive(new Answer().frame(9, 0, 1));
    }
    assertThat(seen.reset).isInstanceOf(Failure.BadResponse.class);
    assertThat(wire.code(H2Frame.GOAWAY)).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
    wire.finish();
  }

  @Test
  void aBombOfReferencesIsOneBadResponse() {
    var wire = new H2ClientWire(loop, h2);
    var seen = new Seen();
    wire.open(GET, seen);
    wire.open(GET, new Seen());
    var answer = Answer.begin();
    answer.head(1, true, OK, "a: " + "x".repeat(900));
    var bomb = new byte[10_000];
    Arrays.fill(bomb, (byte) 0xbe);
    wire.receive(answer.frame(new H2Frame(H2Frame.HEADERS, 4, 3, bomb)));
    assertThat(seen.isEnded).isTrue();
    assertThat(wire.client.hasRoom()).isTrue();
    assertThat(wire.code(H2Frame.RST_STREAM)).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    wire.finish();
  }

  @Test
  void aResetTellsWhetherTheRequestMayBeRepeated() {
    var wire = new H2ClientWire(loop, h2);
    var refused = new Seen();
    wire.open(POST, refused);
    var broken = new Seen();
    wire.open(POST, broken);
    var begun = new Seen();
    wire.open(POST, begun);
    wire.receive(
        Answer.begin()
            .frame(3, 0, 1, 0, 0, 0, 7)
            .frame(3, 0, 3, 0, 0, 0, 2)
            .head(5, false, OK)
            .frame(3, 0, 5, 0, 0, 0, 7));
    assertThat(refused.reset).extracting(Failure::retry).isEqualTo(Failure.Retry.SAFE);
    assertThat(broken.reset).extracting(Failure::retry).isEqualTo(Failure.Retry.IF_IDEMPOTENT);
    assertThat(begun.reset).extracting(Failure::retry).isEqualTo(Failure.Retry.NEVER);
    assertThat(wire.idle).isEqualTo(1);
    wire.finish();
  }

  @ParameterizedTest
  @CsvSource({
    "NO_ERROR, 0, ERROR",
    "PROTOCOL_ERROR, 1, ERROR",
    "INTERNAL_ERROR, 2, ERROR",
    "FLOW_CONTROL_ERROR, 3, ERROR",
    "STREAM_CLOSED, 5, ERROR",
    "REFUSED_STREAM, 7, ERROR", // too late for that
    "CANCEL, 8, CANCELLED",
    "CONNECT_ERROR, 10, ERROR",
    "ENHANCE_YOUR_CALM, 11, TOO_MUCH",
    "INADEQUATE_SECURITY, 12, ERROR",
    "HTTP_1_1_REQUIRED, 13, ERROR",
    "error 0x4d, 77, ERROR",
  })
  void aResetInTheAnswerTellsWhatTheEndpointMeans(String name, int code, Failure.Meaning meaning) {
    var wire = new H2ClientWire(loop, h2);
    var seen = new Seen();
    wire.open(GET, seen);
    wire.receive(Answer.begin().head(1, false, OK).frame(3, 0, 1, 0, 0, 0, code));
    assertThat(seen.reset)
        .isEqualTo(
            new Failure.UpstreamBrokeOff(
                ClientWire.ENDPOINT, "RST_STREAM with " + name, meaning, true));
    assertThat(wire.client.hasRoom()).isTrue();
    wire.finish();
  }

  @Test
  void whoeverGivesUpARequestCancelsIt() {
    var wire = new H2ClientWire(loop, h2);
    wire.open(GET, new Seen()).reset(new Failure.DownstreamGone("RST_STREAM with PROTOCOL_ERROR"));
    wire.open(GET, new Seen()).reset(new Failure.TotalTimeout());
    loop.run();
    assertThat(wire.sent(H2Frame.RST_STREAM))
        .extracting(frame -> frame.number(0))
        .containsExactly(ErrorCode.CANCEL, ErrorCode.CANCEL);
    wire.finish();
  }

  @Test
  void aGoAwayEndsWhatItLeavesOutAndTheRestGoesOn() {
    var wire = new H2ClientWire(loop, h2);
    var first = new Seen();
    wire.open(GET, first);
    var second = new Seen();
    wire.open(POST, second);
    wire.receive(Answer.begin().frame(7, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 'b', 'y', 'e'));
    assertThat(second.reset)
        .isEqualTo(
            new Failure.UpstreamRefused(
                ClientWire.ENDPOINT, "takes no more requests here: NO_ERROR, bye", true));
    assertThat(wire.client.hasRoom()).isFalse();
    assertThat(wire.left).isEqualTo(1);
    assertThat(first.reset).isNull();
    wire.receive(new Answer().head(3, true, OK).head(1, true, OK));
    assertThat(first.isEnded).isTrue();
    assertThat(wire.connection.isOpen()).isFalse();
    wire.finish();
  }

  @Test
  void whatIsNotTakenIsNotAskedForAndSurvivesTheConnection() {
    var wire = new H2ClientWire(loop, h2);
    var seen = new Seen();
    var stream = wire.open(GET, seen);
    stream.reading(false);
    wire.receive(Answer.begin().head(1, false, OK));
    wire.connection.forgetSent();
    var answer = new Answer();
    for (int i = 0; i < 16; i++) {
      answer.data(1, i == 15, "0123456789abcdef".repeat(1000));
    }
    wire.receive(answer);
    assertThat(seen.body).isEmpty();
    assertThat(wire.sent(H2Frame.WINDOW_UPDATE)).isEmpty();
    wire.connection.close();
    loop.run();
    assertThat(seen.reset).isNull();
    stream.reading(true);
    loop.run();
    assertThat(seen.isEnded).isTrue();
    assertThat(seen.body).hasSize(256_000);
    wire.finish();
  }

  @Test
  void windowsAreReturnedWhenDataIsTaken() {
    var wire = new H2ClientWire(loop, h2);
    var stream = wire.open(GET, new Seen());
    stream.reading(false);
    wire.receive(Answer.begin().head(1, false, OK));
    wire.connection.forgetSent();
    var answer = new Answer();
    for (int i = 0; i < 13; i++) {
      answer.data(1, false, "0123456789abcdef".repeat(1000));
    }
    wire.receive(answer);
    stream.reading(true);
    loop.run();
    assertThat(wire.sent(H2Frame.WINDOW_UPDATE)).extracting(H2Frame::stream).containsExactly(1);
    assertThat(wire.sent(H2Frame.WINDOW_UPDATE).getFirst().number(0)).isEqualTo(13 * 16_000);
    wire.finish();
  }

  @Test
  void anEndpointThatDoesNotAnswerInTimeLosesItsStreamOnly() {
    var wire = new H2ClientWire(loop, h2);
    var seen = new Seen();
    wire.open(GET, seen);
    wire.receive(Answer.begin());
    for (int i = 0; i < 30 && seen.reset == null; i++) {
      loop.advance(Duration.ofSeconds(1));
      wire.receive(new Answer().frame(77, 0, 0));
    }
    assertThat(seen.reset)
        .isEqualTo(new Failure.UpstreamTimeout(ClientWire.ENDPOINT, "did not answer in time"));
    assertThat(wire.code(H2Frame.RST_STREAM)).isEqualTo(ErrorCode.CANCEL);
    assertThat(wire.client.hasRoom()).isTrue();
    wire.finish();
  }

  @Test
  void anEndpointThatTakesNothingOfTheRequestIsTooLate() {
    var wire = new H2ClientWire(loop, h2);
    var seen = new Seen();
    var stream = wire.open(POST, seen);
    wire.receive(Answer.begin(4, 10));
    stream.write(Unpooled.wrappedBuffer(new byte[50]));
    for (int i = 0; i < 60 && seen.reset == null; i++) {
      loop.advance(Duration.ofSeconds(1));
      wire.receive(new Answer().frame(77, 0, 0));
    }
    assertThat(seen.reset)
        .isEqualTo(new Failure.UpstreamTimeout(ClientWire.ENDPOINT, "takes none of the request"));
    wire.finish();
  }

  @Test
  void aSilentEndpointIsAskedAndThenDead() {
    var wire = new H2ClientWire(loop, h2);
    var seen = new Seen();
    wire.open(GET, seen);
    wire.receive(Answer.begin());
    loop.advancePast(Duration.ofSeconds(11));
    assertThat(wire.sent(H2Frame.PING)).hasSize(1);
    assertThat(seen.reset).isNull();
    loop.advancePast(Duration.ofSeconds(5));
    assertThat(seen.reset).isInstanceOf(Failure.UpstreamReset.class);
    assertThat(wire.wasDead).isTrue();
    wire.finish();
  }

  @Test
  void noiseAfterGoodBytesNeverEndsAStreamTwiceOrHoldsABuffer() {
    byte[] good = whole().head(3, false, OK).data(3, true, "abc").bytes();
    var random = new Random(9113);
    int ended = 0;
    for (int i = 0; i < 1_000; i++) {
      byte[] bytes = good.clone();
      int changes = 1 + random.nextInt(4);
      for (int c = 0; c < changes; c++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      var wire = new H2ClientWire(loop, h2);
      var seen = List.of(new Seen(), new Seen(), new Seen());
      wire.open(GET, seen.get(0));
      wire.open(POST, seen.get(1));
      wire.open(HEAD, seen.get(2));
      var parts = new ArrayList<byte[]>();
      for (int at = 0; at < bytes.length; ) {
        int next = Math.min(bytes.length, at + 1 + random.nextInt(60));
        parts.add(Arrays.copyOfRange(bytes, at, next));
        at = next;
      }
      parts.forEach(wire::receive);
      wire.finish();
      for (Seen each : seen) {
        assertThat(each.isEnded || each.reset != null).isTrue();
        ended += each.isEnded ? 1 : 0;
      }
    }
    assertThat(ended).isBetween(150, 2_500);
  }
}
