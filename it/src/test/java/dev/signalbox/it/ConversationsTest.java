package dev.signalbox.it;

import static dev.signalbox.testkit.AnyStep.breakOff;
import static dev.signalbox.testkit.AnyStep.ignore;
import static dev.signalbox.testkit.AnyStep.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.AnyCall;
import dev.signalbox.testkit.AnyClient;
import dev.signalbox.testkit.AnyOrigin;
import dev.signalbox.testkit.AnyRequest;
import dev.signalbox.testkit.AnyResponse;
import dev.signalbox.testkit.AnyStep;
import dev.signalbox.testkit.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the proxy does whatever is spoken on either side: said once, held to with each version
 * against each. What only one version has is elsewhere.
 */
@OnEachPairOfVersions
final class ConversationsTest {
  private static final String LONG = "0123456789abcdef".repeat(40_000); // 640 KB

  @RegisterExtension final Stage stage;
  private final Pair pair;

  ConversationsTest(Pair pair) {
    this.pair = pair;
    this.stage = new Stage(pair.machine());
  }

  private AnyOrigin origin(AnyStep step) {
    return stage.add(AnyOrigin.start(pair.origin(), step));
  }

  private AnyClient client() {
    return stage.add(AnyClient.of(pair.client(), stage.port()));
  }

  private static AnyResponse get(AnyClient client, String path, String... fields) {
    return client.exchange("GET", path, "", fields);
  }

  // --- heads ---

