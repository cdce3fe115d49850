package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Origins that die and come back by turns, under clients that check every answer. */
@OnTwoLoops
final class ChaosTest {
  private static final int CLIENTS = 6;
  private static final int REQUESTS = 150; // of each client
  private static final int BETWEEN_DEATHS = 45; // answers of all clients

  @RegisterExtension final Stage stage;

  ChaosTest(Machine machine) {
    stage = new Stage(machine);
  }

  @Test
  void nothingIsLostMixedUpOrDoneTwiceWhileOriginsDie() throws InterruptedException {
    var script =
        Script.each((connection, request) ->
            respond(200, request.target() + " " + request.body()).play(connection, request));
    var origins = List.of(stage.origin(script), stage.origin(script), stage.origin(script));
    stage.start(Config.to(origins.toArray(FakeOrigin[]::new)));
    var answers = new AtomicIntegerArray(CLIENTS);
    var failedPosts = new AtomicInteger();
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    var threads = new ArrayList<Thread>();
    for (int number = 0; number < CLIENTS; number++) {
      var client = stage.client();
      int id = number;
      threads.add(Thread.ofVirtual().start(() -> talk(client, id, answers, failedPosts, wrong)));
    }
    for (int death = 0; (death + 1) * BETWEEN_DEATHS < CLIENTS * REQUESTS; death++) {
      int due = (death + 1) * BETWEEN_DEATHS;
      var before = counts(answers);
      // A request is repeated twice, so that nobody may meet a third death within one.
      Await.until(
          "answer " + due + ", after " + wrong,
          Duration.ofSeconds(30),
          () ->
              threads.stream().noneMatch(Thread::isAlive)
                  || (sum(answers) >= due && allWentOn(threads, before, answers)));
      var dying = origins.get(death % origins.size());
      dying.kill();
      Await.until("the port of the dead to be free", () -> isBack(dying));
    }
    for (var thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
    }
    assertThat(wrong).isEmpty();
    assertThat(sum(answers)).isEqualTo(CLIENTS * REQUESTS);
    assertThat(failedPosts.get()).isLessThan(CLIENTS * REQUESTS / BETWEEN_DEATHS * CLIENTS);
    var posts =
        origins.stream()
            .flatMap(origin -> origin.requests().stream())
            .filter(request -> request.method().equals("POST"))
            .map(request -> request.target())
            .toList();
    assertThat(posts).doesNotHaveDuplicates();
  }

  private static int[] counts(AtomicIntegerArray answers) {
    return IntStream.range(0, CLIENTS).map(answers::get).toArray();
  }

  private static int sum(AtomicIntegerArray answers) {
    return Arrays.stream(counts(answers)).sum();
  }

  private static boolean allWentOn(List<Thread> threads, int[] before, AtomicIntegerArray answers) {
    return IntStream.range(0, CLIENTS)
        .allMatch(i -> answers.get(i) > before[i] || !threads.get(i).isAlive());
  }

  private static boolean isBack(FakeOrigin dead) {
    try {
      dead.restart();
      return true;
    } catch (UncheckedIOException e) {
      return false; // the thread that accepted has not left the old socket yet
    }
  }

  /** Every third request is a POST: it may fail, where its origin died, but never run twice. */
  private static void talk(
      RawHttp1Client client,
      int id,
      AtomicIntegerArray answers,
      AtomicInteger failedPosts,
      Queue<String> wrong) {
    try {
      for (int i = 0; i < REQUESTS; i++) {
        boolean isPost = i % 3 == 0;
        var target = "/" + id + "/" + i;
        var response =
            client.exchange(isPost ? Wire.withBody("POST", target, "b" + i) : Wire.get(target));
        if (isPost && response.status() == 502) {
          failedPosts.incrementAndGet();
        } else if (!response.body().equals(target + " " + (isPost ? "b" + i : ""))) {
          wrong.add(target + ": " + response.raw());
        }
        answers.incrementAndGet(id);
      }
    } catch (AssertionError e) {
      wrong.add(id + ": " + e.getMessage());
    }
  }
}
