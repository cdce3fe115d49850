package dev.signalbox.testkit;

import java.io.IOException;
import java.util.function.Predicate;

/** What a fake origin does about one request that it has read. Keeps no state. */
@FunctionalInterface
public interface Step {
  void play(OriginConnection connection, ReceivedRequest request)
      throws IOException, InterruptedException;

  default Step then(Step next) {
    return (connection, request) -> {
      play(connection, request);
      next.play(connection, request);
    };
  }

  /** Sends these bytes, one a character: a whole response, half of one, or nonsense. */
  static Step respond(String bytes) {
    return (connection, request) -> connection.send(bytes);
  }

  /** Sends a response with that status, the usual framing and a body. */
  static Step respond(int status, String body) {
    return respond(
        "HTTP/1.1 " + status + " Scripted\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
  }

  /** Fails the test, when the origin is closed, if the head is not as expected. */
  static Step expect(String what, Predicate<ReceivedRequest> condition) {
    return (connection, request) -> {
      if (!condition.test(request)) {
        throw new AssertionError("expected " + what + ", received " + Bytes.visible(request.raw()));
      }
    };
  }

  static Step waitFor(Signal signal) {
    return (connection, request) -> signal.await();
  }

  /** Tells the test that the request is here. */
  static Step give(Signal signal) {
    return (connection, request) -> signal.give();
  }

  static Step close() {
    return (connection, request) -> connection.close();
  }

  static Step reset() {
    return (connection, request) -> connection.reset();
  }

  /** Says nothing, and waits until the peer gives up. */
  static Step ignore() {
    return (connection, request) -> connection.awaitClosedByPeer();
  }
}
