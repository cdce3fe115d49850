package dev.signalbox.it;

import static dev.signalbox.testkit.Step.ignore;
import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Script;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Origins that take too long: to connect, to answer, to go on. */
@OnEachTransport
final class UpstreamTimeoutsTest {
  private static final String PART = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345";

  @RegisterExtension final Stage stage;

  UpstreamTimeoutsTest(Machine machine) {
    stage = new Stage(machine);
  }

  /** Listens, but its backlog is full: who connects now waits for ever. */
  private static final class Full implements AutoCloseable {
    private final ServerSocketChannel server;
    private final List<SocketChannel> waiting = new ArrayList<>();

    Full() throws IOException {
      server = ServerSocketChannel.open();
      server.bind(new InetSocketAddress("127.0.0.1", 0), 1);
      for (int i = 0; i < 4; i++) { // a backlog of one takes two, and the kernel drops the others
        var channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(server.getLocalAddress());
        waiting.add(channel);
      }
    }

    String hostAndPort() throws IOException {
      return "127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    @Override
    public void close() throws IOException {
      for (var channel : waiting) {
        channel.close();
      }
      server.close();
    }
  }

  @Test
  void anEndpointThatDoesNotLetUsConnectIsAGatewayTimeout() throws IOException {
    try (var full = new Full()) {
      stage.start(Config.to(full.hostAndPort()).timeouts("connect: 100ms"));
      var response = stage.client().exchange(Wire.post("body"));
      assertThat(response.status()).isEqualTo(504);
      assertThat(response.body()).contains(response.header("X-Request-Id"));
    }
  }

  @Test
  void anotherEndpointIsTriedWhereOneDoesNotLetUsConnect() throws IOException {
    var alive = stage.origin(Script.each(respond(200, "alive")));
    try (var full = new Full()) {
      stage.start(Config.to(full.hostAndPort(), alive.hostAndPort()).timeouts("connect: 100ms"));
      var client = stage.client();
      for (int i = 0; i < 2; i++) {
        assertThat(client.exchange(Wire.post("body")).body()).isEqualTo("alive");
      }
    }
  }

  @Test
  void anOriginThatDoesNotAnswerIsAGatewayTimeout() {
    var origin = stage.origin(Script.each(ignore()));
    stage.start(Config.to(origin).timeouts("response: 100ms"));
    var client = stage.client();
    var response = client.exchange(Wire.GET);
    assertThat(response.status()).isEqualTo(504);
    assertThat(response.body()).contains(response.header("X-Request-Id"));
    assertThat(response.header("Connection")).isNull();
    origin.awaitClosedByPeer(0);
    assertThat(origin.requests()).as("it may still act on it").hasSize(1);
    origin.script(Script.each(respond(200, "ok")));
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("ok");
  }

  @Test
  void anInterimResponseIsNotTheAnswer() {
    var origin =
        stage.origin(Script.each(respond("HTTP/1.1 103 Early Hints\r\n\r\n").then(ignore())));
    stage.start(Config.to(origin).timeouts("response: 100ms"));
    assertThat(stage.client().exchange(Wire.GET).status()).isEqualTo(504);
  }

  @Test
  void anOriginThatPausesWithinItsAnswerIsCutOff() {
    var origin = stage.origin(Script.each(respond(PART).then(ignore())));
    stage.start(Config.to(origin).timeouts("idle: 100ms"));
    var client = stage.client().send(Wire.GET);
    client.readHead();
    assertThat(client.readUntilClose()).isEqualTo("12345");
    origin.awaitClosedByPeer(0);
  }

  @Test
  void theTotalTimeEndsAnExchangeBeforeItsAnswer() {
    var origin = stage.origin(Script.each(ignore()));
    stage.start(Config.to(origin).timeouts("total: 100ms"));
    var client = stage.client();
    var response = client.exchange(Wire.GET);
    assertThat(response.status()).isEqualTo(504);
    origin.awaitClosedByPeer(0);
    origin.script(Script.each(respond(200, "ok")));
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("ok");
  }

  @Test
  void theTotalTimeEndsAnExchangeWithinItsAnswer() {
    var origin = stage.origin(Script.each(respond(PART).then(ignore())));
    stage.start(Config.to(origin).timeouts("total: 100ms"));
    var client = stage.client().send(Wire.GET);
    client.readHead();
    assertThat(client.readUntilClose()).isEqualTo("12345");
    origin.awaitClosedByPeer(0);
  }

  @Test
  void theTotalTimeEndsAnExchangeWithinItsUpload() {
    var origin = stage.origin(Script.each(ignore()));
    stage.start(Config.to(origin).timeouts("total: 100ms"));
    var client = stage.client();
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nsome");
    var response = client.readResponse();
    assertThat(response.status()).isEqualTo(504);
    assertThat(response.header("Connection")).isEqualTo("close");
    client.awaitClose();
    origin.awaitClosedByPeer(0);
  }

  @Test
  void aRouteMayTakeMoreTimeThanTheOthers() {
    var origin = stage.origin(Script.each(ignore()));
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { shop: ["%s"] }
        timeouts: { response: 1h }
        routes:
          - { name: fast, match: { path: /fast }, to: shop, timeouts: { response: 50ms } }
          - { name: slow, to: shop }
        """
            .formatted(origin.hostAndPort()));
    var patient = stage.client().send(Wire.get("/slow"));
    origin.awaitRequests(1);
    assertThat(stage.client().exchange(Wire.get("/fast")).status()).isEqualTo(504);
    origin.awaitOpen(1);
    patient.close();
  }
}
