package dev.signalbox.analysis.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LogFormatTest {
  private static final String NGINX =
      """
      203.0.113.7 - - [10/Oct/2000:13:55:36 -0700] "GET /a?b=1 HTTP/1.1" 200 2326 "-" "curl/8.5"
      """
          .strip();
  private static final String CADDY =
      """
      {"level":"info","ts":1646861401.52,"logger":"http.log.access","msg":"handled request",\
      "request":{"remote_ip":"10.0.0.1","remote_port":"41342","client_ip":"203.0.113.7",\
      "proto":"HTTP/2.0","method":"GET","host":"shop.example.com","uri":"/a?b=1","headers":\
      {"User-Agent":["curl/8"],"X-Two":["1","2"],"Cookie":["REDACTED"],"Authorization":[]},\
      "tls":{"resumed":false,"version":772,"server_name":"shop.example.com"}},"bytes_read":0,\
      "duration":0.0009,"size":10900,"status":200,"resp_headers":{"Server":["Caddy"]}}\
      """;
  private static final String TRAEFIK =
      """
      {"ClientAddr":"203.0.113.7:51234","ClientHost":"203.0.113.7","DownstreamStatus":200,\
      "RequestAddr":"shop.example.com:443","RequestHost":"shop.example.com",\
      "RequestMethod":"GET","RequestPath":"/a?b=1","RequestProtocol":"HTTP/2.0",\
      "RequestScheme":"https","RouterName":"shop@file","StartUTC":"2022-03-09T21:30:01.5Z",\
      "request_User-Agent":"curl/8","request_Cookie":"REDACTED","level":"info","msg":""}\
      """;
  private static final String OWN =
      """
      {"time":"2022-03-09T21:30:01Z","listener":"web","client":"203.0.113.7","method":"GET",\
      "scheme":"https","host":"shop.example.com","uri":"/a?b=1","sni":"shop.example.com",\
      "user_agent":"curl/8","headers":{"X-Canary":"1","X-Two":["1","2"],"X-Gone":null}}\
      """;
  private static final String HAR =
      """
      {"startedDateTime":"2022-03-09T21:30:01Z","request":{"method":"POST",\
      "url":"https://shop.example.com/a?b=1#top","headers":[{"name":":authority","value":"x"},\
      {"name":"Host","value":"shop.example.com"},{"name":"user-agent","value":"Firefox"}],\
      "postData":{"mimeType":"application/json","text":"{}"}},"response":{}}\
      """;

  static Stream<Arguments> lines() {
    return Stream.of(
        Arguments.of(
            LogFormat.COMBINED,
            NGINX,
            "GET /a?b=1 from 203.0.113.7 at 971211336 [User-Agent: curl/8.5]"
                + " knows QUERY CLIENT TIME, of headers referer user-agent"),
        Arguments.of(
            LogFormat.COMMON,
            "203.0.113.7 - ann [10/Oct/2000:13:55:36 +0000] \"POST / HTTP/1.0\" 302 -",
            "POST / from 203.0.113.7 at 971186136 [] knows QUERY CLIENT TIME, of headers none"),
        Arguments.of(
            LogFormat.COMBINED,
            "shop.example.com:443 2001:db8::1 - - [10/Oct/2000:13:55:36 +0000]"
                + " \"GET / HTTP/1.1\" 200 5 \"https://a/\" \"x \\\"y\\\" \\xe2\\x82\\xac\\\\\" 0.1",
            "GET shop.example.com/ from 2001:db8:0:0:0:0:0:1 at 971186136"
                + " [Referer: https://a/, User-Agent: x \"y\" €\\]"
                + " knows HOST QUERY CLIENT TIME, of headers referer user-agent"),
        Arguments.of(
            LogFormat.COMBINED,
            "host7.example.net - - [10/Oct/2000:13:55:36 +0000]"
                + " \"GET https://b.example/\\x22x HTTP/1.1\" 400 0 \"-\" \"-\"",
            "GET b.example/\"x by https at 971186136 []"
                + " knows HOST QUERY SCHEME TIME, of headers referer user-agent"),
        Arguments.of(
            LogFormat.CADDY,
            CADDY,
            "GET shop.example.com/a?b=1 by https from 203.0.113.7 sni shop.example.com"
                + " at 1646861401 [User-Agent: curl/8, X-Two: 1, X-Two: 2]"
                + " knows HOST QUERY SCHEME CLIENT SNI TIME BODY,"
                + " all headers but authorization cookie"),
        Arguments.of(
            LogFormat.TRAEFIK,
            TRAEFIK,
            "GET shop.example.com/a?b=1 by https from 203.0.113.7 at 1646861401"
                + " [User-Agent: curl/8]"
                + " knows HOST QUERY SCHEME CLIENT TIME, of headers user-agent"),
        Arguments.of(
            LogFormat.JSON,
            OWN,
            "GET shop.example.com/a?b=1 by https from 203.0.113.7 sni shop.example.com at web"
                + " at 1646861401 [User-Agent: curl/8, X-Canary: 1, X-Two: 1, X-Two: 2]"
                + " knows HOST QUERY SCHEME CLIENT SNI LISTENER TIME,"
                + " of headers user-agent x-canary x-gone x-two"),
        Arguments.of(
            LogFormat.JSON,
            "{\"method\":\"GET\",\"path\":\"/a\"}",
            "GET /a [] knows nothing, of headers none"),
        Arguments.of(
            LogFormat.JSON,
            "{\"method\":\"GET\",\"path\":\"/a\",\"query\":\"b=1\"}",
            "GET /a?b=1 [] knows QUERY, of headers none"),
        Arguments.of(
            LogFormat.HAR,
            HAR,
            "POST shop.example.com/a?b=1 by https at 1646861401 [user-agent: Firefox] with {}"
                + " knows HOST QUERY SCHEME TIME BODY,"
                + " all headers but authorization cookie proxy-authorization"));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aLineSaysWhatItKnows(LogFormat format, String line, String expected) {
    assertThat(text(format.read(line.getBytes(UTF_8), 0, line.getBytes(UTF_8).length)))
        .isEqualTo(expected);
  }

  static Stream<Arguments> badLines() {
    return Stream.of(
        Arguments.of(LogFormat.COMBINED, "nonsense", "no \"client - user [time]\" at its start"),
        Arguments.of(
            LogFormat.COMBINED,
            "10.0.0.1 - - [10/Okt/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5",
            "no time like [10/Oct/2000:13:55:36 -0700]"),
        Arguments.of(
            LogFormat.COMMON,
            "10.0.0.1 - - [31/Feb/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5",
            "no time like [10/Oct/2000:13:55:36 -0700]"),
        Arguments.of(
            LogFormat.COMBINED, NGINX.substring(0, 60), "no request in quotes after the time"),
        Arguments.of(
            LogFormat.COMBINED,
            NGINX.substring(0, NGINX.length() - 12),
            "no Referer and User-Agent in quotes at its end"),
        Arguments.of(
            LogFormat.COMMON,
            "10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"\\x16\\x03\\x01\" 400 5",
            "no request line, but \"\\x16\\x03\\x01\""),
        Arguments.of(LogFormat.CADDY, "{\"msg\":\"x\"}", "no \"request\" in it"),
        Arguments.of(LogFormat.TRAEFIK, "{\"RequestPath\":\"/\"}", "no method"),
        Arguments.of(LogFormat.JSON, "{\"method\":\"GET\"}", "no path"),
        Arguments.of(
            LogFormat.JSON, "{\"method\":\"GET\",}", "not such JSON: } at 16 (expected: a text)"),
        Arguments.of(
            LogFormat.JSON, "{\"method\":\"GET\"", "not such JSON: the end at 15 (expected: ,)"),
        Arguments.of(LogFormat.JSON, "[1]", "not such JSON: [ at 0 (expected: {)"));
  }

  @ParameterizedTest
  @MethodSource("badLines")
  void aBadLineSaysWhy(LogFormat format, String line, String reason) {
    byte[] bytes = line.getBytes(UTF_8);
    assertThat(format.read(bytes, 0, bytes.length)).isEqualTo(new LogLine.Unreadable(reason));
  }

  static Stream<Arguments> logs() {
    var har = "{ \"log\": {\"version\":\"1.2\",\"entries\":[" + HAR + "," + HAR + "]}}";
    return Stream.of(
        Arguments.of(NGINX + "\n" + NGINX + "\r\n", LogFormat.COMBINED, 2),
        Arguments.of("bad\n\n" + NGINX, LogFormat.COMBINED, 2),
        Arguments.of(
            "10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5",
            LogFormat.COMMON,
            1),
        Arguments.of(CADDY + "\n", LogFormat.CADDY, 1),
        Arguments.of(TRAEFIK + "\n" + TRAEFIK, LogFormat.TRAEFIK, 2),
        Arguments.of(OWN, LogFormat.JSON, 1),
        Arguments.of(har, LogFormat.HAR, 2));
  }

  @ParameterizedTest
  @MethodSource("logs")
  void theFormatIsFoundOutPackedOrNot(String log, LogFormat format, int lines) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(log.getBytes(UTF_8));
    }
    for (byte[] bytes : List.of(log.getBytes(UTF_8), packed.toByteArray())) {
      var read = new ArrayList<LogLine>();
      var found =
          LogStream.read(new ByteArrayInputStream(bytes), null, (_, line) -> read.add(line));
      assertThat(found).isEqualTo(format);
      assertThat(read).hasSize(lines);
    }
  }

  @Test
  void aLogInNoFormatIsNotRead() throws IOException {
    var in = new ByteArrayInputStream("one\ntwo\n".getBytes(UTF_8));
    assertThat(LogStream.read(in, null, (_, line) -> assertThat(line).isNull())).isNull();
  }

  @Test
  void aLineWithoutAnEndIsNotKept() throws IOException {
    var log = NGINX + "\n" + "x".repeat(3 * LogStream.LONGEST_LINE) + "\n" + NGINX + "\n";
    var read = new ArrayList<String>();
    LogStream.read(
        new ByteArrayInputStream(log.getBytes(UTF_8)),
        null,
        (number, line) -> read.add(number + " " + line.getClass().getSimpleName()));
    assertThat(read).containsExactly("1 LoggedRequest", "2 Unreadable", "3 LoggedRequest");
  }

  @Test
  void aHarThatBreaksOffGivesWhatCameBefore() throws IOException {
    var har = "{\"log\":{\"entries\":[" + HAR + ",{\"request\"";
    var read = new ArrayList<LogLine>();
    LogStream.read(
        new ByteArrayInputStream(har.getBytes(UTF_8)), null, (_, line) -> read.add(line));
    assertThat(read.getFirst()).isInstanceOf(LoggedRequest.class);
    assertThat(read.getLast()).isInstanceOf(LogLine.Unreadable.class);
  }

  private static String text(LogLine line) {
    if (!(line instanceof LoggedRequest request)) {
      return line.toString();
    }
    var known = request.known();
    var parts =
        Stream.of(Part.values())
            .filter(known::knows)
            .map(Part::name)
            .collect(Collectors.joining(" "));
    var headers = known.headers().stream().sorted().collect(Collectors.joining(" "));
    return request
        + (request.scheme() == null ? "" : " by " + request.scheme())
        + (request.client() == null ? "" : " from " + request.client().getHostAddress())
        + (request.sni() == null ? "" : " sni " + request.sni())
        + (request.listener().isEmpty() ? "" : " at " + request.listener())
        + (request.epochSeconds() == 0 ? "" : " at " + request.epochSeconds())
        + " "
        + request.headers().stream().map(h -> h.name() + ": " + h.value()).toList()
        + (request.body() == null ? "" : " with " + request.body())
        + " knows "
        + (parts.isEmpty() ? "nothing" : parts)
        + (known.allHeaders() ? ", all headers but " : ", of headers ")
        + (headers.isEmpty() ? "none" : headers);
  }
}
