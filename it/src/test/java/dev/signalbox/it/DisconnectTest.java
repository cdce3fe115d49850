package dev.signalbox.it;

import static dev.signalbox.testkit.Step.give;
import static dev.signalbox.testkit.Step.ignore;
import static dev.signalbox.testkit.Step.respond;
import static dev.signalbox.testkit.Step.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that go away, or only half of them. */
@OnEachTransport
final class DisconnectTest {
  @RegisterExtension final Stage stage;

  DisconnectTest(Machine machine) {
    stage = new Stage(machine);
  }

  @Test
  void aResetByTheClientCancelsTheRequest() {
    var origin = stage.origin(Script.each(ignore()));
    stage.start(origin);
    var client = stage.client().send(Wire.GET);
    origin.awaitRequests(1);
    client.reset();
    origin.awaitClosedByPeer(0);
    stage.awaitConnections(0);
  }

  @Test
  void aCloseByTheClientCancelsTheRequest() {
    var origin = stage.origin(Script.each(ignore()));
    stage.start(origin);
    var client = stage.client().send(Wire.GET);
    origin.awaitRequests(1);
    client.close();
    origin.awaitClosedByPeer(0);
    stage.awaitConnections(0);
  }

  @Test
  void aCloseWithinAnUploadCancelsTheRequest() {
    var isHere = new Signal();
    var origin =
        stage.origin(connection -> {
          connection.readHead();
          isHere.give();
          connection.awaitClosedByPeer();
        });
    stage.start(origin);
    var client = stage.client();
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf of it");
    assertThat(await(isHere)).isTrue();
    client.close();
    origin.awaitClosedByPeer(0);
    stage.awaitConnections(0);
    assertThat(origin.requests()).isEmpty();
    assertThat(origin.accepted()).as("half a body is not repeated").isEqualTo(1);
  }

  @Test
  void aCloseWithinAnEndlessResponseCancelsTheRequest() {
    var isOver = new Signal();
    stage.start(
        stage.origin(connection -> {
          connection.readRequest();
          connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          try {
            while (true) {
              connection.send(Wire.chunk("x".repeat(1000)));
            }
          } catch (IOException e) {
            isOver.give();
          }
        }));
    var client = stage.client().send(Wire.GET);
    client.readHead();
    client.skip(100_000);
    client.close();
    stage.awaitConnections(0);
    assertThat(await(isOver)).isTrue();
  }

  private static boolean await(Signal signal) {
    try {
      signal.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return signal.isGiven();
  }

  @Test
  void aClientThatHalfClosesIsAnsweredAndClosed() {
    var isHere = new Signal();
    var goOn = new Signal();
    var origin =
        stage.origin(Script.each(give(isHere).then(waitFor(goOn)).then(respond(200, "ok"))));
    stage.start(origin);
    var client = stage.client().send(Wire.GET).halfClose();
    assertThat(await(isHere)).isTrue();
    goOn.give();
    assertThat(client.readResponse().body()).isEqualTo("ok");
    client.awaitClose();
    assertThat(client.wasReset()).isFalse();
  }

  @Test
  void aClientThatHalfClosedAndWaitsLongIsProbedAndAnswered() {
    var goOn = new Signal();
    stage.start(stage.origin(Script.each(waitFor(goOn).then(respond(200, "late")))));
    var client = stage.client().send(Wire.GET).halfClose();
    assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    goOn.give();
    var response = client.readResponse();
    assertThat(response.body()).isEqualTo("late");
    client.awaitClose();
  }

  @Test
  void anHttp10ClientThatHalfClosesIsAnswered() {
    var origin = stage.origin(Script.each(respond(200, "ok")));
    stage.start(origin);
    var client = stage.client().send("GET / HTTP/1.0\r\n\r\n").halfClose();
    assertThat(client.readResponse().body()).isEqualTo("ok");
    client.awaitClose();
  }

  @Test
  void allPipelinedRequestsBeforeAHalfCloseAreAnswered() {
    stage.start(
        stage.origin(
            Script.each((connection, request) ->
                respond(200, request.target()).play(connection, request))));
    var client = stage.client().send(Wire.get("/1") + Wire.get("/2") + Wire.get("/3")).halfClose();
    assertThat(client.readResponse().body()).isEqualTo("/1");
    assertThat(client.readResponse().body()).isEqualTo("/2");
    assertThat(client.readResponse().body()).isEqualTo("/3");
    client.awaitClose();
  }

  @Test
  void halfCloseAnswerNeverProbes() {
    var goOn = new Signal();
    var origin = stage.origin(Script.each(waitFor(goOn).then(respond(200, "ok"))));
    stage.start(Config.to(origin).listener("half-close: answer"));
    var client = stage.client().send(Wire.GET).halfClose();
    origin.awaitRequests(1);
    goOn.give();
    var response = client.readResponse();
    assertThat(response.interim()).isEmpty();
    assertThat(response.body()).isEqualTo("ok");
    client.awaitClose();
  }

  @Test
  void halfCloseCancelTakesItForAnEnd() {
    var origin = stage.origin(Script.each(ignore()));
    stage.start(Config.to(origin).listener("half-close: cancel"));
    var client = stage.client().send(Wire.GET);
    origin.awaitRequests(1);
    client.halfClose();
    origin.awaitClosedByPeer(0);
    client.awaitClose();
  }

  @Test
  void aCloseBeforeARequestIsNothing() {
    var origin = stage.origin(Script.each(ignore()));
    stage.start(origin);
    stage.client().close();
    stage.client().send("GET / HT").close();
    stage.client().send("GET / HT").reset();
    stage.awaitConnections(0);
    assertThat(origin.accepted()).isZero();
  }
}
