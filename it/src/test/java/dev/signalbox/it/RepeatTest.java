package dev.signalbox.it;

import static dev.signalbox.testkit.Step.close;
import static dev.signalbox.testkit.Step.ignore;
import static dev.signalbox.testkit.Step.reset;
import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests whose connection dies: what is safe to repeat is repeated, and nothing else. */
@OnEachTransport
final class RepeatTest {
  @RegisterExtension final Stage stage;

  RepeatTest(Machine machine) {
    stage = new Stage(machine);
  }

  /** Its first connection answers once and dies of the second request; the others are well. */
  private FakeOrigin dyingOnce(boolean withReset) {
    var origin = stage.origin(Script.each(respond(200, "again")));
    origin.nextScript(Script.of(respond(200, "first"), withReset ? reset() : close()));
    stage.start(origin);
    return origin;
  }

  private RawHttp1Client afterFirst() {
    var client = stage.client();
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("first");
    return client;
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "DELETE"})
  void aRequestWithoutABodyIsRepeatedOnAFreshConnection(String method) {
    var origin = dyingOnce(false);
    origin.script(
        Script.each(
            method.equals("HEAD")
                ? respond("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
                : respond(200, "again")));
    assertThat(afterFirst().exchange(Wire.request(method, "/x")).status()).isEqualTo(200);
    assertThat(origin.requests())
        .extracting(r -> r.connection() + " " + r.startLine())
        .containsExactly(
            "0 GET / HTTP/1.1", "0 " + method + " /x HTTP/1.1", "1 " + method + " /x HTTP/1.1");
  }

  @Test
  void aResetIsRepeatedAsACloseIs() {
    var origin = dyingOnce(true);
    assertThat(afterFirst().exchange(Wire.GET).body()).isEqualTo("again");
    assertThat(origin.requests()).hasSize(3);
  }

  @Test
  void aPutIsRepeatedWithItsBody() {
    var origin = dyingOnce(false);
    assertThat(afterFirst().exchange(Wire.withBody("PUT", "/x", "the body")).body())
        .isEqualTo("again");
    assertThat(origin.requests())
        .extracting(r -> r.connection() + r.body())
        .containsExactly("0", "0the body", "1the body");
  }

  @Test
  void aChunkedPutIsRepeatedWithItsBodyAndTrailers() {
    var origin = dyingOnce(false);
    var response =
        afterFirst()
            .exchange(
                "PUT /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Wire.chunk("the ")
                    + Wire.chunk("body")
                    + "0\r\nT: 1\r\n\r\n");
    assertThat(response.body()).isEqualTo("again");
    assertThat(origin.requests())
        .extracting(r -> r.body() + r.trailer("T"))
        .containsExactly("null", "the body1", "the body1");
  }

  @Test
  void aPostIsNotRepeated() {
    var origin = dyingOnce(false);
    var client = afterFirst();
    assertThat(client.exchange(Wire.post("pay")).status()).isEqualTo(502);
    assertThat(origin.requests()).extracting(r -> r.body()).containsExactly("", "pay");
    assertThat(client.exchange(Wire.post("more")).body()).isEqualTo("again");
  }

  @Test
  void aPutTooLargeToKeepIsNotRepeated() {
    var origin = dyingOnce(false);
    var client = afterFirst();
    assertThat(client.exchange(Wire.withBody("PUT", "/", "x".repeat(200_000))).status())
        .isEqualTo(502);
    assertThat(origin.requests()).hasSize(2);
  }

  @Test
  void aRequestThatIsPartlyAnsweredIsNotRepeated() {
    var origin = stage.origin(Script.each(respond("HTTP/1.1 2").then(close())));
    stage.start(origin);
    assertThat(stage.client().exchange(Wire.GET).status()).isEqualTo(502);
    assertThat(origin.requests()).hasSize(1);
  }

  @Test
  void repeatingHasAnEnd() {
    var origin = stage.origin(Script.each(close()));
    stage.start(origin);
    assertThat(stage.client().exchange(Wire.GET).status()).isEqualTo(502);
    assertThat(origin.requests()).hasSize(3);
  }

  @Test
  void anOriginThatClosesIdleConnectionsIsNoTroubleForAPost() {
    var origin =
        stage.origin(connection -> {
          var request = connection.readRequest();
          if (request != null) {
            respond(200, "ok").play(connection, request);
            connection.halfClose();
            connection.awaitClosedByPeer();
          }
        });
    stage.start(origin);
    var client = stage.client();
    for (int i = 0; i < 5; i++) {
      assertThat(client.exchange(Wire.post("pay")).body()).isEqualTo("ok");
      origin.awaitClosedByPeer(i);
    }
    assertThat(origin.requests()).hasSize(5);
  }

  @Test
  void anOriginThatAnswersThenClosesLosesNoGet() {
    var origin = stage.origin(Script.of(respond(200, "ok").then(close())));
    stage.start(origin);
    var client = stage.client();
    for (int i = 0; i < 100; i++) {
      assertThat(client.exchange(Wire.GET).body()).isEqualTo("ok");
    }
  }

  @Test
  void theGetsOfAnOriginThatDiesAreAnsweredByAnother() {
    var dying = stage.origin(Script.each(ignore()));
    var other = stage.origin(Script.each(respond(200, "other")));
    stage.start(Config.to(dying, other));
    var clients = new ArrayList<RawHttp1Client>();
    for (int i = 0; i < 10; i++) {
      clients.add(stage.client().send(Wire.get("/" + i)));
    }
    dying.awaitRequests(5);
    dying.kill();
    for (var client : clients) {
      assertThat(client.readResponse().body()).isEqualTo("other");
    }
    assertThat(other.requests()).hasSize(10);
  }

  @Test
  void thePostsOfAnOriginThatDiesAreNotSentToAnother() {
    var dying = stage.origin(Script.each(ignore()));
    var other = stage.origin(Script.each(respond(200, "other")));
    stage.start(Config.to(dying, other));
    var one = stage.client().send(Wire.post("1"));
    var two = stage.client().send(Wire.post("2"));
    dying.awaitRequests(1);
    other.awaitRequests(1);
    dying.kill();
    assertThat(one.readResponse().status() + two.readResponse().status()).isEqualTo(200 + 502);
    assertThat(other.requests()).hasSize(1);
  }
}
