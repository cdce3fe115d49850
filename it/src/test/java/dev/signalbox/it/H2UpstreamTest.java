package dev.signalbox.it;

import static dev.signalbox.testkit.H2Step.give;
import static dev.signalbox.testkit.H2Step.ignore;
import static dev.signalbox.testkit.H2Step.respond;
import static dev.signalbox.testkit.H2Step.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.H2Frame;
import dev.signalbox.testkit.H2OriginStream;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Signal;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * HTTP/1 clients in front of endpoints that speak HTTP/2: what {@link ConversationsTest} can't say
 * of every pair of versions.
 */
@OnEachTransport
final class H2UpstreamTest {
  private static final int REFUSED_STREAM = 7;
  private static final int CANCEL = 8;

  @RegisterExtension final Stage stage;

  H2UpstreamTest(Machine machine) {
    stage = new Stage(machine);
  }

  @Test
  void aRequestGoesOutWithPseudoFieldsAndWithoutThoseOfItsConnection() {
    var origin = stage.h2Origin(respond(200, "hello"));
    stage.start(origin);
    var response =
        stage
            .client()
            .exchange(
                Wire.get(
                    "/a%20b?c=d", "Connection: X-Mine", "X-Mine: 1", "X-Yours: 2", "Cookie: a; b"));
    assertThat(response.startLine()).isEqualTo("HTTP/1.1 200 OK");
    assertThat(response.body()).isEqualTo("hello");
    assertThat(response.header("Transfer-Encoding")).isEqualTo("chunked");
    H2OriginStream request = origin.requests().getFirst();
    assertThat(request.fields())
        .startsWith(
            ":method: GET", ":scheme: http", ":authority: shop.example", ":path: /a%20b?c=d")
        .contains("x-yours: 2", "cookie: a; b")
        .noneMatch(field -> field.startsWith("x-mine") || field.startsWith("connection"))
        .noneMatch(field -> field.startsWith("host:"))
        .allMatch(field ->
            field
                .substring(0, field.indexOf(": "))
                .equals(
                    field.substring(0, field.indexOf(": ")).toLowerCase(java.util.Locale.ROOT)));
  }

  @Test
  void theHostIsTheEndpointsOwnWhereItIsNotPreserved() {
    var origin = stage.h2Origin(respond(200, "hello"));
    stage.start(Config.to(origin).upstream("protocol: h2, preserve-host: false"));
    stage.client().exchange(Wire.GET);
    assertThat(origin.requests().getFirst().field(":authority")).isEqualTo(origin.hostAndPort());
  }

  @Test
  void allRequestsOfAllClientsShareOneConnection() {
    var origin = stage.h2Origin(stream -> stream.respond(200, stream.path()));
    stage.start(origin);
    for (int i = 0; i < 20; i++) {
      assertThat(stage.client().exchange(Wire.get("/" + i)).body()).isEqualTo("/" + i);
    }
    assertThat(origin.accepted()).isEqualTo(1);
    assertThat(origin.requests()).extracting(H2OriginStream::id).startsWith(1, 3, 5).endsWith(39);
  }

  @Test
  void bodiesAndTrailersGoBothWays() {
    var origin =
        stage.h2Origin(stream -> {
          stream.awaitEnd();
          stream.head(false, 201, "x-sum: " + stream.bodyLength());
          stream.data(stream.body(), false);
          stream.fields(true, "x-after: " + stream.trailers(), "content-length: 7");
        });
    stage.start(origin);
    var response =
        stage
            .client()
            .exchange(
                "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n"
                    + Wire.chunk("the ")
                    + Wire.chunk("body")
                    + "0\r\nT: 1\r\n\r\n");
    assertThat(response.status()).isEqualTo(201);
    assertThat(response.body()).isEqualTo("the body");
    assertThat(response.trailer("x-after")).isEqualTo("[t: 1]");
    assertThat(response.trailer("content-length")).isNull();
    assertThat(response.header("x-sum")).isEqualTo("8");
  }

