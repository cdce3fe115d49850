package dev.signalbox.http.h2;

import static dev.signalbox.http.h2.H2Wire.data;
import static dev.signalbox.http.h2.H2Wire.headers;
import static dev.signalbox.http.h2.H2Wire.join;
import static dev.signalbox.http.h2.H2Wire.open;
import static dev.signalbox.http.h2.H2Wire.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.h1.ClientWire.Seen;
import dev.signalbox.net.TestLoop;
import dev.signalbox.testkit.H2Frame;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CONNECT in HTTP/2, where a listener takes it (RFC 9113 §8.5). */
class H2ConnectTest {
  private static final String[] CONNECT = {":method: CONNECT", ":authority: db.example:5432"};
  private static final H2ServerConfig CONFIG =
      new H2ServerConfig(H2Wire.LIMITS, H2Wire.TIMEOUTS, H2Wire.BOUNDS, true);

  private final TestLoop loop = new TestLoop();

  @AfterEach
  void closeLoop() {
    loop.close();
  }

  @Test
  void itIsARequestWithoutABodyForHostAndPort() {
    var wire = H2Wire.open(loop, CONFIG, H2Wire.NONE);
    wire.receive(
        join(
            open(
                1,
                with(CONNECT, "host: db.example:5432", "content-type: application/grpc", "a: b")),
            data(1, "ahead of the answer", false)));
    assertThat(wire.request(0).line).isEqualTo("CONNECT db.example:5432");
    assertThat(wire.request(0).fields).isEqualTo("a: b\n");
    assertThat(wire.request(0).bodyLength).isZero();
    assertThat(wire.request(0).body).as("it waits for the tunnel").isEmpty();
    assertThat(wire.frames()).isEmpty();
    wire.finish();
  }

  @Test
  void anOrdinaryAnswerNeverSaysYes() {
    var wire = H2Wire.open(loop, CONFIG, H2Wire.ECHO);
    wire.receive(open(1, CONNECT));
    assertThat(wire.frames().getFirst()).startsWith("HEADERS 1 :status: 501");
    wire.finish();
  }

  @Test
  void aNoIsAnAnswerAndEndsTheStream() {
    var wire = H2Wire.open(loop, CONFIG, (stream, _) -> H2Wire.respond(stream, 403, "no"));
    wire.receive(open(1, CONNECT));
    assertThat(wire.frames())
        .containsExactly(
            "HEADERS 1 :status: 403, content-length: 2", "DATA 1 no END", "RST_STREAM 1 NO_ERROR");
    wire.finish();
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of("a scheme", with(CONNECT, ":scheme: https")),
        Arguments.of("a path", with(CONNECT, ":path: /")),
        Arguments.of("both", with(CONNECT, ":scheme: https", ":path: /")),
        Arguments.of("no authority", new String[] {":method: CONNECT"}),
        Arguments.of("only a host", new String[] {":method: CONNECT", "host: a:80"}),
        Arguments.of("a length", with(CONNECT, "content-length: 0")),
        Arguments.of("a coding", with(CONNECT, "transfer-encoding: chunked")),
        Arguments.of("an upgrade", with(CONNECT, "upgrade: websocket")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void malformed(String why, String[] fields) {
    var wire = H2Wire.open(loop, CONFIG, H2Wire.NONE);
    wire.receive(open(1, fields));
    assertThat(wire.requests).as(why).isEmpty();
    assertThat(wire.frames()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    wire.finish();
  }

  @ParameterizedTest
  @MethodSource
  void badTargets(String authority) {
    var wire = H2Wire.open(loop, CONFIG, H2Wire.NONE);
    wire.receive(headers(1, ":method: CONNECT", ":authority: " + authority));
    assertThat(wire.requests).isEmpty();
    assertThat(wire.frames().getFirst()).startsWith("HEADERS 1 :status: 400");
    wire.finish();
  }

  static List<String> badTargets() {
    return List.of(
        "", "a", "a:", "a:0", "a:65536", ":80", "u@a:80", "a:80/", "a:80,b:80", "[::1]", "a b:80");
  }

  @Test
  void anotherHostBesideTheAuthorityIsRefused() {
    var wire = H2Wire.open(loop, CONFIG, H2Wire.NONE);
    wire.receive(headers(1, with(CONNECT, "host: evil.example:5432")));
    assertThat(wire.requests).isEmpty();
    assertThat(wire.frames().getFirst()).startsWith("HEADERS 1 :status: 400");
    wire.finish();
  }

  @Test
  void toAnEndpointNothingButMethodAndAuthorityIsSaid() throws HpackException {
    var wire = new H2ClientWire(loop, new H2Loop(loop.loop()));
    var seen = new Seen();
    wire.receive(H2ClientWire.Answer.begin()); // it need not know RFC 8441
    wire.open("CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\nA: b\r\n\r\n", seen);
    var head = wire.sent(H2Frame.HEADERS).getFirst();
    assertThat(head.flags() & H2Frame.END_STREAM).isZero();
    assertThat(Fields.decode(new HpackDecoder(4096), head.payload()))
        .containsExactly(":method: CONNECT", ":authority: db.example:5432", "a: b");
    wire.receive(new H2ClientWire.Answer().head(1, false, ":status: 403").data(1, true, "no"));
    assertThat(seen.head).startsWith("403 ");
    assertThat(seen.body).hasToString("no");
    wire.finish();
  }
}
