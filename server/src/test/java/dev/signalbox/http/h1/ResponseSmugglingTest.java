package dev.signalbox.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.Failure;
import dev.signalbox.http.ResponseLimits;
import dev.signalbox.net.TestLoop;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Responses that could be read in two ways: the endpoint is blamed, the connection is closed, and
 * no part that is in doubt goes downstream as if it were whole. Each row is fed in every cut, with
 * a response behind it that would be another client's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResponseSmugglingTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String SMUGGLED = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled";
  private static final String CHUNKED = "Transfer-Encoding: chunked";
  private static final ResponseLimits LIMITS = new ResponseLimits(512, 8);

  // Shared by all rows: nothing may be left from one to the next.
  @AutoClose private final TestLoop loop = new TestLoop();
  private final H1Loop h1 = new H1Loop(loop.loop());

  /** An attack that is known by its name. */
  private record Row(String name, String bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> heads() {
    return Stream.of(
        fields("Content-Length, then Transfer-Encoding", "Content-Length: 4", CHUNKED),
        fields("Transfer-Encoding, then Content-Length", CHUNKED, "Content-Length: 4"),
        fields("two lengths", "Content-Length: 4", "Content-Length: 5"),
        fields("two equal lengths", "Content-Length: 4", "content-length: 4"),
        fields("a list of lengths", "Content-Length: 4, 4"),
        fields("an empty length", "Content-Length:"),
        fields("a length with a plus", "Content-Length: +4"),
        fields("a negative length", "Content-Length: -4"),
        fields("a hexadecimal length", "Content-Length: 0x4"),
        fields("a length with a space inside", "Content-Length: 1 0"),
        fields("a length that overflows", "Content-Length: 18446744073709551620"),
        fields("chunked twice", "Transfer-Encoding: chunked, chunked"),
        fields("chunked in two lines", CHUNKED, CHUNKED),
        fields("identity", "Transfer-Encoding: identity"),
        fields("gzip, chunked", "Transfer-Encoding: gzip, chunked"),
        fields("chunked, gzip", "Transfer-Encoding: chunked, gzip"),
        fields("an empty coding", "Transfer-Encoding:"),
        fields("chunked with a parameter", "Transfer-Encoding: chunked;x"),
        fields("a vertical tab before chunked", "Transfer-Encoding: \u000bchunked"),
        fields("a space before a colon", "Transfer-Encoding : chunked"),
        fields("a folded line", "A: b\r\n c"),
        fields("a bare CR in a value", "A: b\rc"),
        fields("a bare LF behind a value", "A: b\nB: c"),
        fields("a NUL in a value", "A: b\0"),
        fields("an empty name", ": b"),
        fields("no colon", "Abc"),
        fields("a space in a name", "A B: c"),
        fields(
            "Connection names a framing field", "Content-Length: 4", "Connection: content-length"),
        fields("too many fields", "A: b\r\n".repeat(8) + "A: b"),
        fields("a head that is too large", "A: " + "b".repeat(520)),
        new Row("a coding in HTTP/1.0", "HTTP/1.0 200 OK\r\n" + CHUNKED + "\r\n\r\n0\r\n\r\n"),
        status("no status", "HTTP/1.1"),
        status("a status of two digits", "HTTP/1.1 20 OK"),
        status("a status of four digits", "HTTP/1.1 2000 OK"),
        status("a status with a sign", "HTTP/1.1 +20 OK"),
        status("a status that is no number", "HTTP/1.1 2x0 OK"),
        status("a status below all classes", "HTTP/1.1 099 OK"),
        status("a status above all classes", "HTTP/1.1 600 OK"),
        status("a tab for a space", "HTTP/1.1\t200 OK"),
        status("two spaces before the status", "HTTP/1.1  200 OK"),
        status("a tab behind the status", "HTTP/1.1 200\tOK"),
        status("another protocol", "HTTQ/1.1 200 OK"),
        status("a version in lower case", "http/1.1 200 OK"),
        status("HTTP/1.2", "HTTP/1.2 200 OK"),
        status("HTTP/2.0", "HTTP/2.0 200 OK"),
        status("HTTP/0.9, which has no head", "<html>hello</html>"),
        status("a space before the status line", " HTTP/1.1 200 OK"),
        status("a NUL in the reason", "HTTP/1.1 200 O\0K"),
        status("a bare CR in the reason", "HTTP/1.1 200 O\rK"),
        status("an empty line before the status line", "\r\nHTTP/1.1 200 OK"),
        new Row("LF ends the status line", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"),
        new Row("LF ends the head", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\n"),
        new Row("101 that nobody asked for", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"),
        new Row("a body on 204", "HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nbody"),
        new Row("chunks on 204", "HTTP/1.1 204 No Content\r\n" + CHUNKED + "\r\n\r\n0\r\n\r\n"),
        new Row("a body on 100", "HTTP/1.1 100 Continue\r\nContent-Length: 4\r\n\r\nbody"),
        new Row("chunks on 103", "HTTP/1.1 103 Hints\r\n" + CHUNKED + "\r\n\r\n0\r\n\r\n"));
  }

  static Stream<Row> bodies() {
    return Stream.of(
        chunks("a size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a sign", "+5\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a space behind", "5 \r\nhello\r\n0\r\n\r\n"),
        chunks("a size that overflows", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        chunks("no size", "\r\nhello\r\n0\r\n\r\n"),
        chunks("LF ends a size", "5\nhello\r\n0\r\n\r\n"),
        chunks("an extension that is too long", "5;" + "a".repeat(1025) + "\r\nhello\r\n0\r\n\r\n"),
        chunks("data longer than its size", "4\r\nhello\r\n0\r\n\r\n"),
        chunks("data shorter than its size", "6\r\nhello\r\n0\r\n\r\n"),
        chunks("LF behind the data", "5\r\nhello\n0\r\n\r\n"),
        chunks("CR and another byte behind the data", "5\r\nhello\rX0\r\n\r\n"),
        chunks("LF ends the body", "0\r\n\n"),
        chunks("a response behind the last size", "0\r\nHTTP/1.1 200 OK\r\n\r\n"),
        chunks("a trailer with a space before its colon", "0\r\nA : b\r\n\r\n"),
        chunks("a trailer with a NUL", "0\r\nA: \0\r\n\r\n"),
        chunks("a trailer that is too long", "0\r\nA: " + "b".repeat(520) + "\r\n\r\n"));
  }

  /** Complete responses with something behind them, and what their body is. */
  static Stream<Row> withSurplus() {
    return Stream.of(
        new Row("by length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        new Row("in chunks", "HTTP/1.1 200 OK\r\n" + CHUNKED + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("heads")
  void nothingOfItGoesDownstream(Row row) {
    var outcome = Splits.sameForEveryCut(row.bytes() + SMUGGLED, this::run);
    assertThat(outcome.head()).isNull();
    assertThat(outcome.interim()).isEmpty();
    assertBlamed(outcome);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void isNeverTakenForComplete(Row row) {
    var outcome = Splits.sameForEveryCut(row.bytes() + SMUGGLED, this::run);
    assertThat(outcome.head()).startsWith("200 OK");
    assertThat(outcome.body()).isNull();
    assertBlamed(outcome);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("withSurplus")
  void whatComesBehindTheBodyIsNeverDelivered(Row row) {
    var outcome = Splits.sameForEveryCut(row.bytes() + SMUGGLED, this::run);
    assertThat(outcome.body()).isEqualTo("hello");
    assertThat(outcome.reset()).isNull();
    assertThat(outcome.isReusable()).as("the connection is used again").isFalse();
  }

  private ClientWire.Outcome run(List<byte[]> parts) {
    return ClientWire.run(loop, h1, LIMITS, GET, parts, false);
  }

  private static void assertBlamed(ClientWire.Outcome outcome) {
    assertThat(outcome.reset())
        .isInstanceOfSatisfying(
            Failure.BadResponse.class,
            why -> {
              assertThat(why.endpoint()).isEqualTo(ClientWire.ENDPOINT);
              assertThat(why.blame()).isEqualTo(Failure.Blame.UPSTREAM);
              assertThat(why.status()).isEqualTo(502);
            });
    assertThat(outcome.isReusable()).as("the connection is used again").isFalse();
  }

  private static Row fields(String name, String... fields) {
    return new Row(name, "HTTP/1.1 200 OK\r\n" + String.join("\r\n", fields) + "\r\n\r\n0\r\n\r\n");
  }

  private static Row status(String name, String line) {
    return new Row(name, line + "\r\nContent-Length: 0\r\n\r\n");
  }

  private static Row chunks(String name, String body) {
    return new Row(name, "HTTP/1.1 200 OK\r\n" + CHUNKED + "\r\n\r\n" + body);
  }
}
