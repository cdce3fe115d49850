package dev.signalbox.it;

import static dev.signalbox.testkit.Step.give;
import static dev.signalbox.testkit.Step.ignore;
import static dev.signalbox.testkit.Step.respond;
import static dev.signalbox.testkit.Step.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bounded connections to an endpoint, and who waits for one, on the same loop and across loops. */
@OnOneLoopAndTwo
final class PoolTest {
  @RegisterExtension final Stage stage;

  PoolTest(Machine machine) {
    stage = new Stage(machine);
  }

  @Test
  void noMoreConnectionsAreMadeThanThereMayBeAndNobodyIsForgotten() {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var origin =
        stage.origin(
            Script.each((connection, request) -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              now.decrementAndGet();
              respond(200, request.target()).play(connection, request);
            }));
    stage.start(Config.to(origin).upstream("connections: { max: 2, queue-timeout: 10s }"));
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
    assertThat(most.get()).isLessThanOrEqualTo(2);
    assertThat(origin.requests()).hasSize(80);
  }

  @Test
  void anIdleConnectionOfOneClientServesAnyOther() {
    var origin = stage.origin(Script.each(respond(200, "ok")));
    stage.start(Config.to(origin).upstream("connections: { max: 1, queue-timeout: 10s }"));
    for (int i = 0; i < 16; i++) {
      assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("ok");
    }
    origin.awaitOpen(1);
  }

  @Test
  void whereNobodyMayWaitTheAnswerIsUnavailableAtOnce() throws InterruptedException {
    var isHere = new Signal();
    var goOn = new Signal();
    var origin =
        stage.origin(Script.each(give(isHere).then(waitFor(goOn)).then(respond(200, "ok"))));
    stage.start(Config.to(origin).upstream("connections: { max: 1, queue: 0 }"));
    var first = stage.client().send(Wire.GET);
    isHere.await();
    for (int i = 0; i < 4; i++) {
      var response = stage.client().exchange(Wire.post("body"));
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.body()).contains(response.header("X-Request-Id"));
    }
    goOn.give();
    assertThat(first.readResponse().body()).isEqualTo("ok");
    assertThat(first.exchange(Wire.GET).body()).isEqualTo("ok");
    assertThat(origin.requests()).hasSize(2);
  }

  @Test
  void whoFindsTheQueueFullIsToldAtOnceAndWhoIsInItIsServed() {
    int queue = 2;
    int clients = 6;
    var goOn = new Signal();
    var origin = stage.origin(Script.each(waitFor(goOn).then(respond(200, "ok"))));
    stage.start(
        Config.to(origin)
            .upstream("connections: { max: 1, queue: " + queue + ", queue-timeout: 10s }"));
    var refused = new AtomicInteger();
    var served = new AtomicInteger();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < clients; i++) {
      var client = stage.client().send(Wire.GET);
      if (i == 0) {
        origin.awaitRequests(1);
      }
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                int status = client.readResponse().status();
                (status == 503 ? refused : status == 200 ? served : new AtomicInteger())
                    .incrementAndGet();
              }));
    }
    // Each loop has a queue of its own, and the kernel deals the clients out to the loops.
    int loops = stage.machine().loops();
    int least = clients - 1 - queue * loops;
    Await.until(least + " refusals", () -> refused.get() >= least);
    assertThat(origin.requests()).hasSize(1);
    assertThat(served).hasValue(0);
    goOn.give();
    Await.until("all answers", () -> threads.stream().noneMatch(Thread::isAlive));
    assertThat(refused.get() + served.get()).isEqualTo(clients);
    assertThat(refused.get()).isBetween(least, clients - 1 - queue);
    assertThat(origin.requests()).hasSize(served.get());
    // Where a place went from one loop to the other, the origin may accept before it hears the
    // close.
    Await.until("at most one connection", () -> origin.open() <= 1);
  }

  @Test
  void whoWaitsTooLongIsToldThatItIsUnavailable() {
    var origin = stage.origin(Script.each(ignore()));
    stage.start(Config.to(origin).upstream("connections: { max: 1, queue-timeout: 50ms }"));
    stage.client().send(Wire.GET);
    origin.awaitRequests(1);
    for (int i = 0; i < 3; i++) {
      assertThat(stage.client().exchange(Wire.GET).status()).isEqualTo(503);
    }
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void whoLeavesTheQueueDoesNotTakeAConnectionAlong() {
    var goOn = new Signal();
    var origin = stage.origin(Script.each(waitFor(goOn).then(respond(200, "ok"))));
    stage.start(Config.to(origin).upstream("connections: { max: 1, queue-timeout: 10s }"));
    var first = stage.client().send(Wire.GET);
    origin.awaitRequests(1);
    for (int i = 0; i < 4; i++) {
      var leaving = stage.client().send(Wire.get("/leaves"));
      stage.awaitConnections(2);
      leaving.reset();
      stage.awaitConnections(1);
    }
    var last = stage.client().send(Wire.get("/stays"));
    goOn.give();
    assertThat(first.readResponse().body()).isEqualTo("ok");
    assertThat(last.readResponse().body()).isEqualTo("ok");
    assertThat(origin.requests()).extracting(r -> r.target()).containsExactly("/", "/stays");
  }

  @Test
  void aPlaceIsFreeAgainWhenTheConnectionInItIsBroken() {
    var origin = stage.origin(Script.each(ignore()));
    stage.start(Config.to(origin).upstream("connections: { max: 1, queue-timeout: 10s }"));
    var first = stage.client().send(Wire.post("x"));
    origin.awaitRequests(1);
    var second = stage.client().send(Wire.post("y"));
    origin.script(Script.each(respond(200, "ok")));
    first.reset();
    assertThat(second.readResponse().body()).isEqualTo("ok");
  }

  @Test
  void anOldConnectionIsNotKept() {
    var origin = stage.origin(Script.each(respond(200, "ok")));
    stage.start(Config.to(origin).upstream("connections: { max-age: 1ms }"));
    var client = stage.client();
    Await.until(
        "a second connection",
        () -> {
          assertThat(client.exchange(Wire.GET).body()).isEqualTo("ok");
          return origin.accepted() > 1;
        });
  }
}