  @Test
  void aClientThatLeavesCancelsItsStreamAndNothingElse() throws Exception {
    var goOn = new Signal();
    var origin = stage.h2Origin(waitFor(goOn).then(respond(200, "ok")));
    stage.start(origin);
    var stays = stage.client().send(Wire.get("/stays"));
    origin.awaitRequests(1);
    var leaves = stage.client().send(Wire.get("/leaves"));
    H2OriginStream left = origin.awaitRequests(2).get(1);
    leaves.reset();
    assertThat(left.awaitReset()).isEqualTo(CANCEL);
    goOn.give();
    assertThat(stays.readResponse().body()).isEqualTo("ok");
    assertThat(origin.open()).isEqualTo(1);
  }

  @Test
  void aStreamThatIsResetInTheMiddleOfItsBodyBreaksItsResponseOnly() {
    var origin =
        stage.h2Origin(stream -> {
          stream.head(false, 200, "content-length: 10");
          stream.data("12345", false);
          stream.reset(2);
        });
    stage.start(origin);
    var client = stage.client().send(Wire.GET);
    assertThat(client.readUntilClose()).contains("12345").doesNotContain("123456");
    origin.step(respond(200, "fine"));
    assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("fine");
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void aRefusedPostIsSentToAnotherEndpointWithItsBody() {
    var refusing =
        stage.h2Origin(stream -> {
          stream.awaitEnd();
          stream.reset(REFUSED_STREAM);
        });
    var other = stage.h2Origin(respond(200, "done"));
    stage.start(Config.to(refusing, other));
    for (int i = 0; i < 4; i++) {
      assertThat(stage.client().exchange(Wire.post("pay")).body()).isEqualTo("done");
    }
    assertThat(other.requests()).hasSize(4).allMatch(r -> r.body().equals("pay"));
    assertThat(refusing.requests()).isNotEmpty();
  }

  @Test
  void whatAGoAwayLeavesOutIsSentAgainOnAFreshConnectionEvenAPost() throws Exception {
    var goOn = new Signal();
    var origin = stage.h2Origin(waitFor(goOn).then(respond(200, "first")), 3, 100);
    stage.start(origin);
    var first = stage.client().send(Wire.post("one"));
    origin.awaitRequests(1);
    var second = stage.client().send(Wire.post("two"));
    origin.awaitRequests(2);
    origin.step(respond(200, "again"));
    origin.connection(0).goAway(1, 0);
    assertThat(second.readResponse().body()).isEqualTo("again");
    goOn.give();
    assertThat(first.readResponse().body()).isEqualTo("first");
    Await.until("the end of the first connection", () -> origin.connection(0).isClosedByPeer());
    assertThat(origin.accepted()).isEqualTo(2);
    assertThat(origin.requests())
        .extracting(H2OriginStream::body)
        .containsExactly("one", "two", "two");
  }

  @Test
  void aGetWhoseConnectionDiesIsRepeatedAndAPostIsNot() {
    var origin = stage.h2Origin(ignore(), 3, 100);
    stage.start(origin);
    var get = stage.client().send(Wire.get("/get"));
    origin.awaitRequests(1);
    var post = stage.client().send(Wire.post("post"));
    origin.awaitRequests(2);
    origin.step(respond(200, "again"));
    origin.connection(0).reset();
    assertThat(get.readResponse().body()).isEqualTo("again");
    assertThat(post.readResponse().status()).isEqualTo(502);
  }

  @Test
  void aDeadEndpointsRequestsGoToAnother() {
    var dying = stage.h2Origin(ignore());
    var other = stage.h2Origin(respond(200, "other"));
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
  }

  @Test
  void noMoreStreamsAreOpenedThanTheEndpointTakesNorConnectionsThanThereMayBe() {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var goOn = new Signal();
    var origin =
        stage.h2Origin(
            stream -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              goOn.await();
              now.decrementAndGet();
              stream.respond(200, stream.path());
            },
            3,
            2); // MAX_CONCURRENT_STREAMS
    stage.start(
        Config.to(origin).upstream("protocol: h2, connections: { max: 2, queue-timeout: 10s }"));
    var clients = new ArrayList<RawHttp1Client>();
    for (int i = 0; i < 12; i++) {
      clients.add(stage.client().send(Wire.get("/" + i)));
    }
    origin.awaitRequests(4);
    assertThat(origin.requests()).hasSize(4);
    goOn.give();
    for (int i = 0; i < 12; i++) {
      assertThat(clients.get(i).readResponse().body()).isEqualTo("/" + i);
    }
    assertThat(most.get()).isLessThanOrEqualTo(4);
    assertThat(origin.accepted()).isEqualTo(2);
    assertThat(origin.requests()).hasSize(12);
  }

