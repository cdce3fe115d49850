package dev.signalbox.analysis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Settles independent questions side by side, each on a thread of its own; with one thread, on the
 * caller's, one after the other. Immutable.
 *
 * @param threads at least 1, the caller's among them
 */
record Workers(int threads) {
  static final Workers ALONE = new Workers(1);

  Workers {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + " (expected: at least 1)");
    }
  }

  /** Returns when all have ended; what one of them has thrown is thrown then. */
  void run(List<? extends Runnable> questions) {
    if (threads == 1) {
      questions.forEach(Runnable::run);
      return;
    }
    var others =
        questions.stream()
            .skip(1)
            .map(question -> CompletableFuture.runAsync(question, Workers::start))
            .toArray(CompletableFuture<?>[]::new);
    try {
      questions.getFirst().run();
    } finally {
      try {
        CompletableFuture.allOf(others).join();
      } catch (CompletionException e) {
        rethrow(e.getCause());
      }
    }
  }

  private static void rethrow(@Nullable Throwable cause) {
    switch (cause) {
      case RuntimeException exception -> throw exception;
      case Error error -> throw error;
      case null, default -> throw new IllegalStateException(cause);
    }
  }

  private static void start(Runnable work) {
    Thread.ofPlatform().name("signalbox-proofs").daemon().start(work);
  }
}
