package dev.signalbox.it;

import static dev.signalbox.testkit.Step.close;
import static dev.signalbox.testkit.Step.reset;
import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.RawResponse;
import dev.signalbox.testkit.Script;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Origins that are gone, break off or talk nonsense, and what the client must see of it. */
@OnEachTransport
final class BrokenOriginTest {
  @RegisterExtension final Stage stage;
  @TempDir Path directory;

  BrokenOriginTest(Machine machine) {
    stage = new Stage(machine);
  }

  /** It says that it failed and how to ask about it, and nothing of what is behind us. */
  private void assertTellsNothing(RawResponse response, int status) {
    assertThat(response.status()).isEqualTo(status);
    var id = response.header("X-Request-Id");
    assertThat(id).matches("[0-9a-f]{16}");
    assertThat(response.body()).contains(id);
    assertThat(response.raw()).doesNotContain("127.0.0.1", "shop", "origin", "endpoint");
  }

  @Test
  void aBodyShorterThanItsLengthIsSeenToBe() {
    stage.start(
        stage.origin(
            Script.of(
                respond("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345").then(close()))));
    var client = stage.client().send(Wire.GET);
    assertThat(client.readHead()).contains("Content-Length: 10\r\n");
    assertThat(client.readUntilClose()).isEqualTo("12345");
  }

  @Test
  void aBodyThatIsResetWithinItsLengthIsSeenToBe() {
    stage.start(
        stage.origin(
            Script.of(
                respond("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345").then(reset()))));
    var client = stage.client().send(Wire.GET);
    assertThat(client.readHead()).contains("Content-Length: 10\r\n");
    assertThat("12345").startsWith(client.readUntilClose());
  }

  @Test
  void aChunkedBodyWithoutItsLastChunkGetsNone() {
    stage.start(
        stage.origin(
            Script.of(
                respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n")
                    .then(close()))));
    var client = stage.client().send(Wire.GET);
    assertThat(client.readHead()).contains("Transfer-Encoding: chunked\r\n");
    assertThat(client.readUntilClose()).isEqualTo("5\r\n12345\r\n");
  }

  @Test
  void aBodyThatShouldEndWithTheConnectionButIsResetGetsNoLastChunk() {
    stage.start(
        stage.origin(connection -> {
          connection.readRequest();
          connection.send("HTTP/1.1 200 OK\r\n\r\n12345");
          connection.reset();
        }));
    var client = stage.client().send(Wire.GET);
    // The reset may overtake everything: then it is a 502, or, repeated, the same again.
    var all = client.readUntilClose();
    assertThat(all).doesNotContain("\r\n0\r\n\r\n");
  }

  @Test
  void anHttp10ClientSeesAResetWhereTheEndWouldLookWhole() {
    stage.start(
        stage.origin(
            Script.of(
                respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n")
                    .then(close()))));
    var client = stage.client().send("GET / HTTP/1.0\r\n\r\n");
    client.readUntilClose();
    assertThat(client.wasReset()).isTrue();
  }

  @Test
  void nonsenseWithinABodyCutsIt() {
    stage.start(
        stage.origin(
            Script.of(
                respond(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\nnonsense"))));
    var client = stage.client().send(Wire.GET);
    client.readHead();
    assertThat("5\r\n12345\r\n").startsWith(client.readUntilClose());
  }

  @Test
  void anAnswerThatBreaksTheProtocolIsABadGateway() {
    var bad =
        List.of(
            "nonsense\r\n\r\n",
            "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX : 1\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: \0\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
    var origin = stage.origin(Script.each(respond(200, "good")));
    stage.start(origin);
    var client = stage.client();
    for (var bytes : bad) {
      // The connection before this one is idle, so the bad one must be the next that is made.
      int accepted = origin.accepted();
      origin.script(Script.of(respond(bytes)));
      var response = client.exchange(Wire.GET);
      assertThat(response.status()).as(bytes).isEqualTo(502);
      assertTellsNothing(response, 502);
      assertThat(origin.accepted()).as("not repeated").isEqualTo(accepted + 1);
      origin.awaitClosedByPeer(accepted);
    }
    origin.script(Script.each(respond(200, "good")));
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("good");
  }

  @Test
  void aResponseHeadBeyondItsLimitIsABadGateway() {
    var origin =
        stage.origin(
            Script.each(
                respond(
                    Wire.head("HTTP/1.1 200 OK", "Content-Length: 0", "X: " + "x".repeat(500)))));
    stage.start(Config.to(origin).upstream("limits: { response-head: 500B }"));
    assertTellsNothing(stage.client().exchange(Wire.GET), 502);
  }

  @Test
  void aResponseWithTooManyFieldsIsABadGateway() {
    var origin =
        stage.origin(
            Script.each(
                respond(
                    Wire.head("HTTP/1.1 200 OK", "Content-Length: 0", "A: 1", "B: 2", "C: 3"))));
    stage.start(Config.to(origin).upstream("limits: { response-headers: 3 }"));
    assertTellsNothing(stage.client().exchange(Wire.GET), 502);
  }

  @Test
  void anEndpointThatRefusesIsPassedOver() {
    var dead = stage.origin(Script.each(respond(200, "dead")));
    var alive = stage.origin(Script.each(respond(200, "alive")));
    dead.kill();
    stage.start(Config.to(dead, alive));
    var client = stage.client();
    for (int i = 0; i < 6; i++) {
      assertThat(client.exchange(Wire.GET).body()).isEqualTo("alive");
      assertThat(client.exchange(Wire.post("body")).body()).isEqualTo("alive");
    }
    assertThat(alive.requests()).hasSize(12);
  }

  @Test
  void whereAllRefuseItIsABadGatewayAndTheClientMayGoOn() {
    var one = stage.origin(Script.each(respond(200, "one")));
    var two = stage.origin(Script.each(respond(200, "two")));
    one.kill();
    two.kill();
    stage.start(Config.to(one, two));
    var client = stage.client();
    assertTellsNothing(client.exchange(Wire.GET), 502);
    assertTellsNothing(client.exchange(Wire.post("body")), 502);
    two.restart();
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("two");
  }

  @Test
  void aUnixDomainEndpointThatIsNotThereIsABadGateway() {
    stage.start(Config.to("unix:" + directory.resolve("nobody.sock")));
    var response = stage.client().exchange(Wire.GET);
    assertTellsNothing(response, 502);
    assertThat(response.raw()).doesNotContain("nobody.sock");
  }

  @Test
  void bytesBehindAResponseAreNobodysAnswer() {
    var origin =
        stage.origin(
            Script.of(
                respond(
                    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")));
    stage.start(origin);
    var client = stage.client();
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("one");
    origin.awaitClosedByPeer(0);
    origin.script(Script.each(respond(200, "two")));
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("two");
  }
}