  @Test
  void aRequestArrivesInItsNormalFormAndItsAnswerComesBack() {
    var origin = origin(respond(200, "hello", "x-mine: 1", "x-mine: 2"));
    stage.start(Config.to(origin));
    var response =
        get(client(), "/a/../b%20c?d=%20", "x-yours: 3", "cookie: a=1; b=2", "accept: */*");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("hello");
    assertThat(response.fields()).contains("content-length: 5", "x-mine: 1", "x-mine: 2");
    AnyRequest request = origin.requests().getFirst();
    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.path()).isEqualTo("/b%20c?d=%20");
    assertThat(request.host()).isEqualTo("shop.example");
    assertThat(request.fields()).contains("x-yours: 3", "cookie: a=1; b=2", "accept: */*");
  }

  @Test
  void theEndpointIsToldWhoAsksAndNotWhatTheClientClaims() {
    var origin = origin(respond(200, ""));
    stage.start(Config.to(origin));
    get(
        client(),
        "/",
        "x-forwarded-for: 6.6.6.6",
        "x-forwarded-proto: https",
        "client-cert: :AA==:");
    AnyRequest request = origin.requests().getFirst();
    assertThat(request.field("x-forwarded-for")).isEqualTo("127.0.0.1");
    assertThat(request.field("x-forwarded-proto")).isEqualTo("http");
    assertThat(request.field("client-cert")).isNull();
  }

  @Test
  void fieldsOfTheEndpointsConnectionStayThere() {
    var origin = origin(respond(200, "ok", "x-mine: 1"));
    stage.start(Config.to(origin));
    var response = get(client(), "/", "te: trailers");
    assertThat(response.fields())
        .contains("x-mine: 1")
        .noneMatch(field -> field.startsWith("connection: ") || field.startsWith("keep-alive: "));
    assertThat(origin.requests().getFirst().fields())
        .noneMatch(field -> field.startsWith("connection: ") || field.startsWith("upgrade: "));
  }

  @Test
  void tooLargeAHeadIsRefusedAndTheNextOneIsNot() {
    var origin = origin(respond(200, "ok"));
    stage.start(Config.to(origin));
    var many = Collections.nCopies(20, "x-long: " + "x".repeat(3_000)).toArray(String[]::new);
    assertThat(get(client(), "/", many).status()).isEqualTo(431);
    assertThat(get(client(), "/" + "x".repeat(9_000)).status()).isEqualTo(414);
    assertThat(get(client(), "/../etc").status()).isEqualTo(400);
    assertThat(get(client(), "/").body()).isEqualTo("ok");
    assertThat(origin.requests()).hasSize(1);
  }

  // --- routes ---

  @Test
  void routesDecideByPathFieldAndBody() {
    var shop = origin(request -> request.respond(200, "shop " + request.path()));
    var other = origin(request -> request.respond(200, "other " + request.body()));
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams:
          shop: { endpoints: ["%s"], protocol: %s }
          other: { endpoints: ["%s"], protocol: %s }
        routes:
          - { name: fixed, match: { path: /fixed }, respond: { status: 418, body: "short" } }
          - { name: away, match: { path: "/old/{rest...}" }, redirect: { to: "/new/{rest}", status: 301 } }
          - { name: field, match: { header: { x-to: other } }, to: other }
          - { name: json, match: { body: { json: /to, is: other } }, to: other }
          - { name: moved, match: { path: "/a/{x}" }, to: shop, rewrite: { path: "/b/{x}" } }
          - { name: shop, match: { path: "/shop/**" }, to: shop }
        """
            .formatted(shop.hostAndPort(), pair.origin(), other.hostAndPort(), pair.origin()));
    var client = client();
    var fixed = get(client, "/fixed");
    assertThat(fixed.status() + fixed.body()).isEqualTo("418short");
    var away = get(client, "/old/x?y");
    assertThat(away.status() + String.valueOf(away.field("location"))).isEqualTo("301/new/x?y");
    assertThat(get(client, "/shop/1?q").body()).isEqualTo("shop /shop/1?q");
    assertThat(get(client, "/a/1").body()).isEqualTo("shop /b/1");
    assertThat(get(client, "/shop/", "x-to: other").body()).isEqualTo("other ");
    var json = "{ \"to\": \"other\" }";
    assertThat(client.exchange("POST", "/shop/", json, "content-type: application/json").body())
        .isEqualTo("other " + json);
    assertThat(get(client, "/nothing").status()).isEqualTo(404);
  }

  @Test
  void whatWeAnswerOurselvesNamesNoEndpoint() {
    var origin = origin(respond(200, ""));
    origin.kill();
    stage.start(Config.to(origin));
    var response = client().exchange("POST", "/", "pay");
    assertThat(response.status()).isEqualTo(502);
    assertThat(response.body()).doesNotContain("127.0.0.1").contains("502 Bad Gateway");
    assertThat(response.field("content-length")).isEqualTo("" + response.body().length());
  }

  // --- bodies ---

  @Test
  void aBodyOfKnownLengthKeepsItBothWays() {
    var origin = origin(request -> request.respond(201, request.body() + "!"));
    stage.start(Config.to(origin));
    var response = client().exchange("PUT", "/", "hello");
    assertThat(response.status()).isEqualTo(201);
    assertThat(response.body()).isEqualTo("hello!");
    assertThat(response.field("content-length")).isEqualTo("6");
    assertThat(origin.requests().getFirst().field("content-length")).isEqualTo("5");
  }

  @Test
  void aBodyOfUnknownLengthAndItsTrailersGoBothWays() {
    var origin =
        origin(request -> {
          request.body();
          request.head(200);
          request.part("got ");
          request.part(request.body());
          request.end("x-sum: " + request.trailers());
        });
    stage.start(Config.to(origin));
    var call = client().begin("POST", "/", "te: trailers");
    call.part("one ");
    call.part("two");
    call.end("x-count: 2");
    var response = call.await();
    assertThat(response.body()).isEqualTo("got one two");
    assertThat(response.trailers()).containsExactly("x-sum: [x-count: 2]");
    assertThat(response.field("content-length")).isNull();
    assertThat(origin.requests().getFirst().field("content-length")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD 200", "GET 204", "GET 304", "GET 200"})
  void anAnswerWithoutABodyEndsWithItsHead(String kind) {
    var words = kind.split(" ", 2);
    int status = Integer.parseInt(words[1]);
    var length = kind.equals("GET 200") ? "content-length: 0" : "content-length: 5";
    var origin =
        origin(request -> {
          if (status == 204) {
            request.onlyHead(status, "x-mine: 1");
          } else {
            request.onlyHead(status, "x-mine: 1", length);
          }
        });
    stage.start(Config.to(origin));
    var client = client();
    for (int i = 0; i < 3; i++) {
      var response = client.exchange(words[0], "/", "");
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.body()).isEmpty();
      assertThat(response.field("x-mine")).isEqualTo("1");
    }
  }

  @Test
  void longBodiesGoBothWays() {
    var origin = origin(request -> request.respond(200, request.body()));
    stage.start(Config.to(origin));
    var response = client().exchange("POST", "/", LONG);
    assertThat(response.body().equals(LONG)).isTrue(); // without printing it
  }

  @Test
  void interimResponsesComeFirst() {
    var origin =
        origin(request -> {
          request.interim(103, "link: </a>; rel=preload");
          request.respond(200, "ok");
        });
    stage.start(Config.to(origin));
    var response = get(client(), "/");
    assertThat(response.interim()).containsExactly(103);
    assertThat(response.body()).isEqualTo("ok");
  }

  @Test
  void whatHasComeOfAResponseIsPassedOnAtOnce() {
    var goOn = new Signal();
    var origin =
        origin(request -> {
          request.head(200, "content-length: 6");
          request.part("one");
          goOn.await();
          request.part("two");
          request.end();
        });
    stage.start(Config.to(origin));
    var call = client().get("/");
    assertThat(call.awaitHead().status()).isEqualTo(200);
    assertThat(call.awaitBody(3)).isEqualTo("one");
    goOn.give();
    call.awaitBody(3);
  }

  @Test
  void whatHasComeOfARequestIsPassedOnAtOnce() throws InterruptedException {
    var hasBegun = new Signal();
    var origin =
        origin(request -> {
          assertThat(request.awaitBody(3)).isEqualTo("one");
          hasBegun.give();
          request.respond(200, request.body());
        });
    stage.start(Config.to(origin));
    var call = client().begin("POST", "/", "content-length: 6");
    call.part("one");
    hasBegun.await();
    call.part("two");
    call.end();
    assertThat(call.await().body()).isEqualTo("onetwo");
  }

  @Test
  void anAnswerBeforeTheWholeRequestReachesTheClientAndStopsTheUpload() throws Exception {
    var isGivenUp = new Signal();
    var origin =
        origin(request -> {
          request.respond(413, "enough");
          request.awaitCancel();
          isGivenUp.give();
        });
    stage.start(Config.to(origin));
    var call = client().begin("POST", "/", "content-length: 1000000");
    call.part("0123456789");
    var response = call.awaitHead();
    assertThat(response.status()).isEqualTo(413);
    assertThat(call.awaitBody(6)).isEqualTo("enough");
    isGivenUp.await();
    assertThat(origin.requests()).hasSize(1);
  }

  // --- many at a time ---

  @Test
  void everybodyGetsTheirOwnAnswer() {
    var goOn = new Signal();
    var origin =
        origin(request -> {
          goOn.await();
          request.respond(200, request.path());
        });
    stage.start(Config.to(origin));
    var client = client();
    var calls = new ArrayList<AnyCall>();
    for (int i = 0; i < 30; i++) {
      calls.add(client.get("/" + i));
    }
    origin.awaitRequests(30);
    goOn.give();
    for (int i = 0; i < 30; i++) {
      assertThat(calls.get(i).await().body()).isEqualTo("/" + i);
    }
  }

  // --- when it goes wrong ---

  @Test
  void aRequestThatIsCancelledIsGivenUpAtItsEndpointAndNoOther() throws Exception {
    var isGivenUp = new Signal();
    var goOn = new Signal();
    var origin =
        origin(request -> {
          if (request.path().equals("/leaves")) {
            request.awaitCancel();
            isGivenUp.give();
          } else {
            goOn.await();
            request.respond(200, "stayed");
          }
        });
    stage.start(Config.to(origin));
    var client = client();
    var stays = client.get("/stays");
    var leaves = client.get("/leaves");
    origin.awaitRequests(2);
    leaves.cancel();
    isGivenUp.await();
    goOn.give();
    assertThat(stays.await().body()).isEqualTo("stayed");
  }

  @Test
  void anAnswerThatBreaksOffNeverPassesForAWholeOne() {
    var origin =
        origin(request -> {
          request.head(200, "content-length: 10");
          request.part("12345");
          request.breakOff();
        });
    stage.start(Config.to(origin));
    client().get("/").awaitBreak();
    origin.step(request -> {
      request.head(200);
      request.part("12345");
      request.breakOff();
    });
    client().get("/").awaitBreak();
    assertThat(origin.requests()).as("nothing is repeated").hasSize(2);
    origin.step(respond(200, "fine"));
    assertThat(get(client(), "/").body()).isEqualTo("fine");
  }

  @Test
  void whatMayBeRepeatedGoesToAnotherEndpointWithItsBody() {
    var bad = origin(breakOff());
    var good = origin(request -> request.respond(200, request.method() + request.body()));
    stage.start(Config.to(bad, good));
    var client = client();
    for (int i = 0; i < 4; i++) {
      assertThat(get(client, "/").body()).isEqualTo("GET");
      assertThat(client.exchange("PUT", "/", "the body").body()).isEqualTo("PUTthe body");
    }
    assertThat(bad.requests()).isNotEmpty();
  }

  @Test
  void aPostThatMayHaveBeenActedOnIsNotRepeated() {
    var bad = origin(breakOff());
    var good = origin(respond(200, "done"));
    stage.start(Config.to(bad, good));
    var client = client();
    var statuses = new ArrayList<Integer>();
    for (int i = 0; i < 4; i++) {
      statuses.add(client.exchange("POST", "/", "pay").status());
    }
    assertThat(statuses).containsExactlyInAnyOrder(200, 200, 502, 502);
    assertThat(bad.requests()).hasSize(2);
    assertThat(good.requests()).hasSize(2);
  }

  @Test
  void anEndpointThatIsNotThereCostsNoRequest() {
    var gone = origin(respond(200, "gone"));
    gone.kill();
    var there = origin(respond(200, "there"));
    stage.start(Config.to(gone, there));
    var client = client();
    for (int i = 0; i < 6; i++) {
      assertThat(client.exchange("POST", "/", "pay").body()).isEqualTo("there");
    }
  }

  @Test
  void repeatingHasAnEnd() {
    var origin = origin(breakOff());
    stage.start(Config.to(origin));
    assertThat(get(client(), "/").status()).isEqualTo(502);
    assertThat(origin.requests()).hasSize(3);
  }

  @Test
  void anEndpointThatDoesNotAnswerIsGivenUpInTime() throws InterruptedException {
    var isGivenUp = new Signal();
    var origin =
        origin(request -> {
          request.body();
          request.awaitCancel();
          isGivenUp.give();
        });
    stage.start(Config.to(origin).timeouts("response: 150ms"));
    var response = client().exchange("POST", "/", "x");
    assertThat(response.status()).isEqualTo(504);
    isGivenUp.await();
    assertThat(origin.requests()).as("nothing is repeated").hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"total", "idle"})
  void anAnswerThatTakesTooLongIsBrokenOff(String which) throws InterruptedException {
    var isGivenUp = new Signal();
    var origin =
        origin(request -> {
          request.head(200, "content-length: 10");
          request.part("12345");
          request.awaitCancel();
          isGivenUp.give();
        });
    stage.start(Config.to(origin).timeouts(which + ": 150ms"));
    client().get("/").awaitBreak();
    isGivenUp.await();
  }

  // --- the end ---

  @Test
  void whatIsUnderWayIsAnsweredWhileTheServerEnds() throws InterruptedException {
    var goOn = new Signal();
    var origin =
        origin(request -> {
          goOn.await();
          request.respond(200, "last");
        });
    stage.start(Config.to(origin));
    var call = client().get("/");
    origin.awaitRequests(1);
    var draining =
        CompletableFuture.supplyAsync(() -> stage.signalbox().drain(Duration.ofSeconds(10)));
    goOn.give();
    assertThat(call.await().body()).isEqualTo("last");
    stage.closeClients();
    assertThat(draining.join()).isTrue();
  }

  @Test
  void aSilentEndpointHoldsNothingOnceItsClientHasLeft() {
    var origin = origin(ignore());
    stage.start(Config.to(origin));
    var client = client();
    var calls = List.of(client.get("/1"), client.get("/2"), client.get("/3"));
    origin.awaitRequests(3);
    calls.forEach(AnyCall::cancel);
    // Stage holds it to account: no connection of a client is left, no script still waits.
  }
}
