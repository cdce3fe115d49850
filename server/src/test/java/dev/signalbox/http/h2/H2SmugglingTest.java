package dev.signalbox.http.h2;

import static dev.signalbox.http.h2.H2Wire.GET;
import static dev.signalbox.http.h2.H2Wire.POST;
import static dev.signalbox.http.h2.H2Wire.but;
import static dev.signalbox.http.h2.H2Wire.data;
import static dev.signalbox.http.h2.H2Wire.headers;
import static dev.signalbox.http.h2.H2Wire.join;
import static dev.signalbox.http.h2.H2Wire.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.net.TestLoop;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that would be another request, or two, to whoever reads them in HTTP/1. None of them
 * reaches the proxy, and the connection goes on with the next one.
 */
class H2SmugglingTest {
  private final TestLoop loop = new TestLoop();

  @AfterEach
  void closeLoop() {
    loop.close();
  }

  private static Arguments bad(String why, String... fields) {
    return Arguments.of(why, fields);
  }

  private static String[] without(String... fields) {
    return Arrays.stream(GET)
        .filter(field -> Arrays.stream(fields).noneMatch(field::startsWith))
        .toArray(String[]::new);
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        bad("a line end in a value", with(GET, "x: a\r\nHost: evil")),
        bad("a line feed in a value", with(GET, "x: a\nb")),
        bad("a carriage return in a value", with(GET, "x: a\rb")),
        bad("a NUL in a value", with(GET, "x: a\0b")),
        bad("a DEL in a value", with(GET, "x: a\u007fb")),
        bad("a space before a value", with(GET, "x:  a")),
        bad("a tab behind a value", with(GET, "x: a\t")),
        bad("a line end in a name", with(GET, "x\r\ny: a")),
        bad("a colon in a name", with(GET, "x:y: a")),
        bad("a space in a name", with(GET, "x y: a")),
        bad("a space behind a name", with(GET, "content-length : 5")),
        bad("a capital in a name", with(GET, "Content-length: 0")),
        bad("a byte beyond ASCII in a name", with(GET, "x\u00ff: a")),
        bad("Transfer-Encoding", with(POST, "transfer-encoding: chunked")),
        bad("Transfer-Encoding of any kind", with(POST, "transfer-encoding: identity")),
        bad("Connection", with(GET, "connection: close")),
        bad("Keep-Alive", with(GET, "keep-alive: timeout=5")),
        bad("Proxy-Connection", with(GET, "proxy-connection: close")),
        bad("Upgrade", with(GET, "upgrade: h2c")),
        bad("a TE other than trailers", with(GET, "te: trailers, deflate")),
        bad("a line end in the method", but(GET, ":method: GET / HTTP/1.1\r\nx: y")),
        bad("a space in the method", but(GET, ":method: GET /evil")),
        bad("an empty method", but(GET, ":method: ")),
        bad("a line end in the path", but(GET, ":path: / HTTP/1.1\r\nHost: evil")),
        bad("an empty path", but(GET, ":path: ")),
        bad("a path without its slash", but(GET, ":path: a")),
        bad("an absolute path", but(GET, ":path: http://evil/")),
        bad("an asterisk to GET", but(GET, ":path: *")),
        bad("a line end in the authority", but(GET, ":authority: a\r\nx: y")),
        bad("a line end in the scheme", but(GET, ":scheme: https\r\nx")),
        bad("a scheme that is none", but(GET, ":scheme: ht/tp")),
        bad("no method", without(":method")),
        bad("no scheme", without(":scheme")),
        bad("no path", without(":path")),
        bad("two methods", with(GET, ":method: POST")),
        bad("two paths", with(GET, ":path: /b")),
        bad("two authorities", with(GET, ":authority: evil")),
        bad("a pseudo-header behind a field", with(with(GET, "x: y"), ":authority: a")),
        bad("an unknown pseudo-header", with(GET, ":protocol: websocket")),
        bad("a response's pseudo-header", with(GET, ":status: 200")),
        bad("a length where there is no body", with(GET, "content-length: 5")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void malformed(String why, String[] fields) { // RFC 9113 §8.1.1
    var wire = H2Wire.open(loop, H2Wire.ECHO);
    wire.receive(headers(1, fields));
    assertThat(wire.requests).as(why).isEmpty();
    assertThat(wire.frames()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    assertThat(wire.refused).hasSize(1);
    goesOn(wire);
  }

  private static void goesOn(H2Wire wire) {
    wire.receive(headers(9, GET));
    assertThat(wire.requests).hasSize(1);
    assertThat(wire.frames()).endsWith("DATA 9 GET shop.example/a END");
    wire.finish();
  }

  private static Arguments answered(int status, String why, String... fields) {
    return Arguments.of(status, why, fields);
  }

  static Stream<Arguments> refused() {
    String[] many = new String[101];
    Arrays.setAll(many, i -> "x-" + i + ": y");
    return Stream.of(
        answered(400, "no authority", without(":authority")),
        answered(400, "an empty authority", but(GET, ":authority: ")),
        answered(400, "a user in the authority", but(GET, ":authority: user@shop.example")),
        answered(400, "a path in the authority", but(GET, ":authority: shop.example/x")),
        answered(400, "a port that is none", but(GET, ":authority: shop.example:x")),
        answered(400, "a Host other than the authority", with(GET, "host: evil.example")),
        answered(400, "several Hosts", with(GET, "host: shop.example", "host: shop.example")),
        answered(400, "a path above the root", but(GET, ":path: /../x")),
        answered(400, "a fragment", but(GET, ":path: /x#y")),
        answered(400, "a backslash", but(GET, ":path: /x\\y")),
        answered(400, "a space in the path", but(GET, ":path: /x y")),
        answered(400, "an encoded NUL", but(GET, ":path: /%00")),
        answered(400, "several lengths", with(POST, "content-length: 5", "content-length: 5")),
        answered(400, "a list of lengths", with(POST, "content-length: 5, 5")),
        answered(400, "a length with a sign", with(POST, "content-length: +5")),
        answered(400, "an empty length", with(POST, "content-length: ")),
        answered(405, "CONNECT", ":method: CONNECT", ":authority: shop.example:443"),
        answered(413, "a body that is too large", with(POST, "content-length: 1048577")),
        answered(414, "a path that is too long", but(GET, ":path: /" + "x".repeat(8200))),
        answered(417, "an unknown expectation", with(GET, "expect: 200-ok")),
        answered(
            431,
            "a head that is too large",
            with(
                GET,
                "x: " + "y".repeat(14_000),
                "y: " + "y".repeat(10_000),
                "z: " + "y".repeat(9_000))),
        answered(431, "too many fields", with(GET, many)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource
  void refused(int status, String why, String[] fields) {
    var wire = H2Wire.open(loop, H2Wire.ECHO);
    byte[] block = H2Wire.block(fields);
    int first = Math.min(block.length, 16_384);
    wire.receive(
        join(
            H2Wire.frame(
                Frames.HEADERS,
                first == block.length ? Frames.END_HEADERS : 0,
                1,
                Arrays.copyOf(block, first))));
    for (int at = first; at < block.length; at += 16_384) {
      int end = Math.min(block.length, at + 16_384);
      wire.receive(
          H2Wire.frame(
              Frames.CONTINUATION,
              end == block.length ? Frames.END_HEADERS : 0,
              1,
              Arrays.copyOfRange(block, at, end)));
    }
    assertThat(wire.requests).as(why).isEmpty();
    var frames = wire.frames();
    assertThat(frames.getFirst()).startsWith("HEADERS 1 :status: " + status);
    assertThat(frames.get(1)).startsWith("DATA 1 " + status + " ");
    assertThat(frames).endsWith("RST_STREAM 1 NO_ERROR"); // its body is not wanted
    assertThat(wire.refused).hasSize(1);
    goesOn(wire);
  }

  @Test
  void aBodyLongerThanDeclaredIsNoBody() {
    var wire = H2Wire.open(loop, H2Wire.ECHO);
    wire.receive(
        join(
            H2Wire.open(1, with(POST, "content-length: 5")),
            data(1, "helloGET /evil HTTP/1.1", true)));
    assertThat(wire.request(0).reset).isNotNull();
    assertThat(wire.request(0).body).isEmpty();
    assertThat(wire.frames()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    wire.finish();
  }

  @Test
  void aBodyShorterThanDeclaredNeverEnds() {
    var wire = H2Wire.open(loop, H2Wire.ECHO);
    wire.receive(join(H2Wire.open(1, with(POST, "content-length: 5")), data(1, "hell", true)));
    assertThat(wire.request(0).isEnded).isFalse();
    assertThat(wire.request(0).reset).isNotNull();
    assertThat(wire.frames()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    wire.finish();
  }

  @Test
  void trailersAreReadAsStrictly() {
    var bad =
        new String[] {"X: y", "x: a\r\nb", "transfer-encoding: chunked", ":path: /", "x y: z"};
    for (String field : bad) {
      var wire = H2Wire.open(loop, H2Wire.ECHO);
      wire.receive(join(H2Wire.open(1, POST), data(1, "hello", false), headers(1, field)));
      assertThat(wire.request(0).isEnded).as(field).isFalse();
      assertThat(wire.frames()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
      wire.finish();
    }
  }

  @Test
  void trailersThatWouldChangeTheMessageAreDropped() { // RFC 9110 §6.5.1
    var wire = H2Wire.open(loop, H2Wire.ECHO);
    wire.receive(
        join(
            H2Wire.open(1, POST),
            data(1, "hello", false),
            headers(1, "content-length: 99", "host: evil", "x-sum: 5")));
    assertThat(wire.request(0).trailers).isEqualTo("x-sum: 5\n");
    wire.finish();
  }

  @Test
  void aLengthWithLeadingZerosIsWrittenAnew() {
    var wire = H2Wire.open(loop, H2Wire.ECHO);
    wire.receive(join(H2Wire.open(1, with(POST, "content-length: 005")), data(1, "hello", true)));
    assertThat(wire.request(0).fields).isEqualTo("Content-Length: 5\n");
    assertThat(wire.request(0).body).hasToString("hello");
    wire.finish();
  }
}
