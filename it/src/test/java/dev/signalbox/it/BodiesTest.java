package dev.signalbox.it;

import static dev.signalbox.testkit.Step.close;
import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages with and without bodies, in every framing, both ways. */
@OnEachTransport
final class BodiesTest {
  @RegisterExtension final Stage stage;

  BodiesTest(Machine machine) {
    stage = new Stage(machine);
  }

  @Test
  void aGetIsForwardedAndItsAnswerComesBack() {
    var origin =
        stage.origin(
            Script.each(
                respond(
                    "HTTP/1.1 200 Fine\r\nContent-Length: 5\r\nX-Mine: yes\r\nDate: today\r\n\r\n"
                        + "hello")));
    stage.start(origin);
    var response = stage.client().exchange(Wire.get("/a/b?c=d&e", "Accept: text/plain"));
    assertThat(response.raw())
        .isEqualTo(
            "HTTP/1.1 200 Fine\r\nContent-Length: 5\r\nX-Mine: yes\r\nDate: today\r\n\r\nhello");
    var request = origin.requests().getFirst();
    assertThat(request.startLine()).isEqualTo("GET /a/b?c=d&e HTTP/1.1");
    assertThat(request.header("Host")).isEqualTo("shop.example");
    assertThat(request.header("Accept")).isEqualTo("text/plain");
    assertThat(request.body()).isEmpty();
    assertThat(request.header("Content-Length")).isNull();
    assertThat(request.header("Transfer-Encoding")).isNull();
  }

  @Test
  void anAnswerWithoutADateGetsOne() {
    stage.start(stage.origin(Script.each(respond(200, ""))));
    assertThat(stage.client().exchange(Wire.GET).header("Date"))
        .matches("\\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT");
  }

  @Test
  void aBodyWithALengthKeepsItsLength() {
    var origin = stage.origin(Script.each(respond(201, "made")));
    stage.start(origin);
    var client = stage.client();
    assertThat(client.exchange(Wire.post("a body")).body()).isEqualTo("made");
    assertThat(client.exchange(Wire.withBody("PUT", "/x", "another")).status()).isEqualTo(201);
    assertThat(origin.requests())
        .extracting(r -> r.method() + " " + r.header("Content-Length") + " " + r.body())
        .containsExactly("POST 6 a body", "PUT 7 another");
  }

  @Test
  void anEmptyBodyIsABodyOfLengthZero() {
    var origin = stage.origin(Script.each(respond(200, "ok")));
    stage.start(origin);
    assertThat(stage.client().exchange(Wire.post("")).body()).isEqualTo("ok");
    assertThat(origin.requests().getFirst().header("Content-Length")).isEqualTo("0");
  }

