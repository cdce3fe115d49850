package dev.signalbox.it;

import static dev.signalbox.testkit.H2Step.ignore;
import static dev.signalbox.testkit.H2Step.respond;
import static dev.signalbox.testkit.H2Step.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Signal;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** HTTP/2 connections that requests share, on the same loop and across loops. */
@OnOneLoopAndTwo
final class H2PoolTest {
  private static final int MAX_CONCURRENT_STREAMS = 3;

  @RegisterExtension final Stage stage;

  H2PoolTest(Machine machine) {
    stage = new Stage(machine);
  }

  @Test
  void nobodyIsForgottenWhereBothStreamsAndConnectionsAreFew() {
    var origin =
        stage.h2Origin(stream -> stream.respond(200, stream.path()), MAX_CONCURRENT_STREAMS, 2);
    stage.start(
        Config.to(origin).upstream("protocol: h2, connections: { max: 2, queue-timeout: 10s }"));
    var clients = new ArrayList<RawHttp1Client>();
    for (int i = 0; i < 16; i++) {
      clients.add(stage.client());
    }
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < clients.size(); i++) {
        clients.get(i).send(Wire.get("/" + round + "/" + i));
      }
      for (int i = 0; i < clients.size(); i++) {
        assertThat(clients.get(i).readResponse().body()).isEqualTo("/" + round + "/" + i);
      }
      Await.until("at most two connections", () -> origin.open() <= 2);
    }
    assertThat(origin.requests()).hasSize(80);
  }

  @Test
  void aLoopWithoutAConnectionGetsThePlaceOfABusyOne() {
    var origin =
        stage.h2Origin(
            stream -> {
              Thread.yield();
              stream.respond(200, "ok");
            },
            MAX_CONCURRENT_STREAMS,
            100);
    stage.start(
        Config.to(origin).upstream("protocol: h2, connections: { max: 1, queue-timeout: 10s }"));
    var served = new AtomicInteger();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 8; i++) {
      var client = stage.client();
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int n = 0; n < 20; n++) {
                  served.addAndGet(client.exchange(Wire.GET).status() == 200 ? 1 : 0);
                }
              }));
    }
    Await.until("all answers", () -> threads.stream().noneMatch(Thread::isAlive));
    assertThat(served).hasValue(160);
  }

  @Test
  void aBurstOpensOneConnectionNotOneForEach() {
    var goOn = new Signal();
    var origin =
        stage.h2Origin(waitFor(goOn).then(respond(200, "ok")), MAX_CONCURRENT_STREAMS, 100);
    stage.start(Config.to(origin));
    var clients = new ArrayList<RawHttp1Client>();
    for (int i = 0; i < 50; i++) {
      clients.add(stage.client().send(Wire.GET));
    }
    origin.awaitRequests(50);
    assertThat(origin.accepted()).isLessThanOrEqualTo(stage.machine().loops());
    goOn.give();
    for (var client : clients) {
      assertThat(client.readResponse().body()).isEqualTo("ok");
    }
  }

  @Test
  void whereNobodyMayWaitTheAnswerIsUnavailableAtOnce() {
    var origin = stage.h2Origin(ignore(), MAX_CONCURRENT_STREAMS, 1);
    stage.start(Config.to(origin).upstream("protocol: h2, connections: { max: 1, queue: 0 }"));
    stage.client().send(Wire.GET);
    origin.awaitRequests(1);
    assertThat(stage.client().exchange(Wire.GET).status()).isEqualTo(503);
  }

  @Test
  void whoWaitsTooLongIsToldThatItIsUnavailable() {
    var origin = stage.h2Origin(ignore(), MAX_CONCURRENT_STREAMS, 1);
    stage.start(
        Config.to(origin).upstream("protocol: h2, connections: { max: 1, queue-timeout: 50ms }"));
    stage.client().send(Wire.GET);
    origin.awaitRequests(1);
    for (int i = 0; i < 3; i++) {
      assertThat(stage.client().exchange(Wire.GET).status()).isEqualTo(503);
    }
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void anEndpointThatIsDownIsToldToAllWhoWait() {
    var origin = stage.h2Origin(ignore());
    stage.start(origin);
    origin.kill();
    var clients = new ArrayList<RawHttp1Client>();
    for (int i = 0; i < 10; i++) {
      clients.add(stage.client().send(Wire.GET));
    }
    for (var client : clients) {
      assertThat(client.readResponse().status()).isEqualTo(502);
    }
  }

  @Test
  void anEndpointThatRestartsLosesNoGet() {
    var origin = stage.h2Origin(respond(200, "ok"));
    stage.start(origin);
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 10; i++) {
        assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("ok");
      }
      origin.kill();
      origin.restart();
    }
  }
}
