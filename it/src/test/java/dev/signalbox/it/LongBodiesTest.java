package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Responses so long that, on epoll, the kernel moves them past the process: nothing about them may
 * differ from those that are copied.
 */
@OnEachTransport
final class LongBodiesTest {
  private static final int LONG = 8 << 20;
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: " + LONG + "\r\n\r\n";

  @RegisterExtension final Stage stage;

  LongBodiesTest(Machine machine) {
    stage = new Stage(machine);
  }

  /** Bytes that differ at every place, so that a lost, doubled or swapped part shows. */
  private static byte[] noise() {
    var bytes = new byte[LONG];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static void assertNoise(RawHttp1Client client, byte[] expected) {
    int piece = 1 << 16;
    for (int at = 0; at < expected.length; at += piece) {
      var part = client.read(piece);
      for (int i = 0; i < piece; i++) {
        if ((byte) part.charAt(i) != expected[at + i]) {
          throw new AssertionError("byte " + (at + i) + " differs");
        }
      }
    }
  }

  private FakeOrigin origin(byte[] body) {
    return stage.origin(
        Script.each((connection, request) -> {
          if (request.target().equals("/long")) {
            connection.send(HEAD);
            connection.send(body);
          } else {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nshort");
          }
        }));
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  @Test
  void everyByteArrivesInItsPlaceAndBothConnectionsGoOn() {
    var body = noise();
    var origin = origin(body);
    stage.start(origin);
    var client = stage.client();
    for (int i = 0; i < 3; i++) {
      client.send(get("/long"));
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
      assertNoise(client, body);
      assertThat(client.exchange(get("/short")).body()).isEqualTo("short");
    }
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void pipelinedAnswersComeBehindTheLongOne() {
    var body = noise();
    stage.start(origin(body));
    var client = stage.client();
    client.send(get("/short") + get("/long") + get("/short") + get("/long") + get("/short"));
    for (int i = 0; i < 2; i++) {
      assertThat(client.readResponse().body()).isEqualTo("short");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
      assertNoise(client, body);
    }
    assertThat(client.readResponse().body()).isEqualTo("short");
  }

  @Test
  void aLongBodyThatIsCutOffNeverLooksWhole() {
    var hasRead = new Signal();
    stage.start(
        stage.origin(
            Script.each((connection, _) -> {
              connection.send(HEAD);
              connection.send(new byte[LONG / 2]);
              hasRead.await();
              connection.close();
            })));
    var client = stage.client();
    client.send(get("/long"));
    client.readHead();
    client.skip(LONG / 4);
    hasRead.give();
    assertThatThrownBy(() -> client.skip(LONG)).hasMessageContaining("before the end");
  }

  @Test
  void aClientThatLeavesInTheMiddleEndsTheOriginsWork() {
    var origin =
        stage.origin(
            Script.each((connection, _) -> {
              connection.send(HEAD);
              connection.send(new byte[LONG / 2]);
              connection.awaitClosedByPeer();
            }));
    stage.start(origin);
    var client = stage.client();
    client.send(get("/long"));
    client.readHead();
    client.skip(LONG / 2);
    client.reset();
    origin.awaitClosedByPeer(0);
  }

  @Test
  void bytesBehindTheDeclaredEndReachNobody() {
    var origin =
        stage.origin(
            Script.each((connection, _) -> {
              connection.send(HEAD);
              connection.send(new byte[LONG]);
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
            }));
    stage.start(origin);
    var client = stage.client();
    for (int i = 0; i < 2; i++) {
      client.send(get("/long"));
      assertThat(client.readHead()).contains("Content-Length: " + LONG);
      client.skip(LONG);
    }
    assertThat(origin.accepted()).as("nobody can trust such a connection").isEqualTo(2);
  }

  @Test
  void aClientThatPausesForLongerThanOriginsMayIsWaitedFor() {
    var sent = new AtomicLong();
    var silent = stage.origin(Script.each((connection, _) -> connection.awaitClosedByPeer()));
    var origin =
        stage.origin(
            Script.each((connection, _) -> {
              connection.send(HEAD);
              for (int i = 0; i < LONG; i += Pressure.PIECE) {
                connection.send(new byte[Pressure.PIECE]);
                sent.addAndGet(Pressure.PIECE);
              }
            }));
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { shop: ["%s"], silent: ["%s"] }
        timeouts: { idle: 100ms }
        routes:
          - { name: silent, match: { path: /silent }, to: silent, timeouts: { response: 500ms } }
          - { name: all, to: shop }
        """
            .formatted(origin.hostAndPort(), silent.hostAndPort()));
    var client = stage.slowClient(64 * 1024);
    client.send(get("/long"));
    client.readHead();
    Pressure.awaitStall("the origin to be held back", sent::get);
    var clock = stage.client().exchange(get("/silent")); // a measure of time: half a second
    assertThat(clock.status()).isEqualTo(504);
    client.skip(LONG);
    assertThat(client.exchange(get("/long")).body()).hasSize(LONG);
  }

  @Test
  void aClientThatTakesNothingForTooLongIsCutOff() {
    var origin =
        stage.origin(
            Script.each((connection, _) -> {
              connection.send(HEAD);
              connection.send(new byte[LONG]);
            }));
    stage.start(Config.to(origin).listener("timeouts: { send: 1s }"));
    var client = stage.slowClient(64 * 1024);
    client.send(get("/long"));
    client.readHead();
    stage.awaitConnections(0);
    origin.awaitOpen(0);
  }

  @Test
  void aSplicedAnswerToARequestStillBeingSentIsWhole() {
    var body = noise();
    stage.start(
        stage.origin(connection -> {
          if (connection.readHead() != null) {
            connection.send(HEAD);
            connection.send(body);
            connection.skip(10);
            connection.awaitClosedByPeer();
          }
        }));
    var client = stage.client();
    client.send("PUT /long HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
    client.readHead();
    assertNoise(client, body);
    client.send("67890");
  }
}
