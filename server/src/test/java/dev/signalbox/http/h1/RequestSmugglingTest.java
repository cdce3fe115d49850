package dev.signalbox.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.Bytes;
import dev.signalbox.http.Failure;
import dev.signalbox.http.HalfClose;
import dev.signalbox.http.MessageLimits;
import dev.signalbox.net.TestLoop;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What one server could read in one way and another server in another way, and what is done about
 * it. Each row is fed whole, cut at each byte and byte by byte, with a request behind it that an
 * attacker would like to get through.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestSmugglingTest {
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: internal\r\n\r\n";
  private static final MessageLimits LIMITS =
      new MessageLimits(
          Bytes.parse("128B"), Bytes.parse("512B"), 8, Bytes.parse("64B"), Bytes.parse("1KB"));
  private static final H1ServerConfig CONFIG =
      new H1ServerConfig(LIMITS, ServerWire.TIMEOUTS, HalfClose.ANSWER, false);

  // Shared by all rows: nothing may be left from one to the next.
  @AutoClose private final TestLoop loop = new TestLoop();
  private final H1Loop h1 = new H1Loop(loop.loop());

  /** An attack that is known by its name. */
  private record Row(String name, String bytes, int status) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Ways to write a head whose end, or whose meaning, is not the same for everybody. */
  static Stream<Row> heads() {
    return Stream.of(
            lengths(), codings(), lines(), hosts(), targets(), names(), limits(), connections())
        .flatMap(rows -> rows);
  }

  private static Stream<Row> lengths() {
    return Stream.of(
        bad("Content-Length, then Transfer-Encoding", "Content-Length: 4", CHUNKED),
        bad("Transfer-Encoding, then Content-Length", CHUNKED, "Content-Length: 4"),
        bad("both, with others between", CHUNKED, "A: b", "Content-Length: 4"),
        bad("both, with a length of zero", "Content-Length: 0", CHUNKED),
        bad("both, in strange cases", "cOnTeNt-LeNgTh: 4", "tRANSFER-eNCODING: cHUNKED"),
        bad("two different lengths", "Content-Length: 4", "Content-Length: 5"),
        bad("two equal lengths", "Content-Length: 4", "Content-Length: 4"),
        bad("two lengths in different cases", "Content-Length: 4", "content-length: 4"),
        bad("a list of lengths", "Content-Length: 4, 4"),
        bad("a list of different lengths", "Content-Length: 4,5"),
        bad("a list with nothing in it", "Content-Length: ,"),
        bad("an empty length", "Content-Length:"),
        bad("a blank length", "Content-Length:   "),
        bad("a length with a plus", "Content-Length: +4"),
        bad("a negative length", "Content-Length: -4"),
        bad("a length of minus nothing", "Content-Length: -0"),
        bad("a hexadecimal length", "Content-Length: 0x4"),
        bad("a length in hexadecimal digits", "Content-Length: a"),
        bad("a length with a fraction", "Content-Length: 4.0"),
        bad("a length with an exponent", "Content-Length: 1e1"),
        bad("a length with an underscore", "Content-Length: 1_0"),
        bad("a length with a space inside", "Content-Length: 1 0"),
        bad("a length with a tab inside", "Content-Length: 1\t0"),
        bad("a length with text behind", "Content-Length: 4 bytes"),
        bad("a length with a semicolon", "Content-Length: 4;"),
        bad("a length in quotes", "Content-Length: \"4\""),
        bad("a length of 2^64 + 4", "Content-Length: 18446744073709551620"),
        bad("a length of 2^63", "Content-Length: 9223372036854775808"),
        bad("a length of 2^32 + 4, in 19 digits", "Content-Length: 0000000004294967300"),
        bad("a length in full-width digits", "Content-Length: \u00ef\u00bc\u0094"),
        bad("a length behind a vertical tab", "Content-Length: \u000b4"),
        bad("a length behind a form feed", "Content-Length: \f4"),
        bad("a length behind a no-break space", "Content-Length: \u00a04"),
        bad("a length before a no-break space", "Content-Length: 4\u00a0"),
        bad("a length in a name with a space behind", "Content-Length : 4"),
        bad("a length in a name with a tab behind", "Content-Length\t: 4"),
        new Row("more than may be sent", post("Content-Length: 65") + "x".repeat(65), 413));
  }

  private static Stream<Row> codings() {
    return Stream.of(
        bad("chunked twice", "Transfer-Encoding: chunked, chunked"),
        bad("chunked twice, in two lines", CHUNKED, CHUNKED),
        bad("chunked and identity, in two lines", CHUNKED, "Transfer-Encoding: identity"),
        bad("identity and chunked, in two lines", "Transfer-Encoding: identity", CHUNKED),
        bad("identity", "Transfer-Encoding: identity"),
        bad("identity, chunked", "Transfer-Encoding: identity, chunked"),
        bad("gzip, chunked", "Transfer-Encoding: gzip, chunked"),
        bad("chunked, gzip", "Transfer-Encoding: chunked, gzip"),
        bad("gzip", "Transfer-Encoding: gzip"),
        bad("an empty coding", "Transfer-Encoding:"),
        bad("a comma behind chunked", "Transfer-Encoding: chunked,"),
        bad("a comma before chunked", "Transfer-Encoding: ,chunked"),
        bad("a parameter", "Transfer-Encoding: chunked;x=y"),
        bad("a parameter behind a space", "Transfer-Encoding: chunked ;x"),
        bad("chunked with text behind", "Transfer-Encoding: chunked x"),
        bad("chunked with text before", "Transfer-Encoding: x chunked"),
        bad("xchunked", "Transfer-Encoding: xchunked"),
        bad("chunkedx", "Transfer-Encoding: chunkedx"),
        bad("chunk", "Transfer-Encoding: chunk"),
        bad("chunked in quotes", "Transfer-Encoding: \"chunked\""),
        bad("chunked with a Kelvin sign for its k", "Transfer-Encoding: chun\u00e2\u0084\u00aaed"),
        bad("a vertical tab before chunked", "Transfer-Encoding: \u000bchunked"),
        bad("a vertical tab behind chunked", "Transfer-Encoding: chunked\u000b"),
        bad("a form feed before chunked", "Transfer-Encoding: \fchunked"),
        bad("a no-break space before chunked", "Transfer-Encoding: \u00a0chunked"),
        bad("a no-break space behind chunked", "Transfer-Encoding: chunked\u00a0"),
        bad("a NUL behind chunked", "Transfer-Encoding: chunked\0"),
        bad("a NUL before chunked", "Transfer-Encoding: \0chunked"),
        bad("a space before the colon", "Transfer-Encoding : chunked"),
        bad("a tab before the colon", "Transfer-Encoding\t: chunked"),
        bad("a vertical tab before the colon", "Transfer-Encoding\u000b: chunked"),
        bad("a NUL in the name", "Transfer\0-Encoding: chunked"),
        bad("a bare CR before chunked", "Transfer-Encoding: \rchunked"),
        bad("a folded coding", "Transfer-Encoding:\r\n chunked"),
        bad("a coding folded with a tab", "Transfer-Encoding:\r\n\tchunked"),
        bad("a coding hidden in a folded line", "A: b\r\n Transfer-Encoding: chunked"),
        new Row(
            "HTTP/1.0 with a coding",
            "POST / HTTP/1.0\r\nHost: a\r\n" + CHUNKED + "\r\n\r\n0\r\n\r\n",
            400),
        new Row(
            "HTTP/1.0 with a coding and a length",
            "POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 5\r\n" + CHUNKED + "\r\n\r\n0\r\n\r\n",
            400));
  }

  private static Stream<Row> lines() {
    return Stream.of(
        new Row("LF ends the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
        new Row("LF ends a field line", "GET / HTTP/1.1\r\nHost: a\nB: c\r\n\r\n", 400),
        new Row("LF ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
        new Row("LF everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400),
        new Row("CR ends the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400),
        new Row("CR ends a field line", "GET / HTTP/1.1\r\nHost: a\rB: c\r\n\r\n", 400),
        new Row("CR ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\rX\r\n\r\n", 400),
        new Row("CR CR LF ends a field line", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400),
        new Row("CR CR LF ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n\r\n", 400),
        new Row("LF before the request line", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        new Row("CR before the request line", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        new Row("empty lines without end", "\r\n".repeat(6) + "GET / HTTP/1.1\r\n\r\n", 400),
        new Row("a space before the request line", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        new Row("a NUL before the request line", "\0GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        new Row("a space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
        new Row("a tab before the first field", "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n", 400),
        new Row("a line of a space", "GET / HTTP/1.1\r\nHost: a\r\n \r\n\r\n", 400),
        bad("a folded line", "A: b\r\n c"),
        bad("a line folded with a tab", "A: b\r\n\tc"),
        bad("a bare CR in a value", "A: b\rc"),
        bad("a bare CR before a value", "A:\rb"),
        bad("a NUL in a value", "A: b\0c"),
        bad("a NUL as a value", "A: \0"),
        bad("an escape in a value", "A: \u001b[2J"),
        bad("DEL in a value", "A: b\u007fc"),
        bad("a backspace in a value", "A: b\b"),
        bad("a vertical tab in a value", "A: b\u000bc"));
  }

  private static Stream<Row> names() {
    return Stream.of(
        bad("an empty name", ": b"),
        bad("no colon", "Abc"),
        bad("a space before the colon", "A : b"),
        bad("a tab before the colon", "A\t: b"),
        bad("a space in a name", "A B: c"),
        bad("a NUL in a name", "A\0: b"),
        bad("a non-ASCII name", "\u00c4: b"),
        bad("a name in brackets", "(A): b"),
        bad("a name with a slash", "A/B: c"),
        bad("a name with an at sign", "A@B: c"),
        bad("a name in quotes", "\"A\": b"),
        bad("a name with a comma", "A,B: c"),
        bad("a name with a semicolon", "A;B: c"),
        bad("a name with an equals sign", "A=B: c"),
        bad("a name with a backslash", "A\\B: c"),
        bad("a name with DEL", "A\u007f: b"),
        bad("a request line for a field", "GET /smuggled HTTP/1.1"));
  }

  private static Stream<Row> connections() {
    return Stream.of(
        bad("Connection names Content-Length", "Content-Length: 4", "Connection: content-length"),
        bad("Connection names Transfer-Encoding", CHUNKED, "Connection: Transfer-Encoding"),
        bad("Connection names Host", "Connection: close, Host"),
        bad("Connection names it between others", "Connection: a ,\tHOST , b"));
  }

  private static Stream<Row> hosts() {
    return Stream.of(
        new Row("no Host", "GET / HTTP/1.1\r\nA: b\r\n\r\n", 400),
        new Row("no field at all", "GET / HTTP/1.1\r\n\r\n", 400),
        new Row("no Host for an absolute target", "GET http://a/ HTTP/1.1\r\n\r\n", 400),
        new Row("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        new Row("two equal Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        new Row("two Hosts in other cases", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", 400),
        new Row("two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        host("an empty Host", ""),
        host("a Host with a user", "user@a"),
        host("a Host with a user and a password", "user:secret@a"),
        host("a Host with a comma", "a,b"),
        host("a list of Hosts", "a, b"),
        host("a Host with a space", "a b"),
        host("a Host with a tab", "a\tb"),
        host("a Host with a path", "a/b"),
        host("a Host with a query", "a?b"),
        host("a Host with a fragment", "a#b"),
        host("a Host with a scheme", "http://a"),
        host("a Host with a backslash", "a\\b"),
        host("a Host with an escape", "a%2eb"),
        host("a Host with a semicolon", "a;b"),
        host("a Host that is not ASCII", "b\u00fccher"),
        host("a Host with a NUL", "a\0b"),
        host("a Host with a port that is no number", "a:b"),
        host("a Host with a negative port", "a:-1"),
        host("a Host with a port that is too high", "a:65536"),
        host("a Host with a port that is too long", "a:000080"),
        host("a Host with two ports", "a:80:81"),
        host("a Host that is only a port", ":80"),
        host("a Host with an open bracket", "[::1"),
        host("a Host with a closed bracket", "::1]"),
        host("a Host with something behind the bracket", "[::1]a"),
        host("a Host with a zone", "[fe80::1%25eth0]"),
        host("a Host with a bracketed name", "[a.example]"));
  }

  private static Stream<Row> targets() {
    return Stream.of(
        line("HTTP/0.9", "GET /"),
        line("HTTP/0.9 with a space", "GET / "),
        line("only a method", "GET"),
        line("only a target", "/ HTTP/1.1"),
        line("no method", " / HTTP/1.1"),
        line("no target", "GET HTTP/1.1"),
        line("no target, two spaces", "GET  HTTP/1.1"),
        line("two spaces before the target", "GET  / HTTP/1.1"),
        line("two spaces behind the target", "GET /  HTTP/1.1"),
        line("a tab for a space", "GET\t/ HTTP/1.1"),
        line("a tab behind the target", "GET /\tHTTP/1.1"),
        line("a vertical tab for a space", "GET\u000b/ HTTP/1.1"),
        line("a space in the target", "GET /a b HTTP/1.1"),
        line("a space behind the version", "GET / HTTP/1.1 "),
        line("something behind the version", "GET / HTTP/1.1 x"),
        line("a second request line within", "GET / HTTP/1.1 GET /smuggled HTTP/1.1"),
        line("a version in lower case", "GET / http/1.1"),
        line("a version without a minor", "GET / HTTP/1"),
        line("a version with two digits", "GET / HTTP/1.10"),
        line("a version with leading zero", "GET / HTTP/01.1"),
        line("a version with a comma", "GET / HTTP/1,1"),
        line("another protocol", "GET / HTTQ/1.1"),
        line("a version that is no number", "GET / HTTP/x.1"),
        line("a method with a NUL", "G\0T / HTTP/1.1"),
        line("a method with a colon", "GET: / HTTP/1.1"),
        line("a method in brackets", "(GET) / HTTP/1.1"),
        line("a method that is not ASCII", "G\u00cbT / HTTP/1.1"),
        new Row("HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        new Row("HTTP/0.9 that says so", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505),
        new Row("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
        new Row("HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        line("a relative target", "GET a HTTP/1.1"),
        line("an asterisk for GET", "GET * HTTP/1.1"),
        line("an asterisk and more", "OPTIONS *a HTTP/1.1"),
        line("a fragment", "GET /a#b HTTP/1.1"),
        line("a fragment behind a query", "GET /a?b#c HTTP/1.1"),
        line("a backslash", "GET /a\\b HTTP/1.1"),
        line("a backslash in front", "GET \\a HTTP/1.1"),
        line("a NUL in the path", "GET /a\0b HTTP/1.1"),
        line("an encoded NUL", "GET /a%00b HTTP/1.1"),
        line("a tab in the path", "GET /a\tb HTTP/1.1"),
        line("DEL in the path", "GET /a\u007fb HTTP/1.1"),
        line("a control in the query", "GET /?a\u0001b HTTP/1.1"),
        line("a non-ASCII path", "GET /\u00e4 HTTP/1.1"),
        line("a non-ASCII query", "GET /?\u00e4 HTTP/1.1"),
        line("half an escape", "GET /%4 HTTP/1.1"),
        line("an escape that is none", "GET /%zz HTTP/1.1"),
        line("a path above the root", "GET /../a HTTP/1.1"),
        line("a path above the root, encoded", "GET /%2e%2E/a HTTP/1.1"),
        line("a path above the root, later", "GET /a/../../b HTTP/1.1"),
        line("another scheme", "GET ftp://a/ HTTP/1.1"),
        line("a scheme without slashes", "GET http:/a HTTP/1.1"),
        line("a scheme with a space", "GET http ://a/ HTTP/1.1"),
        line("a target with no host", "GET http:/// HTTP/1.1"),
        line("a target with no host at all", "GET http:// HTTP/1.1"),
        line("a target with a user", "GET http://user@a/ HTTP/1.1"),
        line("a target with a user and a password", "GET http://a:b@c/ HTTP/1.1"),
        line("a target with a bad port", "GET http://a:b/ HTTP/1.1"),
        line("a target with a list of hosts", "GET http://a,b/ HTTP/1.1"),
        line("a target with a backslash in its host", "GET http://a\\@b/ HTTP/1.1"),
        line("a target with a fragment for a path", "GET http://a#b HTTP/1.1"),
        line("a scheme-relative target without a slash", "GET a:80 HTTP/1.1"),
        new Row("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 405));
  }

  private static Stream<Row> limits() {
    return Stream.of(
        line414("a target that is too long", "GET /" + "a".repeat(130) + " HTTP/1.1"),
        line414("a method that is too long", "G".repeat(130) + " / HTTP/1.1"),
        new Row("a value that is too long", post("A: " + "b".repeat(520)), 431),
        new Row("a name that is too long", post("A".repeat(520) + ": b"), 431),
        new Row("a head that is too large", post(repeated("A: " + "b".repeat(100), 6)), 431),
        new Row("too many fields", post(repeated("A: b", 8)), 431),
        new Row("an expectation that nobody knows", post("Expect: 200-ok"), 417),
        new Row("an expectation with another", post("Expect: 100-continue, x"), 417),
        new Row("an expectation behind another", post("Expect: 100-continue", "Expect: x"), 417));
  }

  /** Chunked bodies whose end is not the same for everybody. */
  static Stream<Row> bodies() {
    return Stream.of(
        chunks("a size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a plus", "+5\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a minus", "-5\r\nhello\r\n0\r\n\r\n"),
        chunks("a size of minus nothing", "-0\r\n\r\n"),
        chunks("a size with a space before", " 5\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a space behind", "5 \r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a tab behind", "5\t\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a space inside", "0 5\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a comma", "5,\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a fraction", "5.0\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with an underscore", "0_5\r\nhello\r\n0\r\n\r\n"),
        chunks("a size that is no number", "g\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with an h", "5h\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a NUL", "5\0\r\nhello\r\n0\r\n\r\n"),
        chunks("no size", "\r\nhello\r\n0\r\n\r\n"),
        chunks("no size but an extension", ";a=b\r\nhello\r\n0\r\n\r\n"),
        chunks("a size of 2^64 + 5", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        chunks("a size of 2^63", "8000000000000000\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with zeros without end", "0".repeat(16) + "5\r\nhello\r\n0\r\n\r\n"),
        chunks("LF ends the size", "5\nhello\r\n0\r\n\r\n"),
        chunks("CR ends the size", "5\rhello\r\n0\r\n\r\n"),
        chunks("CR CR LF ends the size", "5\r\r\nhello\r\n0\r\n\r\n"),
        chunks("LF ends an extension", "5;a\nhello\r\n0\r\n\r\n"),
        chunks("CR ends an extension", "5;a\rhello\r\n0\r\n\r\n"),
        chunks("a NUL in an extension", "5;a\0\r\nhello\r\n0\r\n\r\n"),
        chunks("a space before an extension", "5 ;a\r\nhello\r\n0\r\n\r\n"),
        chunks("an extension that is too long", "5;" + "a".repeat(1025) + "\r\nhello\r\n0\r\n\r\n"),
        chunks("data longer than its size", "4\r\nhello\r\n0\r\n\r\n"),
        chunks("data shorter than its size", "6\r\nhello\r\n0\r\n\r\n"),
        chunks("LF behind the data", "5\r\nhello\n0\r\n\r\n"),
        chunks("CR behind the data", "5\r\nhello\r0\r\n\r\n"),
        chunks("CR and another byte behind the data", "5\r\nhello\rX0\r\n\r\n"),
        chunks("CR CR LF behind the data", "5\r\nhello\r\r\n0\r\n\r\n"),
        chunks("nothing behind the data", "5\r\nhello0\r\n\r\n"),
        chunks("LF ends the last size", "0\n\r\n"),
        chunks("LF ends the body", "0\r\n\n"),
        chunks("CR ends the body", "0\r\n\rX\r\n\r\n"),
        chunks("a request behind the last size", "0\r\nGET /smuggled HTTP/1.1\r\n\r\n"),
        chunks("a folded trailer", "0\r\nA: b\r\n c\r\n\r\n"),
        chunks("a trailer with a bad name", "0\r\nA B: c\r\n\r\n"),
        chunks("a trailer with a space before its colon", "0\r\nA : b\r\n\r\n"),
        chunks("a trailer with a bare LF", "0\r\nA: b\nB: c\r\n\r\n"),
        chunks("a trailer with a bare CR", "0\r\nA: b\rB: c\r\n\r\n"),
        chunks("a trailer with a NUL", "0\r\nA: \0\r\n\r\n"),
        new Row(
            "a trailer that is too long", chunked("0\r\nA: " + "b".repeat(520) + "\r\n\r\n"), 431),
        new Row("too many trailers", chunked("0\r\n" + "A: b\r\n".repeat(9) + "\r\n"), 431),
        new Row(
            "a chunk that is too large", chunked("41\r\n" + "x".repeat(65) + "\r\n0\r\n\r\n"), 413),
        new Row(
            "chunks that are too large together",
            chunked("21\r\n" + "x".repeat(33) + "\r\n20\r\n" + "x".repeat(32) + "\r\n0\r\n\r\n"),
            413));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("heads")
  void isRefusedBeforeAnythingIsForwarded(Row row) {
    var outcome = Splits.sameForEveryCut(row.bytes() + SMUGGLED, this::run);
    assertThat(outcome.requests()).isEmpty();
    assertThat(outcome.refused())
        .singleElement()
        .isInstanceOfSatisfying(
            Failure.BadRequest.class, why -> assertThat(why.status()).isEqualTo(row.status()));
    assertRefusal(outcome, row);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void isBrokenOffAndNeverTakenForComplete(Row row) {
    var outcome = Splits.sameForEveryCut(row.bytes() + SMUGGLED, this::run);
    assertThat(outcome.requests())
        .singleElement()
        .asString()
        .startsWith("POST a/\n")
        .contains("reset BadRequest[status=" + row.status())
        .doesNotContain("\nbody ");
    assertRefusal(outcome, row);
  }

  private ServerWire.Outcome run(List<byte[]> parts) {
    return ServerWire.run(loop, h1, CONFIG, ServerWire.ECHO, parts);
  }

  private static void assertRefusal(ServerWire.Outcome outcome, Row row) {
    assertThat(outcome.sent())
        .startsWith("HTTP/1.1 " + row.status() + " ")
        .contains("\r\nConnection: close\r\n")
        .containsOnlyOnce("HTTP/1.1 ");
    assertThat(outcome.isOutputShut()).as("the connection is closed").isTrue();
  }

  // --- how rows are written ---

  private static final String CHUNKED = "Transfer-Encoding: chunked";

  private static String post(String... fields) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
  }

  /** A request with these fields, and a body that is complete for whoever believes in either. */
  private static Row bad(String name, String... fields) {
    return new Row(name, post(fields) + "0\r\n\r\n", 400);
  }

  private static Row host(String name, String host) {
    return new Row(name, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", 400);
  }

  private static Row line(String name, String line) {
    return new Row(name, line + "\r\nHost: a\r\n\r\n", 400);
  }

  private static Row line414(String name, String line) {
    return new Row(name, line + "\r\nHost: a\r\n\r\n", 414);
  }

  private static String chunked(String body) {
    return post(CHUNKED) + body;
  }

  private static Row chunks(String name, String body) {
    return new Row(name, chunked(body), 400);
  }

  private static String repeated(String line, int times) {
    return String.join("\r\n", java.util.Collections.nCopies(times, line));
  }
}
