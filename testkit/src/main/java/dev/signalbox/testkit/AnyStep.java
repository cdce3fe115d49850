package dev.signalbox.testkit;

import java.io.IOException;

/** What an {@link AnyOrigin} does about one request, once its head is there. Keeps no state. */
@FunctionalInterface
public interface AnyStep {
  void play(AnyRequest request) throws IOException, InterruptedException;

  /** Waits for the whole request, then answers. */
  static AnyStep respond(int status, String body, String... fields) {
    return request -> {
      request.body();
      request.respond(status, body, fields);
    };
  }

  /** Says nothing, and waits until the peer gives up. */
  static AnyStep ignore() {
    return AnyRequest::awaitCancel;
  }

  /** Waits for the whole request, and breaks it off without an answer. */
  static AnyStep breakOff() {
    return request -> {
      request.body();
      request.breakOff();
    };
  }
}
