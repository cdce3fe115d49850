package dev.signalbox.it;

import static dev.signalbox.testkit.Step.close;
import static dev.signalbox.testkit.Step.ignore;
import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests whose route depends on their body: it is read, and then it goes on unchanged. */
@OnEachTransport
final class BodyRoutesTest {
  private static final String JSON = "Content-Type: application/json";
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
  private static final String GOLD = "{\"customer\": {\"plan\": \"gold\"}}";
  private static final String TIN = "{\"customer\": {\"plan\": \"tin\"}}";

  @RegisterExtension final Stage stage;

  BodyRoutesTest(Machine machine) {
    stage = new Stage(machine);
  }

  /** Gold goes to the first origin, all else to the second; only below /orders bodies matter. */
  private void start(FakeOrigin gold, FakeOrigin other, String timeouts) {
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { gold: ["%s"], other: ["%s"] }
        match-body: { max: 1KB }
        timeouts: { %s }
        routes:
          - name: gold
            match: { path: /orders/**, body: { json: /customer/plan, is: gold } }
            to: gold
          - { name: form, match: { path: /orders/**, body: { form: plan, is: gold } }, to: gold }
          - { name: other, to: other }
        """
            .formatted(gold.hostAndPort(), other.hostAndPort(), timeouts));
  }

  private FakeOrigin answering(String body) {
    return stage.origin(Script.each(respond(200, body)));
  }

  private static String order(String body, String... fields) {
    return Wire.withBody("POST", "/orders/1", body, fields);
  }

  private static String chunked(String method, String... chunks) {
    var request =
        new StringBuilder(
            method
                + " /orders/1 HTTP/1.1\r\nHost: x\r\n"
                + JSON
                + "\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (var chunk : chunks) {
      request.append(Wire.chunk(chunk));
    }
    return request + "0\r\nX-Sum: 7\r\n\r\n";
  }

  @Test
  void theBodySaysWhereARequestGoesAndGoesOnUnchanged() {
    var gold = answering("gold");
    var other = answering("other");
    start(gold, other, "");
    var client = stage.client();
    assertThat(client.exchange(order(GOLD, JSON)).body()).isEqualTo("gold");
    assertThat(client.exchange(order(TIN, JSON)).body()).isEqualTo("other");
    assertThat(client.exchange(order("a=b&plan=g%6Fld", FORM)).body()).isEqualTo("gold");
    assertThat(client.exchange(order("{\"customer\"", JSON)).body()).isEqualTo("other");
    assertThat(client.exchange(Wire.get("/orders/1", JSON)).body()).isEqualTo("other");
    assertThat(gold.requests())
        .extracting(r -> r.header("Content-Length") + r.body())
        .containsExactly(GOLD.length() + GOLD, "15a=b&plan=g%6Fld");
    assertThat(other.requests())
        .extracting(r -> r.body())
        .containsExactly(TIN, "{\"customer\"", "");
  }

  @Test
  void aBodyThatNobodyAsksForIsNotKept() {
    var other = answering("other");
    start(answering("gold"), other, "");
    var large = "x".repeat(100_000);
    var client = stage.client();
    assertThat(client.exchange(order(large, "Content-Type: text/plain")).body()).isEqualTo("other");
    assertThat(client.exchange(Wire.withBody("POST", "/elsewhere", large, JSON)).body())
        .isEqualTo("other");
    assertThat(other.requests()).extracting(r -> r.body()).containsExactly(large, large);
  }

  @Test
  void aChunkedBodyInSingleBytesIsReadWithItsTrailers() {
    var gold = answering("gold");
    start(gold, answering("other"), "");
    var client = stage.client();
    client.sendInPieces(chunked("POST", GOLD.substring(0, 9), GOLD.substring(9)), 1);
    assertThat(client.readResponse().body()).isEqualTo("gold");
    assertThat(client.exchange(order(GOLD, JSON)).body()).isEqualTo("gold");
    var first = gold.requests().getFirst();
    assertThat(first.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(first.body()).isEqualTo(GOLD);
    assertThat(first.trailer("X-Sum")).isEqualTo("7");
  }

  @Test
  void pipelinedRequestsKeepTheirOrder() {
    start(answering("gold"), answering("other"), "");
    var client = stage.client();
    client.send(order(GOLD, JSON) + order(TIN, JSON) + Wire.GET + order(GOLD, JSON));
    for (var answer : new String[] {"gold", "other", "other", "gold"}) {
      assertThat(client.readResponse().body()).isEqualTo(answer);
    }
  }

  @Test
  void aBodyThatIsDeclaredTooLongIsRefusedAtOnce() {
    var gold = answering("gold");
    var other = answering("other");
    start(gold, other, "");
    var longest = GOLD + " ".repeat(1024 - GOLD.length());
    var client = stage.client();
    assertThat(client.exchange(order(longest, JSON)).body()).isEqualTo("gold");
    client.send(
        "POST /orders/1 HTTP/1.1\r\nHost: x\r\n"
            + JSON
            + "\r\nExpect: 100-continue\r\nContent-Length: 1025\r\n\r\n");
    var response = client.readResponse();
    assertThat(response.status()).isEqualTo(413);
    assertThat(response.interim()).isEmpty();
    assertThat(other.accepted()).isZero();
    assertThat(gold.requests()).hasSize(1);
  }

  @Test
  void aChunkedBodyThatGrowsTooLongIsRefused() {
    var gold = answering("gold");
    var other = answering("other");
    start(gold, other, "");
    var client = stage.client();
    client.send(chunked("POST", GOLD, " ".repeat(600), " ".repeat(600)));
    assertThat(client.readResponse().status()).isEqualTo(413);
    client.awaitClose();
    assertThat(gold.accepted() + other.accepted()).isZero();
  }

  @Test
  void aClientThatWaitsToBeAskedForItsBodyIsAskedOnce() {
    var gold = answering("gold");
    start(gold, answering("other"), "");
    var client = stage.client();
    client.send(
        "POST /orders/1 HTTP/1.1\r\nHost: x\r\n"
            + JSON
            + "\r\nExpect: 100-continue\r\nContent-Length: "
            + GOLD.length()
            + "\r\n\r\n");
    assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    client.send(GOLD);
    var response = client.readResponse();
    assertThat(response.body()).isEqualTo("gold");
    assertThat(response.interim()).isEmpty();
    assertThat(gold.requests().getFirst().header("Expect")).isNull();
    assertThat(client.exchange(order(TIN, JSON)).body()).isEqualTo("other");
  }

  @Test
  void aClientThatGoesAwayMeanwhileLeavesNothing() {
    var gold = answering("gold");
    var other = answering("other");
    start(gold, other, "");
    var closing = stage.client().send(order(GOLD, JSON).replace(GOLD, GOLD.substring(0, 10)));
    var resetting = stage.client().send(chunked("POST", GOLD).replace("0\r\nX-Sum: 7\r\n\r\n", ""));
    stage.awaitConnections(2);
    closing.close();
    resetting.reset();
    stage.awaitConnections(0);
    assertThat(gold.accepted() + other.accepted()).isZero();
  }

  @Test
  void aBodyThatPausesTooLongIsRefused() {
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0", timeouts: { body: 300ms } } }
        routes: [{ name: gold, match: { body: { json: /plan, is: gold } }, respond: 200 }]
        """);
    var client = stage.client();
    client.send(order(GOLD, JSON).replace(GOLD, GOLD.substring(0, 10)));
    assertThat(client.readResponse().status()).isEqualTo(408);
    client.awaitClose();
  }

  @Test
  void theTimeOfTheExchangeHoldsAfterTheBodyAsWell() {
    var silent = stage.origin(Script.each(ignore()));
    start(silent, answering("other"), "total: 200ms");
    assertThat(stage.client().exchange(order(GOLD, JSON)).status()).isEqualTo(504);
  }

  @Test
  void aPutStaysRepeatableWithItsBody() {
    var gold = answering("again");
    gold.nextScript(Script.of(respond(200, "first"), close()));
    start(gold, answering("other"), "");
    var client = stage.client();
    assertThat(client.exchange(order(GOLD, JSON)).body()).isEqualTo("first");
    assertThat(client.exchange(chunked("PUT", GOLD)).body()).isEqualTo("again");
    assertThat(gold.requests()).extracting(r -> r.body()).containsExactly(GOLD, GOLD, GOLD);
  }

  @Test
  void theRouteMayAnswerByItself() {
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        routes:
          - { name: no, match: { body: { json: /plan, is: gold } }, respond: 403 }
        """);
    var client = stage.client();
    assertThat(client.exchange(order("{\"plan\":\"gold\"}", JSON)).status()).isEqualTo(403);
    assertThat(client.exchange(order("{\"plan\":\"tin\"}", JSON)).status()).isEqualTo(404);
    assertThat(client.exchange(order("{\"plan\":\"gold\"}", JSON)).status()).isEqualTo(403);
  }
}
