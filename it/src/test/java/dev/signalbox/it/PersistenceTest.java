package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.RawResponse;
import dev.signalbox.testkit.Script;
import java.util.ArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections that are kept, on both sides, and several requests on one. */
@OnEachTransport
final class PersistenceTest {
  private static final Script ECHO_TARGET =
      Script.each(
          (connection, request) -> respond(200, request.target()).play(connection, request));

  @RegisterExtension final Stage stage;

  PersistenceTest(Machine machine) {
    stage = new Stage(machine);
  }

  @Test
  void oneConnectionToTheOriginCarriesTheRequestsOfManyClients() {
    var origin = stage.origin(ECHO_TARGET);
    stage.start(origin);
    for (int i = 0; i < 20; i++) {
      assertThat(stage.client().exchange(Wire.get("/" + i)).body()).isEqualTo("/" + i);
    }
    assertThat(origin.requests()).hasSize(20);
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void anIdleConnectionToTheOriginIsClosedAfterItsTime() {
    var origin = stage.origin(ECHO_TARGET);
    stage.start(Config.to(origin).upstream("connections: { idle-timeout: 100ms }"));
    stage.client().exchange(Wire.GET);
    origin.awaitClosedByPeer(0);
    assertThat(stage.client().exchange(Wire.GET).status()).isEqualTo(200);
    assertThat(origin.accepted()).isEqualTo(2);
  }

  @Test
  void noIdleConnectionIsKeptWhereNoneMayBe() {
    var origin = stage.origin(ECHO_TARGET);
    stage.start(Config.to(origin).upstream("connections: { max-idle: 0 }"));
    var client = stage.client();
    client.exchange(Wire.GET);
    origin.awaitClosedByPeer(0);
    client.exchange(Wire.GET);
    assertThat(origin.accepted()).isEqualTo(2);
  }

  @Test
  void aClientThatSaysCloseIsAnsweredAndClosed() {
    var origin = stage.origin(ECHO_TARGET);
    stage.start(origin);
    var client = stage.client();
    var response = client.exchange(Wire.get("/last", "Connection: close"));
    assertThat(response.body()).isEqualTo("/last");
    assertThat(response.header("Connection")).isEqualTo("close");
    client.awaitClose();
    assertThat(client.wasReset()).isFalse();
    stage.client().exchange(Wire.GET);
    assertThat(origin.accepted()).as("it says nothing about the origin's").isEqualTo(1);
  }

  @Test
  void anOriginThatSaysCloseEndsOnlyItsOwnConnection() {
    var origin =
        stage.origin(
            Script.each(
                respond("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")));
    stage.start(origin);
    var client = stage.client();
    assertThat(client.exchange(Wire.GET).header("Connection")).isNull();
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("ok");
    assertThat(origin.accepted()).isEqualTo(2);
    origin.awaitClosedByPeer(0);
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder() {
    var origin = stage.origin(ECHO_TARGET);
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { shop: ["%s"] }
        routes:
          - { name: local, match: { path: /local/** }, respond: { status: 200, body: ours } }
          - { name: gone, match: { path: /gone }, respond: 410 }
          - { name: shop, match: { path: /shop/** }, to: shop }
        """
            .formatted(origin.hostAndPort()));
    var client = stage.client();
    client.send(
        Wire.get("/shop/1")
            + Wire.get("/local/2")
            + Wire.withBody("POST", "/shop/3", "body")
            + Wire.get("/nowhere")
            + Wire.withBody("POST", "/local/5", "nobody reads this")
            + Wire.get("/shop/6")
            + Wire.get("/gone")
            + Wire.get("/shop/8"));
    var answers = new ArrayList<String>();
    for (var method : "GET GET POST GET POST GET GET GET".split(" ", -1)) {
      var response = client.readResponse(method);
      answers.add(response.status() + " " + response.body().lines().findFirst().orElse(""));
    }
    assertThat(answers)
        .containsExactly(
            "200 /shop/1",
            "200 ours",
            "200 /shop/3",
            "404 404 Not Found",
            "200 ours",
            "200 /shop/6",
            "410 ",
            "200 /shop/8");
    assertThat(origin.requests())
        .extracting(r -> r.target() + r.body())
        .containsExactly("/shop/1", "/shop/3body", "/shop/6", "/shop/8");
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void twoHundredPipelinedRequestsAreAnsweredInTheirOrder() {
    var origin = stage.origin(ECHO_TARGET);
    stage.start(origin);
    var client = stage.client();
    client.send(
        IntStream.range(0, 200).mapToObj(i -> Wire.get("/" + i)).collect(Collectors.joining()));
    for (int i = 0; i < 200; i++) {
      assertThat(client.readResponse().body()).isEqualTo("/" + i);
    }
    assertThat(origin.requests()).hasSize(200);
  }

  @Test
  void whatComesAfterCloseIsNotARequest() {
    var origin = stage.origin(ECHO_TARGET);
    stage.start(origin);
    var client = stage.client();
    client.send(Wire.get("/1", "Connection: close") + Wire.get("/2"));
    assertThat(client.readResponse().body()).isEqualTo("/1");
    client.awaitClose();
    assertThat(client.wasReset()).as("a reset could overtake the answer").isFalse();
    assertThat(origin.requests()).hasSize(1);
  }

  @Test
  void anHttp10ClientIsClosedAfterItsAnswer() {
    var origin = stage.origin(ECHO_TARGET);
    stage.start(origin);
    var client = stage.client();
    var response = client.exchange("GET /old HTTP/1.0\r\nHost: x\r\n\r\n");
    assertThat(response.startLine()).isEqualTo("HTTP/1.1 200 Scripted"); // RFC 9110 §2.5
    assertThat(response.body()).isEqualTo("/old");
    assertThat(response.header("Connection")).isEqualTo("close");
    client.awaitClose();
    assertThat(origin.requests().getFirst().startLine()).isEqualTo("GET /old HTTP/1.1");
  }

  @Test
  void anHttp10ClientThatAsksIsKept() {
    stage.start(stage.origin(ECHO_TARGET));
    var client = stage.client();
    for (int i = 0; i < 2; i++) {
      var response =
          client.exchange("GET /" + i + " HTTP/1.0\r\nHost: x\r\nConnection: Keep-Alive\r\n\r\n");
      assertThat(response.header("Connection")).isEqualTo("keep-alive");
      assertThat(response.body()).isEqualTo("/" + i);
    }
  }

  @Test
  void anHttp10ClientNeedsNoHost() {
    var origin = stage.origin(ECHO_TARGET);
    stage.start(origin);
    assertThat(stage.client().exchange("GET /old HTTP/1.0\r\n\r\n").body()).isEqualTo("/old");
    assertThat(origin.requests().getFirst().header("Host")).isEqualTo(origin.hostAndPort());
  }

  @Test
  void anHttp10ClientGetsNoChunks() {
    stage.start(
        stage.origin(
            Script.each(
                respond(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Wire.chunk("in ")
                        + Wire.chunk("pieces")
                        + "0\r\nT: 1\r\n\r\n"))));
    var client = stage.client();
    RawResponse response =
        client.exchange("GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
    assertThat(response.header("Transfer-Encoding")).isNull();
    assertThat(response.header("Connection")).isEqualTo("close");
    assertThat(response.body()).isEqualTo("in pieces"); // to the end of the connection
    assertThat(client.wasReset()).isFalse();
  }
}
