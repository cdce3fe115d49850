package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Responses before the response (RFC 9110 §15.2), and who waits for them. */
@OnEachTransport
final class InterimTest {
  private static final String EXPECTING =
      "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";

  @RegisterExtension final Stage stage;

  InterimTest(Machine machine) {
    stage = new Stage(machine);
  }

  @Test
  void theBodyIsAskedForByTheOriginAndByNobodyElse() {
    var origin =
        stage.origin(connection -> {
          var head = connection.readHead();
          if (head == null) {
            return;
          }
          assertThat(head).contains("Expect: 100-continue");
          connection.send("HTTP/1.1 100 Continue\r\n\r\n");
          var request = connection.readBody(head);
          respond(200, request.body()).play(connection, request);
          connection.awaitClosedByPeer();
        });
    stage.start(origin);
    var client = stage.client();
    client.send(EXPECTING);
    assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    client.send("body");
    var response = client.readResponse();
    assertThat(response.interim()).isEmpty();
    assertThat(response.body()).isEqualTo("body");
  }

  @Test
  void anOriginMayRefuseTheBodyBeforeItIsSent() {
    var origin =
        stage.origin(connection -> {
          if (connection.readHead() != null) {
            connection.send("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno");
            connection.awaitClosedByPeer();
          }
        });
    stage.start(origin);
    var client = stage.client();
    var response = client.exchange(EXPECTING);
    assertThat(response.status()).isEqualTo(401);
    assertThat(response.interim()).isEmpty();
    // RFC 9110 §10.1.1: the client may send the body or not, so nobody knows what comes next.
    assertThat(response.header("Connection")).isEqualTo("close");
    client.awaitClose();
    origin.awaitClosedByPeer(0);
  }

  @Test
  void aLocalAnswerNeedsNoBody() {
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        routes: [{ name: no, respond: { status: 403, body: "no" } }]
        """);
    var client = stage.client();
    var response = client.exchange(EXPECTING);
    assertThat(response.status()).isEqualTo(403);
    assertThat(response.header("Connection")).isEqualTo("close");
    client.awaitClose();
  }

  @Test
  void earlyHintsComeThroughBeforeTheAnswer() {
    var origin =
        stage.origin(
            Script.each(
                respond(
                    "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
                        + "HTTP/1.1 102 Processing\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")));
    stage.start(origin);
    var response = stage.client().exchange(Wire.GET);
    assertThat(response.interim())
        .containsExactly(
            "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n",
            "HTTP/1.1 102 Processing\r\n\r\n");
    assertThat(response.body()).isEqualTo("ok");
  }

  @Test
  void earlyHintsComeAtOnceNotWithTheAnswer() {
    var origin =
        stage.origin(connection -> {
          var request = connection.readRequest();
          if (request == null) {
            return;
          }
          connection.send("HTTP/1.1 103 Early Hints\r\n\r\n");
          connection.awaitClosedByPeer();
        });
    stage.start(origin);
    var client = stage.client();
    client.send(Wire.GET);
    assertThat(client.readHead()).startsWith("HTTP/1.1 103");
  }

  @Test
  void anHttp10ClientGetsNoInterimResponses() {
    stage.start(
        stage.origin(
            Script.each(
                respond(
                    "HTTP/1.1 103 Early Hints\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))));
    var response = stage.client().exchange("GET / HTTP/1.0\r\nHost: x\r\n\r\n");
    assertThat(response.interim()).isEmpty();
    assertThat(response.body()).isEqualTo("ok");
  }

  @Test
  void anUnknownExpectationIsRefused() {
    var origin = stage.origin(Script.each(respond(200, "")));
    stage.start(origin);
    assertThat(stage.client().exchange(Wire.get("/", "Expect: the-worst")).status()).isEqualTo(417);
    assertThat(origin.accepted()).isZero();
  }
}