  @Test
  void chunkedBodiesAndTrailersComeThroughBothWays() {
    var origin =
        stage.origin(
            Script.each(
                respond(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                        + Wire.chunk("hel")
                        + "2;name=\"value\"\r\nlo\r\n"
                        + "0\r\nX-Sum: 42\r\n\r\n")));
    stage.start(origin);
    var client = stage.client();
    var response =
        client.exchange(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Wire.chunk("up")
                + "000007;ext\r\n stream\r\n0\r\nX-Check: 7\r\nContent-Length: 99\r\n\r\n");
    assertThat(response.body()).isEqualTo("hello");
    assertThat(response.trailer("X-Sum")).isEqualTo("42");
    assertThat(response.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(response.raw()).doesNotContain("name=");
    var request = origin.requests().getFirst();
    assertThat(request.body()).isEqualTo("up stream");
    assertThat(request.trailer("X-Check")).isEqualTo("7");
    assertThat(request.trailer("Content-Length")).isNull(); // RFC 9110 §6.5.1
    assertThat(request.raw()).doesNotContain("ext");
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("hello");
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void aRequestInSingleBytesIsTheSameRequest() {
    var origin = stage.origin(Script.each(respond(200, "ok")));
    stage.start(origin);
    var request =
        "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Wire.chunk("body")
            + "0\r\nT: 1\r\n\r\n";
    var client = stage.client().sendInPieces(request + Wire.post("two"), 1);
    assertThat(client.readResponse().body()).isEqualTo("ok");
    assertThat(client.readResponse().body()).isEqualTo("ok");
    assertThat(origin.requests()).extracting(r -> r.body()).containsExactly("body", "two");
  }

  @Test
  void aResponseInSingleBytesIsTheSameResponse() {
    var bytes =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Wire.chunk("abc")
            + Wire.chunk("defg")
            + "0\r\nT: 1\r\n\r\n";
    var origin =
        stage.origin(
            Script.each((connection, _) -> {
              for (int i = 0; i < bytes.length(); i++) {
                connection.send(bytes.substring(i, i + 1));
              }
            }));
    stage.start(origin);
    var response = stage.client().exchange(Wire.GET);
    assertThat(response.body()).isEqualTo("abcdefg");
    assertThat(response.trailer("T")).isEqualTo("1");
  }

  @Test
  void headIsAnsweredWithTheLengthAndNoBody() {
    var origin =
        stage.origin(Script.each(respond("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")));
    stage.start(origin);
    var client = stage.client();
    for (int i = 0; i < 2; i++) {
      var response = client.exchange(Wire.request("HEAD", "/"));
      assertThat(response.header("Content-Length")).isEqualTo("1000");
      assertThat(response.raw()).endsWith("\r\n\r\n");
    }
    assertThat(origin.requests()).extracting(r -> r.method()).containsExactly("HEAD", "HEAD");
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void anAnswerToHeadWithoutALengthPromisesNone() {
    stage.start(stage.origin(Script.each(respond("HTTP/1.1 200 OK\r\nETag: \"1\"\r\n\r\n"))));
    var client = stage.client();
    var response = client.exchange(Wire.request("HEAD", "/"));
    assertThat(response.header("Content-Length")).isNull();
    assertThat(client.exchange(Wire.request("HEAD", "/")).header("ETag")).isEqualTo("\"1\"");
  }

  @Test
  void noContentAndNotModifiedHaveNoBody() {
    var origin =
        stage.origin(
            Script.of(
                respond("HTTP/1.1 204 No Content\r\n\r\n"),
                respond("HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n"),
                respond("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"),
                respond(200, "after")));
    stage.start(origin);
    var client = stage.client();
    var noContent = client.exchange(Wire.GET);
    assertThat(noContent.status()).isEqualTo(204);
    assertThat(noContent.header("Content-Length")).isNull(); // RFC 9110 §8.6
    assertThat(noContent.header("Transfer-Encoding")).isNull();
    assertThat(client.exchange(Wire.GET).header("Content-Length")).isEqualTo("77");
    var notModified = client.exchange(Wire.GET);
    assertThat(notModified.status()).isEqualTo(304);
    assertThat(notModified.header("Content-Length")).isNull();
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("after");
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void aBodyThatEndsWithTheConnectionIsChunkedForHttp11() {
    var origin =
        stage.origin(Script.of(respond("HTTP/1.1 200 OK\r\n\r\nall there is").then(close())));
    stage.start(origin);
    var client = stage.client();
    var response = client.exchange(Wire.GET);
    assertThat(response.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(response.body()).isEqualTo("all there is");
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("all there is");
    assertThat(origin.accepted()).isEqualTo(2);
  }

  @Test
  void anHttp10OriginIsUnderstoodAndItsConnectionNotKept() {
    var origin =
        stage.origin(Script.each(respond("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold")));
    stage.start(origin);
    var client = stage.client();
    for (int i = 0; i < 2; i++) {
      var response = client.exchange(Wire.GET);
      assertThat(response.startLine()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(response.body()).isEqualTo("old");
    }
    assertThat(origin.accepted()).isEqualTo(2);
    origin.awaitClosedByPeer(0);
  }

  @Test
  void allBytesOfABodyComeThrough() {
    var all = new StringBuilder();
    for (int c = 0; c < 256; c++) {
      all.append((char) c);
    }
    var body = all.toString().repeat(1024); // 256 KB: several reads, and none of them copied
    var origin =
        stage.origin(
            Script.each(
                (connection, request) -> respond(200, request.body()).play(connection, request)));
    stage.start(origin);
    assertThat(stage.client().exchange(Wire.post(body)).body()).isEqualTo(body);
  }
}
