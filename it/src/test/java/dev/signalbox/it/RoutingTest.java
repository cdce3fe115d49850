package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.net.Transport;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Which route answers, over which kind of socket, and what we answer by ourselves. */
@OnEachTransport
final class RoutingTest {
  @RegisterExtension final Stage stage;
  @TempDir Path directory;

  RoutingTest(Machine machine) {
    stage = new Stage(machine);
  }

  private static Script named(String name) {
    return Script.each(respond(200, name));
  }

  @Test
  void theFirstRouteThatMatchesWins() {
    var shop = stage.origin(named("shop"));
    var assets = stage.origin(named("assets"));
    var wild = stage.origin(named("wild"));
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { shop: ["%s"], assets: ["%s"], wild: ["%s"] }
        routes:
          - { name: assets, match: { path: [/assets/**, /favicon.ico] }, to: assets }
          - { name: shop, match: { host: shop.example }, to: shop }
          - { name: wild, match: { host: "*.example" }, to: wild }
        """
            .formatted(shop.hostAndPort(), assets.hostAndPort(), wild.hostAndPort()));
    var client = stage.client();
    assertThat(client.exchange(Wire.get("/")).body()).isEqualTo("shop");
    assertThat(client.exchange(Wire.get("/assets/a.css")).body()).isEqualTo("assets");
    assertThat(client.exchange(Wire.get("/assets")).body()).isEqualTo("assets");
    assertThat(client.exchange(Wire.get("/x/../assets/a.css")).body()).isEqualTo("assets");
    assertThat(client.exchange(Wire.get("/favicon.ico?v=1")).body()).isEqualTo("assets");
    assertThat(client.exchange(Wire.get("/assetsx")).body()).isEqualTo("shop");
    assertThat(client.exchange("GET / HTTP/1.1\r\nHost: SHOP.Example:8080\r\n\r\n").body())
        .isEqualTo("shop");
    assertThat(client.exchange("GET / HTTP/1.1\r\nHost: other.example\r\n\r\n").body())
        .isEqualTo("wild");
    assertThat(client.exchange("GET / HTTP/1.1\r\nHost: elsewhere\r\n\r\n").status())
        .isEqualTo(404);
    assertThat(assets.requests())
        .extracting(r -> r.target())
        .containsExactly("/assets/a.css", "/assets", "/assets/a.css", "/favicon.ico?v=1");
  }

  @Test
  void whatNoRouteTakesIsNotFound() {
    var origin = stage.origin(named("never"));
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { shop: ["%s"] }
        routes: [{ name: a, match: { path: /a }, to: shop }]
        """
            .formatted(origin.hostAndPort()));
    var client = stage.client();
    var response = client.exchange(Wire.get("/b"));
    assertThat(response.status()).isEqualTo(404);
    assertThat(response.header("X-Request-Id")).matches("[0-9a-f]{16}");
    assertThat(response.body()).contains(response.header("X-Request-Id"));
    assertThat(response.header("Connection")).isNull();
    assertThat(client.exchange(Wire.get("/c")).header("X-Request-Id"))
        .isNotEqualTo(response.header("X-Request-Id"));
    assertThat(origin.accepted()).isZero();
  }

  @Test
  void aFixedAnswerIsGivenAsItIsConfigured() {
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        routes:
          - name: teapot
            respond:
              status: 418
              headers: { X-Kind: tea, Content-Type: text/x-tea }
              body: "Grüße"
        """);
    var client = stage.client();
    var response = client.exchange(Wire.GET);
    assertThat(response.status()).isEqualTo(418);
    assertThat(response.header("X-Kind")).isEqualTo("tea");
    assertThat(response.header("Content-Type")).isEqualTo("text/x-tea");
    assertThat(response.header("Content-Length")).isEqualTo("7");
    assertThat(response.header("Date")).isNotNull();
    var head = client.exchange(Wire.request("HEAD", "/"));
    assertThat(head.header("Content-Length")).isEqualTo("7");
    assertThat(client.exchange(Wire.GET).status()).isEqualTo(418);
  }

  @Test
  void unixDomainSocketsCarryBothSides() {
    var socket = directory.resolve("origin.sock");
    var origin = stage.origin(socket, named("unix"));
    var bound = directory.resolve("web.sock");
    stage.start(Config.to("unix:" + socket).bind("unix:" + bound));
    var client = stage.add(RawHttp1Client.connect(UnixDomainSocketAddress.of(bound)));
    for (int i = 0; i < 3; i++) {
      assertThat(client.exchange(Wire.GET).body()).isEqualTo("unix");
    }
    assertThat(origin.accepted()).isEqualTo(1);
    var request = origin.requests().getFirst();
    assertThat(request.header("Host")).isEqualTo("shop.example");
    assertThat(request.header("X-Forwarded-For")).isEqualTo("unknown");
    assertThat(request.header("X-Forwarded-Port")).isNull();
  }

  @Test
  void aClientThatHalfClosesItsUnixDomainSocketIsAnswered() {
    var socket = directory.resolve("origin.sock");
    var bound = directory.resolve("web.sock");
    stage.origin(socket, named("unix"));
    stage.start(Config.to("unix:" + socket).bind("unix:" + bound));
    var client = stage.add(RawHttp1Client.connect(UnixDomainSocketAddress.of(bound)));
    client.send(Wire.post("half")).halfClose();
    if (stage.machine().transport() == Transport.EPOLL) { // Netty's channels end as a whole
      assertThat(client.readResponse().body()).isEqualTo("unix");
    }
    client.awaitClose();
  }

  @Test
  void aUnixDomainEndpointThatIsNotPreservedIsLocalhost() {
    var socket = directory.resolve("origin.sock");
    var origin = stage.origin(socket, named("unix"));
    stage.start(Config.to("unix:" + socket).upstream("preserve-host: false"));
    stage.client().exchange(Wire.GET);
    assertThat(origin.requests().getFirst().header("Host")).isEqualTo("localhost");
  }

  @Test
  void requestsAreSpreadByWeight() {
    var heavy = stage.origin(named("heavy"));
    var light = stage.origin(named("light"));
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams:
          shop:
            endpoints: [{ address: "%s", weight: 3 }, "%s"]
        routes: [{ name: all, to: shop }]
        """
            .formatted(heavy.hostAndPort(), light.hostAndPort()));
    var client = stage.client();
    for (int i = 0; i < 40; i++) {
      client.exchange(Wire.GET);
    }
    assertThat(heavy.requests()).hasSize(30);
    assertThat(light.requests()).hasSize(10);
  }

  @Test
  void aLongFixedAnswerArrivesWhole() {
    var body = "0123456789".repeat(2_000);
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        routes: [{ name: fixed, respond: { status: 200, body: "%s" } }]
        """
            .formatted(body));
    var client = stage.slowClient(4096);
    for (int i = 0; i < 3; i++) {
      client.send((Wire.GET).repeat(20)); // more than the kernel takes at once
      for (int j = 0; j < 20; j++) {
        assertThat(client.readResponse().body()).isEqualTo(body);
      }
    }
  }
}
