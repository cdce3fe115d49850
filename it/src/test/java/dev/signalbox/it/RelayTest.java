package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bodies on their way: passed on at once, held back when the other side is slow. */
@OnEachTransport
final class RelayTest {
  @RegisterExtension final Stage stage;

  RelayTest(Machine machine) {
    stage = new Stage(machine);
  }

  @Test
  void whatHasComeOfAResponseIsPassedOnAtOnce() {
    var goOn = new Signal();
    stage.start(
        stage.origin(
            Script.each((connection, _) -> {
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none");
              goOn.await();
              connection.send("two");
            })));
    var client = stage.client();
    client.send(Wire.GET);
    client.readHead();
    assertThat(client.read(3)).isEqualTo("one");
    goOn.give();
    assertThat(client.read(3)).isEqualTo("two");
  }

  @Test
  void whatHasComeOfARequestIsPassedOnAtOnce() throws InterruptedException {
    var hasBegun = new Signal();
    stage.start(
        stage.origin(connection -> {
          var head = connection.readHead();
          if (head == null) {
            return;
          }
          connection.skip(3);
          hasBegun.give();
          connection.skip(3);
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          connection.awaitClosedByPeer();
        }));
    var client = stage.client();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\none");
    hasBegun.await();
    assertThat(client.send("two").readResponse().status()).isEqualTo(200);
  }

  @Test
  void aClientThatDoesNotReadHoldsTheOriginBackInBoundedMemory() {
    var sent = new AtomicLong();
    stage.start(
        stage.origin(
            Script.each((connection, _) -> {
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + Pressure.LARGE + "\r\n\r\n");
              var piece = new byte[Pressure.PIECE];
              while (sent.get() < Pressure.LARGE) {
                connection.send(piece);
                sent.addAndGet(Pressure.PIECE);
              }
            })));
    var client = stage.slowClient(64 * 1024);
    var pressure = new Pressure(stage.signalbox());
    client.send(Wire.GET);
    client.readHead();
    Pressure.awaitStall("the origin to be held back", sent::get);
    pressure.look();
    assertThat(sent.get()).isLessThan(Pressure.LARGE);
    pressure.skip(client, Pressure.LARGE);
    assertThat(pressure.growth()).isLessThan(Pressure.BOUND);
    assertThat(sent.get()).isEqualTo(Pressure.LARGE);
  }

  @Test
  void anOriginThatDoesNotReadHoldsTheClientBackInBoundedMemory() {
    var mayRead = new Signal();
    stage.start(
        stage.origin(connection -> {
          if (connection.readHead() == null) {
            return;
          }
          mayRead.await();
          connection.skip(Pressure.LARGE);
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
          connection.awaitClosedByPeer();
        }));
    var client = stage.client();
    var pressure = new Pressure(stage.signalbox());
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: " + Pressure.LARGE + "\r\n\r\n");
    long taken = pressure.sendUntilBlocked(client, Pressure.LARGE, Pressure.STALL);
    assertThat(taken).isLessThan(Pressure.LARGE);
    mayRead.give();
    pressure.send(client, Pressure.LARGE - taken);
    assertThat(client.readResponse().body()).isEqualTo("done");
    assertThat(pressure.growth()).isLessThan(Pressure.BOUND);
  }

  @Test
  void anEarlyAnswerReachesAClientThatStillUploads() {
    var origin =
        stage.origin(connection -> {
          if (connection.readHead() != null) {
            connection.skip(1000);
            connection.send(
                "HTTP/1.1 413 Enough\r\nConnection: close\r\nContent-Length: 4\r\n\r\nstop");
            connection.halfClose();
            connection.awaitClosedByPeer();
          }
        });
    stage.start(origin);
    var client = stage.client();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + Pressure.LARGE + "\r\n\r\n");
    for (int i = 0; i < 16; i++) {
      client.trySend(new byte[Pressure.PIECE]);
    }
    var response = client.readResponse();
    assertThat(response.status()).isEqualTo(413);
    assertThat(response.body()).isEqualTo("stop");
    assertThat(response.header("Connection")).isEqualTo("close");
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void anEarlyAnswerOfAnOriginThatClosesRudelyReachesTheClient() {
    var origin =
        stage.origin(connection -> {
          if (connection.readHead() != null) {
            connection.send("HTTP/1.1 413 Enough\r\nContent-Length: 4\r\n\r\nstop");
            connection.close(); // with unread bytes: the kernel sends a reset behind the answer
          }
        });
    stage.start(origin);
    for (int i = 0; i < 5; i++) {
      var client = stage.client();
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + Pressure.LARGE + "\r\n\r\n");
      client.trySend(new byte[Pressure.PIECE]);
      var response = client.readResponse();
      assertThat(response.status()).isEqualTo(413);
      assertThat(response.body()).isEqualTo("stop");
    }
    assertThat(origin.accepted()).as("a POST is not repeated").isEqualTo(5);
  }

  @Test
  void afterAnEarlyAnswerALittleIsReadOffAndTheConnectionGoesOn() {
    var origin = stage.origin(Script.each(respond(200, "second")));
    origin.nextScript(connection -> {
      if (connection.readHead() != null) {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst");
        connection.awaitClosedByPeer();
      }
    });
    stage.start(origin);
    var client = stage.client();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n0123456789");
    var first = client.readResponse();
    assertThat(first.body()).isEqualTo("first");
    assertThat(first.header("Connection")).isNull();
    client.send("x".repeat(990));
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("second");
    assertThat(origin.accepted()).as("the first has half a request on it").isEqualTo(2);
  }
}
