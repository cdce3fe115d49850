package dev.signalbox.testkit;

import static dev.signalbox.testkit.Step.close;
import static dev.signalbox.testkit.Step.expect;
import static dev.signalbox.testkit.Step.give;
import static dev.signalbox.testkit.Step.ignore;
import static dev.signalbox.testkit.Step.reset;
import static dev.signalbox.testkit.Step.respond;
import static dev.signalbox.testkit.Step.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAndOriginTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final Duration SHORT = Duration.ofMillis(100);

  @Test
  void requestsAndResponsesAreByteExact() {
    var allBytes = new StringBuilder();
    for (int c = 0; c < 256; c++) {
      allBytes.append((char) c);
    }
    try (var origin = FakeOrigin.start(Script.each(respond(200, allBytes.toString())));
        var client = RawHttp1Client.connect(origin.port())) {
      var request = "POST /a HTTP/1.1\r\nhOst:  x \r\nContent-Length: 256\r\n\r\n" + allBytes;
      var response = client.exchange(request);
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(allBytes.toString());
      assertThat(response.header("content-length")).isEqualTo("256");
      assertThat(response.raw()).isEqualTo(response.head() + allBytes);
      var received = origin.awaitRequests(1).getFirst();
      assertThat(received.raw()).isEqualTo(request);
      assertThat(received.method()).isEqualTo("POST");
      assertThat(received.target()).isEqualTo("/a");
      assertThat(received.header("Host")).isEqualTo("x");
      assertThat(received.header("Absent")).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void piecesArriveAsOneRequest(int length) {
    try (var origin = FakeOrigin.start(Script.each(respond(200, "ok")));
        var client = RawHttp1Client.connect(origin.port())) {
      client.sendInPieces(GET + GET, length);
      assertThat(client.readResponse().body()).isEqualTo("ok");
      assertThat(client.readResponse().body()).isEqualTo("ok");
      assertThat(origin.requests()).extracting(ReceivedRequest::raw).containsExactly(GET, GET);
    }
  }

  @Test
  void chunksTrailersAndInterimResponsesAreRead() {
    var response =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3;ext=\"1\"\r\nabc\r\nA\r\n0123456789\r\n0\r\nCheck: 1\r\n\r\n";
    try (var origin = FakeOrigin.start(Script.each(respond(response)));
        var client = RawHttp1Client.connect(origin.port())) {
      var chunked =
          "POST / HTTP/1.1\r\ntransfer-encoding: Chunked\r\n\r\n2\r\nhi\r\n0\r\nT: 1\r\n\r\n";
      var read = client.exchange(chunked);
      assertThat(read.interim()).hasSize(2).element(1).asString().contains("103 Early Hints");
      assertThat(read.body()).isEqualTo("abc0123456789");
      assertThat(read.trailer("check")).isEqualTo("1");
      assertThat(read.raw()).isEqualTo(response);
      var received = origin.awaitRequests(1).getFirst();
      assertThat(received.body()).isEqualTo("hi");
      assertThat(received.trailer("T")).isEqualTo("1");
    }
  }

  @Test
  void responsesWithoutABodyEndWithTheirHead() {
    var head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    try (var origin =
            FakeOrigin.start(
                Script.of(
                    respond(head),
                    respond("HTTP/1.1 304 Not Modified\r\n\r\n"),
                    respond(200, "x")));
        var client = RawHttp1Client.connect(origin.port())) {
      assertThat(client.exchange("HEAD / HTTP/1.1\r\n\r\n").raw()).isEqualTo(head);
      assertThat(client.exchange(GET).status()).isEqualTo(304);
      assertThat(client.exchange(GET).body()).isEqualTo("x");
    }
  }

  @Test
  void aBodyMayEndWithTheConnection() {
    try (var origin =
            FakeOrigin.start(Script.of(respond("HTTP/1.0 200 OK\r\n\r\nall").then(close())));
        var client = RawHttp1Client.connect(origin.port())) {
      assertThat(client.exchange(GET).body()).isEqualTo("all");
      client.awaitClose();
      assertThat(client.wasReset()).isFalse();
    }
  }

  @Test
  void theOriginAnswersOnlyWhenSignalled() throws InterruptedException {
    var arrived = new Signal();
    var answer = new Signal();
    try (var origin =
            FakeOrigin.start(
                Script.each(give(arrived).then(waitFor(answer)).then(respond(200, "late"))));
        var client = RawHttp1Client.connect(origin.port())) {
      client.send(GET);
      arrived.await();
      assertThatThrownBy(() -> client.patience(SHORT).readResponse())
          .isInstanceOf(AssertionError.class);
      answer.give();
      assertThat(client.patience(Await.PATIENCE).readResponse().body()).isEqualTo("late");
    }
  }

  @Test
  void aReadThatGetsNoAnswerFailsWithWhatWasReceived() {
    try (var origin =
            FakeOrigin.start(
                Script.of(
                    respond("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal").then(ignore())));
        var client = RawHttp1Client.connect(origin.port())) {
      client.send(GET).patience(SHORT);
      assertThatThrownBy(client::readResponse)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("not within PT0.1S: a whole response")
          .hasMessageContaining("Content-Length: 5\\r\\n")
          .hasMessageContaining("hal»");
    }
  }

  @Test
  void aResponseThatEndsTooEarlyFails() {
    try (var origin =
            FakeOrigin.start(
                Script.of(
                    respond("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal").then(close())));
        var client = RawHttp1Client.connect(origin.port())) {
      assertThatThrownBy(() -> client.exchange(GET))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("closed 2 bytes before the end of the body");
    }
  }

  @Test
  void resetsAndClosesAreToldApart() {
    try (var origin = FakeOrigin.start(Script.of(reset()))) {
      origin.nextScript(Script.of(close()));
      try (var closed = RawHttp1Client.connect(origin.port());
          var wasReset = RawHttp1Client.connect(origin.port())) {
        closed.send(GET).awaitClose();
        assertThat(closed.wasReset()).isFalse();
        wasReset.send(GET).awaitClose();
        assertThat(wasReset.wasReset()).isTrue();
      }
    }
  }

  @Test
  void theOriginSeesItsPeerCloseOrReset() {
    try (var origin = FakeOrigin.start(Script.of(ignore()))) {
      var first = RawHttp1Client.connect(origin.port());
      var second = RawHttp1Client.connect(origin.port()).send(GET);
      origin.awaitOpen(2);
      first.close();
      origin.awaitClosedByPeer(0);
      origin.awaitRequests(1);
      assertThat(origin.open()).isEqualTo(1);
      second.reset();
      origin.awaitClosedByPeer(1);
      assertThat(origin.open()).isZero();
      assertThat(origin.accepted()).isEqualTo(2);
    }
  }

  @Test
  void aHalfClosedClientStillReads() {
    Script afterTheEnd =
        connection -> {
          var request = connection.readRequest();
          assertThat(connection.readRequest()).isNull();
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          assertThat(request).isNotNull();
        };
    try (var origin = FakeOrigin.start(afterTheEnd);
        var client = RawHttp1Client.connect(origin.port())) {
      client.send(GET).halfClose();
      assertThat(client.readUntilClose()).endsWith("\r\n\r\nok");
    }
  }

  @Test
  void aKilledOriginRefusesAndResetsAndComesBackOnItsPort() {
    try (var origin = FakeOrigin.start(Script.each(respond(200, "ok")));
        var client = RawHttp1Client.connect(origin.port())) {
      assertThat(client.exchange(GET).status()).isEqualTo(200);
      int port = origin.port();
      origin.kill();
      client.awaitClose();
      assertThat(client.wasReset()).isTrue();
      assertThatThrownBy(() -> RawHttp1Client.connect(port))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("refused");
      origin.restart();
      try (var again = RawHttp1Client.connect(port)) {
        assertThat(again.exchange(GET).body()).isEqualTo("ok");
        assertThat(origin.requests()).extracting(ReceivedRequest::connection).containsExactly(0, 1);
      }
    }
  }

  @Test
  void unixDomainSocketsWorkLikeAnyOther(@TempDir Path folder) {
    var socket = folder.resolve("origin");
    try (var origin = FakeOrigin.start(socket, Script.each(respond(200, "ok")))) {
      try (var client = RawHttp1Client.connect(UnixDomainSocketAddress.of(socket))) {
        assertThat(client.exchange(GET).body()).isEqualTo("ok");
        origin.kill();
        client.awaitClose();
      }
      origin.restart();
      try (var client = RawHttp1Client.connect(origin.address())) {
        assertThat(client.exchange(GET).body()).isEqualTo("ok");
      }
    }
  }

  @Test
  void aSlowReaderHoldsTheOriginBack() {
    int size = 32 << 20;
    var sent = new Signal();
    Script big =
        connection -> {
          connection.readRequest();
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
          connection.send(new byte[size]);
          sent.give();
          connection.awaitClosedByPeer();
        };
    try (var origin = FakeOrigin.start(big);
        var client = RawHttp1Client.connect(origin.address(), 4096)) {
      client.send(GET);
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK");
      assertThat(sent.isGiven()).isFalse();
      client.skip(size);
      Await.until("the origin to have sent all", sent::isGiven);
    }
  }

  @Test
  void aPeerThatDoesNotReadStopsTheClient() {
    var stop = new Signal();
    try (var origin = FakeOrigin.start(connection -> stop.await());
        var client = RawHttp1Client.connect(origin.port())) {
      var bytes = new byte[64 << 20];
      assertThat(client.sendUntilBlocked(bytes, SHORT)).isBetween(1L, bytes.length - 1L);
      assertThatThrownBy(() -> client.patience(SHORT).send(bytes))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("the peer took");
      origin.kill();
      assertThat(client.trySend(bytes)).isFalse();
      stop.give();
    }
  }

  @Test
  void anExpectationThatFailsFailsTheTestAtTheEnd() {
    var origin =
        FakeOrigin.start(
            Script.each(
                expect("/b", request -> request.target().equals("/b")).then(respond(200, ""))));
    try (var client = RawHttp1Client.connect(origin.port())) {
      client.send(GET).awaitClose();
    }
    assertThatThrownBy(origin::close)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("expected /b, received «GET /a HTTP/1.1\\r\\n");
  }

  @Test
  void aRequestThatIsNoHttpFailsTheTestAtTheEnd() {
    var origin = FakeOrigin.start(Script.each(respond(200, "")));
    try (var client = RawHttp1Client.connect(origin.port())) {
      client.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc").awaitClose();
    }
    assertThatThrownBy(origin::close).hasMessageContaining("no line end after a chunk");
  }

  @Test
  void bytesThatComeUnaskedAreSeen() {
    Script unasked = connection -> connection.send("HTTP/1.1 408 Request Timeout\r\n\r\n");
    try (var origin = FakeOrigin.start(unasked);
        var client = RawHttp1Client.connect(new InetSocketAddress("127.0.0.1", origin.port()))) {
      assertThatThrownBy(client::awaitClose).hasMessageContaining("received «HTTP/1.1 408");
    }
  }
}
