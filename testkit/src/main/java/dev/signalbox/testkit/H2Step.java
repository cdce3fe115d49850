package dev.signalbox.testkit;

import java.io.IOException;

/**
 * What a scripted HTTP/2 origin does about one request, once its head is there. Plays on a thread
 * of its own for each stream, and keeps no state.
 */
@FunctionalInterface
public interface H2Step {
  void play(H2OriginStream stream) throws IOException, InterruptedException;

  default H2Step then(H2Step next) {
    return stream -> {
      play(stream);
      next.play(stream);
    };
  }

  /** Waits for the whole request, then answers. */
  static H2Step respond(int status, String body) {
    return stream -> {
      stream.awaitEnd();
      stream.respond(status, body);
    };
  }

  static H2Step give(Signal signal) {
    return _ -> signal.give();
  }

  static H2Step waitFor(Signal signal) {
    return _ -> signal.await();
  }

  /** Says nothing. */
  static H2Step ignore() {
    return _ -> {};
  }
}