  @Test
  void whenTheEndpointTakesMoreWhoWaitsIsServed() throws Exception {
    var goOn = new Signal();
    var origin = stage.h2Origin(waitFor(goOn).then(respond(200, "ok")), 3, 1);
    stage.start(
        Config.to(origin).upstream("protocol: h2, connections: { max: 1, queue-timeout: 10s }"));
    var clients = new ArrayList<RawHttp1Client>();
    for (int i = 0; i < 5; i++) {
      clients.add(stage.client().send(Wire.GET));
    }
    origin.awaitRequests(1);
    origin.connection(0).send(H2Frame.settings(3, 5));
    origin.awaitRequests(5);
    goOn.give();
    for (var client : clients) {
      assertThat(client.readResponse().body()).isEqualTo("ok");
    }
  }

  @Test
  void aLongDownloadGoesThroughWithSmallWindows() {
    String part = "0123456789abcdef".repeat(1024);
    var origin =
        stage.h2Origin(stream -> {
          stream.head(false, 200, "content-length: " + 64L * part.length());
          for (int i = 0; i < 64; i++) {
            stream.data(part, i == 63);
          }
        });
    stage.start(origin);
    assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo(part.repeat(64));
  }

  @Test
  void aLongUploadWaitsForTheEndpointsWindows() throws Exception {
    var goOn = new Signal();
    var origin = stage.h2Origin(respond(200, "ok"), 4, 1000);
    stage.start(origin);
    String body = "0123456789".repeat(40_000);
    assertThat(stage.client().exchange(Wire.post(body)).body()).isEqualTo("ok");
    assertThat(origin.requests().getFirst().body()).isEqualTo(body);
    goOn.give();
  }

  @Test
  void aClientThatDoesNotReadHoldsItsOwnStreamBackOnly() {
    long length = 20L * 1024 * 1024;
    var origin =
        stage.h2Origin(stream -> {
          if (stream.path().equals("/long")) {
            stream.head(false, 200);
            stream.data(new byte[(int) length], true);
          } else {
            stream.respond(200, "short");
          }
        });
    stage.start(origin);
    var slow = stage.slowClient(4096).send(Wire.get("/long"));
    origin.awaitRequests(1);
    for (int i = 0; i < 50; i++) {
      assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("short");
    }
    assertThat(origin.accepted()).isEqualTo(1);
    assertThat(slow.readResponse().body()).hasSize((int) length);
  }

  @Test
  void aSilentEndpointIsAskedAndGivenUp() throws Exception {
    var isHere = new Signal();
    var origin = stage.h2Origin(give(isHere).then(ignore()));
    stage.start(Config.to(origin).upstream("protocol: h2, connections: { ping-interval: 100ms }"));
    var patient = stage.client().send(Wire.post("x"));
    isHere.await();
    Await.until(
        "three pings",
        () ->
            origin.connection(0).others().stream().filter(f -> f.type() == H2Frame.PING).count()
                > 2);
    origin.connection(0).answersPings(false);
    assertThat(patient.readResponse().status()).isEqualTo(502);
    origin.awaitOpen(0);
  }

  @Test
  void anIdleConnectionIsClosedInOrder() {
    var origin = stage.h2Origin(respond(200, "ok"));
    stage.start(Config.to(origin).upstream("protocol: h2, connections: { idle-timeout: 100ms }"));
    stage.client().exchange(Wire.GET);
    origin.awaitOpen(0);
    assertThat(origin.connection(0).others()).extracting(H2Frame::type).contains(H2Frame.GOAWAY);
  }

  @Test
  void anOldConnectionTakesNoMoreRequests() {
    var origin = stage.h2Origin(respond(200, "ok"));
    stage.start(Config.to(origin).upstream("protocol: h2, connections: { max-age: 1ms }"));
    var client = stage.client();
    Await.until(
        "a second connection",
        () -> {
          assertThat(client.exchange(Wire.GET).body()).isEqualTo("ok");
          return origin.accepted() > 1;
        });
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("ok");
  }
}
