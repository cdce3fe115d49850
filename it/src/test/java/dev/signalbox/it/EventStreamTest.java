package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.H2TunnelClient;
import dev.signalbox.testkit.OriginConnection;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import dev.signalbox.testkit.Step;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Server-sent events and long polling: each part of an answer is passed on as it comes, however
 * small, for as long as it takes; the test sends the next only when the last has arrived.
 */
@OnEachTransport
final class EventStreamTest {
  private static final String[] EVENTS = {"data: one\n\n", ":\n\n", "d", "ata: three\n\n"};
  private static final String GET = Wire.get("/events", "Accept: text/event-stream");

  @TempDir static Path folder;
  @RegisterExtension final Stage stage;
  private final LinkedBlockingQueue<String> next = new LinkedBlockingQueue<>();

  EventStreamTest(Machine machine) {
    stage = new Stage(machine);
  }

  private interface Framing {
    void send(OriginConnection connection, String event) throws IOException;
  }

  /** Sends each event when the test asks for it, until it asks for an empty one. */
  private FakeOrigin origin(String field, Framing framing, Step last) {
    return stage.origin(
        Script.each((connection, request) -> {
          connection.send(
              "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + field + "\r\n");
          while (true) {
            var event = next.poll(Await.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (event == null || event.isEmpty()) {
              last.play(connection, request);
              return;
            }
            framing.send(connection, event);
          }
        }));
  }

  private FakeOrigin chunked() {
    return origin(
        "Transfer-Encoding: chunked\r\n",
        (connection, event) -> connection.send(Wire.chunk(event)),
        Step.respond("0\r\n\r\n"));
  }

  private FakeOrigin untilClose() {
    return origin("Connection: close\r\n", OriginConnection::send, Step.close());
  }

  @Test
  void eventsInChunksArePassedOnOneByOne() {
    stage.start(chunked());
    var client = stage.client().send(GET);
    assertThat(client.readHead()).contains("Content-Type: text/event-stream");
    for (var event : EVENTS) {
      next.add(event);
      assertThat(client.read(Wire.chunk(event).length())).isEqualTo(Wire.chunk(event));
    }
    next.add("");
    assertThat(client.read(5)).isEqualTo("0\r\n\r\n");
  }

  @Test
  void eventsThatEndWithTheConnectionArePassedOnOneByOne() {
    stage.start(untilClose());
    var client = stage.client().send(GET);
    client.readHead();
    for (var event : EVENTS) {
      next.add(event);
      assertThat(client.read(Wire.chunk(event).length())).isEqualTo(Wire.chunk(event));
    }
    next.add("");
    assertThat(client.read(5)).isEqualTo("0\r\n\r\n");
  }

  @Test
  void toAClientOfHttp10TheyAreTheBytesThemselves() {
    stage.start(chunked());
    var client = stage.client().send("GET /events HTTP/1.0\r\n\r\n");
    client.readHead();
    for (var event : EVENTS) {
      next.add(event);
      assertThat(client.read(event.length())).isEqualTo(event);
    }
    next.add("");
    assertThat(client.readUntilClose()).isEmpty();
  }

  @Test
  void eventsOverTlsArePassedOnOneByOne() throws IOException {
    var root = TestCertificate.authority("Test Root");
    var pair = root.issue(Kind.EC, "shop.example").write(folder, "events");
    stage.start(Config.to(chunked()).listener("tls: { certificates: [" + pair + "] }"));
    try (var socket = TlsClient.connect(stage.port(), root, "shop.example")) {
      socket.getOutputStream().write(GET.getBytes(StandardCharsets.ISO_8859_1));
      var in = socket.getInputStream();
      var head = new StringBuilder();
      while (!head.toString().endsWith("\r\n\r\n")) {
        head.append((char) in.read());
      }
      for (var event : EVENTS) {
        next.add(event);
        var chunk = Wire.chunk(event);
        assertThat(new String(in.readNBytes(chunk.length()), StandardCharsets.ISO_8859_1))
            .isEqualTo(chunk);
      }
      next.add("");
      assertThat(in.readNBytes(5)).isEqualTo("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void eventsOverHttp2ArePassedOnOneByOne() {
    stage.start(chunked());
    try (var client = H2TunnelClient.connect(stage.port())) {
      int stream =
          client.request(
              true, ":method: GET", ":scheme: http", ":path: /events", ":authority: shop.example");
      client.readHead(stream);
      for (var event : EVENTS) {
        next.add(event);
        assertThat(client.read(stream, event.length())).isEqualTo(event);
      }
      next.add("");
      assertThat(client.readToEnd(stream)).isEmpty();
    }
  }

  @Test
  void eventsOfAnEndpointThatSpeaksHttp2ArePassedOnOneByOne() {
    var origin =
        stage.h2Origin(stream -> {
          stream.head(false, 200, "content-type: text/event-stream");
          for (var event = next.poll(20, TimeUnit.SECONDS);
              event != null && !event.isEmpty();
              event = next.poll(20, TimeUnit.SECONDS)) {
            stream.data(event, false);
          }
          stream.data("", true);
        });
    stage.start(origin);
    var client = stage.client().send(GET);
    client.readHead();
    for (var event : EVENTS) {
      next.add(event);
      assertThat(client.read(Wire.chunk(event).length())).isEqualTo(Wire.chunk(event));
    }
    next.add("");
    assertThat(client.read(5)).isEqualTo("0\r\n\r\n");
  }

  @Test
  void heartbeatsKeepAStreamAliveAndSilenceEndsIt() {
    stage.start(Config.to(chunked()).timeouts("response: 400ms, idle: 400ms"));
    var client = stage.client().send(GET);
    client.readHead();
    for (int i = 0; i < 5; i++) {
      long until = System.nanoTime() + Duration.ofMillis(200).toNanos();
      Await.until("the next heartbeat", () -> System.nanoTime() > until);
      next.add(":\n\n");
      client.read(Wire.chunk(":\n\n").length());
    }
    client.awaitClose();
  }

  @Test
  void aClientThatLeavesIsToldToTheEndpointAtOnce() {
    var origin =
        stage.origin(
            Script.each((connection, _) -> {
              connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              connection.awaitClosedByPeer(); // nothing more is ever sent
            }));
    stage.start(origin);
    var client = stage.client().send(GET);
    client.readHead();
    client.reset();
    origin.awaitClosedByPeer(0);
  }

  @Test
  void aClientThatOnlyClosesItsSideIsOneThatLeavesWhereTheListenerSaysSo() {
    var origin =
        stage.origin(
            Script.each((connection, _) -> {
              connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              connection.awaitClosedByPeer();
            }));
    stage.start(Config.to(origin).listener("half-close: cancel"));
    var client = stage.client().send(GET);
    client.readHead();
    client.halfClose();
    origin.awaitClosedByPeer(0);
  }

  @Test
  void aClientOfHttp2ThatCancelsIsToldToTheEndpointAtOnce() {
    var origin =
        stage.origin(
            Script.each((connection, _) -> {
              connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              connection.awaitClosedByPeer();
            }));
    stage.start(origin);
    try (var client = H2TunnelClient.connect(stage.port())) {
      int stream =
          client.request(
              true, ":method: GET", ":scheme: http", ":path: /events", ":authority: shop.example");
      client.readHead(stream);
      client.reset(stream, 8);
      origin.awaitClosedByPeer(0);
    }
  }

  @Test
  void aLongPollMayTakeItsTimeWithinTheResponseTimeout() {
    var goOn = new Signal();
    var origin =
        stage.origin(
            Script.each((connection, _) -> {
              goOn.await();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnews");
            }));
    stage.start(Config.to(origin).timeouts("idle: 100ms, response: 20s"));
    var client = stage.client().send(Wire.get("/poll"));
    origin.awaitRequests(1);
    long until = System.nanoTime() + Duration.ofMillis(500).toNanos();
    Await.until("more than the idle timeout", () -> System.nanoTime() > until);
    goOn.give();
    assertThat(client.readResponse().body()).isEqualTo("news");
  }

  @Test
  void aLongPollThatItsClientGivesUpIsToldToTheEndpoint() {
    var origin = stage.origin(Script.each((connection, _) -> connection.awaitClosedByPeer()));
    stage.start(origin);
    var client = stage.client().send(Wire.get("/poll"));
    origin.awaitRequests(1);
    client.reset();
    origin.awaitClosedByPeer(0);
  }
}
