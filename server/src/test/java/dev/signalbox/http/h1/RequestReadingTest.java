package dev.signalbox.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.net.TestLoop;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that are understood: bytes in, events and answers out, however the bytes are cut. */
class RequestReadingTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

  @AutoClose private final TestLoop loop = new TestLoop();
  private final H1Loop h1 = new H1Loop(loop.loop());

  /**
   * A connection that is understood.
   *
   * @param requests what the handler sees
   * @param stays whether the connection is open afterwards
   */
  private record Row(String name, String bytes, boolean stays, String... requests) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> understood() {
    return Stream.of(methodsAndTargets(), fields(), bodies(), connections()).flatMap(rows -> rows);
  }

  private static Stream<Row> methodsAndTargets() {
    return Stream.of(
        line("a path", "GET /a/b HTTP/1.1", "GET h/a/b\n"),
        line("a query", "GET /a?b=c?d/../e HTTP/1.1", "GET h/a?b=c?d/../e\n"),
        line("an empty query", "GET /a? HTTP/1.1", "GET h/a?\n"),
        line("a path in its normal form", "GET /a/./b/../%7Ec%2f HTTP/1.1", "GET h/a/~c%2F\n"),
        line("HEAD", "HEAD / HTTP/1.1", "HEAD h/\n"),
        line("DELETE", "DELETE / HTTP/1.1", "DELETE h/\n"),
        line("a method that nobody knows", "M-SEARCH / HTTP/1.1", "M-SEARCH h/\n"),
        line("a method in lower case is another", "get / HTTP/1.1", "get h/\n"),
        line("an absolute target", "GET http://B:81/c?d HTTP/1.1", "GET B:81/c?d\n"),
        line("an absolute target in capitals", "GET HTTP://b/c HTTP/1.1", "GET b/c\n"),
        line("an absolute https target", "GET https://b/c HTTP/1.1", "GET b/c\n"),
        line("an absolute target without a path", "GET http://b HTTP/1.1", "GET b/\n"),
        line("an absolute target with only a query", "GET http://b?c HTTP/1.1", "GET b/?c\n"),
        line("an absolute IPv6 target", "GET http://[::1]:81/ HTTP/1.1", "GET [::1]:81/\n"),
        line("an asterisk", "OPTIONS * HTTP/1.1", "OPTIONS h*\n"),
        line("OPTIONS of a whole server", "OPTIONS http://b HTTP/1.1", "OPTIONS b*\n"),
        line("OPTIONS of a path", "OPTIONS http://b/ HTTP/1.1", "OPTIONS b/\n"),
        new Row("one empty line before", "\r\n" + GET, true, "GET a/\n"),
        new Row("four empty lines before", "\r\n".repeat(4) + GET, true, "GET a/\n"));
  }

  private static Stream<Row> fields() {
    return Stream.of(
        field("a plain field", "A: b", "A: b\n"),
        field("no space before the value", "A:b", "A: b\n"),
        field("spaces and tabs around the value", "A: \t b \t ", "A: b\n"),
        field("spaces in the value", "A: b  c", "A: b  c\n"),
        field("a tab in the value", "A: b\tc", "A: b\tc\n"),
        field("an empty value", "A:", "A: \n"),
        field("a blank value", "A: \t ", "A: \n"),
        field("a value that is not ASCII", "A: \u00e4\u00ff", "A: \u00e4\u00ff\n"),
        field("a colon in the value", "A: b:c", "A: b:c\n"),
        field(
            "every character of a name", "!#$%&'*+-.^_`|~09azAZ: b", "!#$%&'*+-.^_`|~09azAZ: b\n"),
        field("fields of one name stay apart", "A: b\r\na: c", "A: b\na: c\n"),
        field(
            "X-Transfer-Encoding is just a field",
            "X-Transfer-Encoding: chunked",
            "X-Transfer-Encoding: chunked\n"),
        field(
            "Transfer_Encoding is just a field",
            "Transfer_Encoding: chunked",
            "Transfer_Encoding: chunked\n"),
        field("X-Content-Length is just a field", "X-Content-Length: 5", "X-Content-Length: 5\n"),
        field(
            "hop-by-hop fields go no further",
            "Keep-Alive: 5\r\nA: b\r\nTE: trailers\r\nProxy-Connection: x\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: x\r\nConnection: keep-alive, Upgrade, HTTP2-Settings",
            "A: b\n"),
        field(
            "what Connection names goes no further",
            "X-A: 1\r\nB: 2\r\nConnection: x-a ,,\tx-C\r\nx-c: 3\r\nX-A: 4",
            "B: 2\n"),
        field("two Connection fields", "A: 1\r\nConnection: a\r\nB: 2\r\nConnection: b", ""));
  }

  private static Stream<Row> bodies() {
    return Stream.of(
        new Row(
            "a length of zero",
            POST + "Content-Length: 0\r\n\r\n",
            true,
            "POST a/\nContent-Length: 0\n"),
        new Row(
            "a length",
            POST + "Content-Length: 5\r\n\r\nhello",
            true,
            "POST a/\nContent-Length: 5\nlength 5\nbody hello\n"),
        new Row(
            "a length with leading zeros",
            POST + "Content-Length: 005\r\n\r\nhello",
            true,
            "POST a/\nContent-Length: 5\nlength 5\nbody hello\n"),
        new Row(
            "a length with spaces around",
            POST + "Content-Length: \t5 \r\n\r\nhello",
            true,
            "POST a/\nContent-Length: 5\nlength 5\nbody hello\n"),
        new Row(
            "a body that looks like a request",
            POST + "Content-Length: 18\r\n\r\n" + "GET /b HTTP/1.1\r\n\r",
            true,
            "POST a/\nContent-Length: 18\nlength 18\nbody GET /b HTTP/1.1\r\n\r\n"),
        new Row(
            "a GET with a body",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
            true,
            "GET a/\nContent-Length: 2\nlength 2\nbody hi\n"),
        chunks("no chunk at all", "0\r\n\r\n", "body \n"),
        chunks("one chunk", "5\r\nhello\r\n0\r\n\r\n", "body hello\n"),
        chunks("several chunks", "1\r\nh\r\n4\r\nello\r\n00\r\n\r\n", "body hello\n"),
        chunks(
            "sizes in both cases",
            "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n",
            "body 01234567890123456789a\n"),
        chunks("leading zeros", "000000000000005\r\nhello\r\n000\r\n\r\n", "body hello\n"),
        chunks("extensions", "5;a=b;c=\"d\"\r\nhello\r\n0;e\r\n\r\n", "body hello\n"),
        chunks("an empty extension", "5;\r\nhello\r\n0;\r\n\r\n", "body hello\n"),
        chunks(
            "data that looks like framing",
            "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
            "body \r\n0\r\n\r\n\n"),
        chunks(
            "trailers", "2\r\nhi\r\n0\r\nA: b\r\nC:d \r\n\r\n", "body hi\ntrailers A: b\nC: d\n"),
        chunks(
            "trailers that name framing are dropped",
            "0\r\nContent-Length: 5\r\nA: b\r\ntransfer-encoding: chunked\r\nHost: evil\r\n"
                + "Connection: close\r\nTrailer: x\r\nAuthorization: x\r\nCookie: x\r\n"
                + "X-Forwarded-For: 1.2.3.4\r\n\r\n",
            "body \ntrailers A: b\n"),
        chunks(
            "trailers that are all dropped are none",
            "0\r\nContent-Length: 5\r\nHost: evil\r\nHost: worse\r\n\r\n",
            "body \n"),
        new Row(
            "chunked in capitals",
            POST + "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
            true,
            "POST a/\nlength -1\nbody \n"),
        new Row(
            "chunked with spaces around",
            POST + "Transfer-Encoding: \t chunked \t\r\n\r\n0\r\n\r\n",
            true,
            "POST a/\nlength -1\nbody \n"),
        new Row(
            "an expectation",
            POST + "Expect: 100-Continue\r\nContent-Length: 2\r\n\r\nhi",
            true,
            "POST a/\nExpect: 100-Continue\nContent-Length: 2\nlength 2\nexpects 100\nbody hi\n"));
  }

  private static Stream<Row> connections() {
    return Stream.of(
        new Row(
            "two requests",
            GET + "GET /b HTTP/1.1\r\nHost: a\r\n\r\n",
            true,
            "GET a/\n",
            "GET a/b\n"),
        new Row(
            "a body, then a request",
            POST + "Content-Length: 2\r\n\r\nhi" + GET,
            true,
            "POST a/\nContent-Length: 2\nlength 2\nbody hi\n",
            "GET a/\n"),
        new Row(
            "chunks, then a request",
            CHUNKED + "2\r\nhi\r\n0\r\n\r\n" + GET,
            true,
            "POST a/\nlength -1\nbody hi\n",
            "GET a/\n"),
        new Row("an empty line between requests", GET + "\r\n" + GET, true, "GET a/\n", "GET a/\n"),
        new Row(
            "nothing is read behind Connection: close",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n" + GET,
            false,
            "GET a/\n"),
        new Row(
            "close among other options",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\n\r\n" + GET,
            false,
            "GET a/\n"),
        new Row(
            "close wins over keep-alive",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, close\r\n\r\n" + GET,
            false,
            "GET a/\n"),
        new Row("HTTP/1.0 closes", "GET / HTTP/1.0\r\nHost: a\r\n\r\n" + GET, false, "GET a/\n"),
        new Row("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", false, "GET /\n"),
        new Row(
            "HTTP/1.0 stays where it asks to",
            "GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n" + GET,
            true,
            "GET a/\n",
            "GET a/\n"),
        new Row(
            "HTTP/1.0 has no expectations",
            "POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
            false,
            "POST a/\nExpect: 100-continue\nContent-Length: 2\nlength 2\nbody hi\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("understood")
  void isUnderstoodHoweverItIsCut(Row row) {
    var outcome =
        Splits.sameForEveryCut(
            row.bytes(),
            parts -> ServerWire.run(loop, h1, ServerWire.CONFIG, ServerWire.ECHO, parts));
    assertThat(outcome.refused()).isEmpty();
    assertThat(outcome.requests()).containsExactly(row.requests());
    assertThat(outcome.isOutputShut()).isEqualTo(!row.stays());
    assertThat(outcome.sent().split("HTTP/1.1 200 OK|HTTP/1.1 200 \r\n", -1))
        .hasSize(row.requests().length + 1);
    assertThat(outcome.sent().contains("Connection: close")).isEqualTo(!row.stays());
  }

  private static Row line(String name, String line, String request) {
    return new Row(name, line + "\r\nHost: h\r\n\r\n", true, request);
  }

  private static Row field(String name, String fields, String seen) {
    return new Row(
        name, "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n", true, "GET a/\n" + seen);
  }

  private static Row chunks(String name, String body, String seen) {
    return new Row(name, CHUNKED + body, true, "POST a/\nlength -1\n" + seen);
  }
}
