package dev.signalbox.it;

import static dev.signalbox.testkit.Step.ignore;
import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.proxy.Mirroring.Counts;
import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.Script;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A second upstream gets copies, and whatever it does, nobody notices. */
@OnEachTransport
final class MirrorTest {
  @RegisterExtension final Stage stage;

  MirrorTest(Machine machine) {
    stage = new Stage(machine);
  }

  private void start(FakeOrigin shop, FakeOrigin shadow, String mirror) {
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { shop: ["%s"], shadow: ["%s"] }
        routes:
          - { name: all, to: shop, rewrite: { prefix: { from: /, to: /v1 } }, mirror: %s }
        """
            .formatted(shop.hostAndPort(), shadow.hostAndPort(), mirror));
  }

  private Counts counts() {
    return Objects.requireNonNull(stage.signalbox().mirrored("all"));
  }

  private void awaitCounts(long sent, long dropped, long failed) {
    Await.untilAsserted(() -> assertThat(counts()).isEqualTo(new Counts(sent, dropped, failed)));
  }

  @Test
  void aCopyIsWhatTheFirstUpstreamGets() {
    var shop = stage.origin(Script.each(respond(200, "shop")));
    var shadow = stage.origin(Script.each(respond(500, "shadow")));
    start(shop, shadow, "shadow");
    var client = stage.client();
    assertThat(client.exchange(Wire.get("/a?b")).body()).isEqualTo("shop");
    assertThat(client.exchange(Wire.withBody("POST", "/c", "hello")).body()).isEqualTo("shop");
    client.send(
        "PUT /d HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Wire.chunk("one")
            + Wire.chunk("two")
            + "0\r\n\r\n");
    assertThat(client.readResponse().body()).isEqualTo("shop");
    awaitCounts(3, 0, 0);
    var copies = shadow.requests();
    assertThat(copies).extracting(r -> r.method()).contains("GET", "POST", "PUT");
    assertThat(copies).extracting(r -> r.target()).contains("/v1/a?b", "/v1/c", "/v1/d");
    assertThat(copies).extracting(r -> r.body()).contains("", "hello", "onetwo");
    for (var copy : copies) {
      assertThat(shop.requests())
          .filteredOn(r -> r.target().equals(copy.target()))
          .singleElement()
          .satisfies(r -> assertThat(copy.head()).isEqualTo(r.head()));
    }
  }

  @Test
  void aBodyThatWasReadToChooseTheRouteIsCopied() {
    var shop = stage.origin(Script.each(respond(200, "shop")));
    var shadow = stage.origin(Script.each(respond(200, "")));
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { shop: ["%s"], shadow: ["%s"] }
        routes:
          - { name: all, match: { body: { form: kind, is: order } }, to: shop, mirror: shadow }
        """
            .formatted(shop.hostAndPort(), shadow.hostAndPort()));
    var client = stage.client();
    client.send(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            + "Content-Length: 10\r\n\r\nkind=order");
    assertThat(client.readResponse().body()).isEqualTo("shop");
    awaitCounts(1, 0, 0);
    assertThat(shadow.requests().getFirst().body()).isEqualTo("kind=order");
    assertThat(shop.requests().getFirst().body()).isEqualTo("kind=order");
  }

  @Test
  void aDeadMirrorIsNotNoticed() {
    var shop = stage.origin(Script.each(respond(200, "shop")));
    var shadow = stage.origin(Script.each(respond(200, "")));
    shadow.kill();
    start(shop, shadow, "shadow");
    var client = stage.client();
    for (int i = 0; i < 20; i++) {
      assertThat(client.exchange(Wire.withBody("POST", "/", "x".repeat(1000))).body())
          .isEqualTo("shop");
    }
    awaitCounts(0, 0, 20);
    assertThat(shop.requests()).hasSize(20);
  }

  @Test
  void aSlowMirrorIsNotWaitedFor() {
    var shop = stage.origin(Script.each(respond(200, "shop")));
    var shadow = stage.origin(Script.each(ignore()));
    start(shop, shadow, "{ to: shadow, max-in-flight: 3, timeout: 1s }");
    var client = stage.client();
    for (int i = 0; i < 10; i++) {
      assertThat(client.exchange(Wire.GET).body()).isEqualTo("shop");
    }
    Await.untilAsserted(() -> {
      var counts = counts();
      assertThat(counts.dropped() + counts.failed()).isEqualTo(10);
      assertThat(counts.failed()).isBetween(3L, 9L); // more than 3 only on a very slow machine
    });
    long failed = counts().failed();
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("shop"); // there is room again
    Await.untilAsserted(() -> assertThat(counts().failed()).isEqualTo(failed + 1));
    shadow.awaitOpen(0);
  }

  @Test
  void aLargeBodyIsNotCopied() {
    var shop = stage.origin(Script.each(respond(200, "shop")));
    var shadow = stage.origin(Script.each(respond(200, "")));
    start(shop, shadow, "{ to: shadow, max-body: 1KB }");
    var client = stage.client();
    assertThat(client.exchange(Wire.post("x".repeat(1025))).body()).isEqualTo("shop");
    client.send(
        "POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Wire.chunk("x".repeat(1000)));
    client.send(Wire.chunk("x".repeat(1000)) + "0\r\n\r\n");
    assertThat(client.readResponse().body()).isEqualTo("shop");
    awaitCounts(0, 2, 0);
    assertThat(client.exchange(Wire.post("x".repeat(1024))).body()).isEqualTo("shop");
    awaitCounts(1, 2, 0);
    assertThat(shadow.requests()).hasSize(1);
  }

  @Test
  void aRequestThatIsNeverCompleteIsNotCopied() {
    var shop = stage.origin(Script.each(respond(200, "shop")));
    var shadow = stage.origin(Script.each(respond(200, "")));
    start(shop, shadow, "shadow");
    stage
        .client()
        .send("POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 10\r\n\r\nhalf")
        .close();
    awaitCounts(0, 1, 0);
    assertThat(shadow.requests()).isEmpty();
  }

  @Test
  void aPercentageIsCopied() {
    var shop = stage.origin(Script.each(respond(200, "shop")));
    var shadow = stage.origin(Script.each(respond(200, "")));
    start(shop, shadow, "{ to: shadow, percent: 20 }");
    var client = stage.client();
    for (int i = 0; i < 300; i++) {
      client.exchange(Wire.GET);
    }
    Await.untilAsserted(
        () -> assertThat(counts().sent()).isEqualTo(shadow.requests().size()).isBetween(20L, 110L));
  }
}
