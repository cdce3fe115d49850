package dev.signalbox.http;

/**
 * A connection to an endpoint that can carry an exchange now. Used on its loop by one exchange at a
 * time where the version allows only one.
 */
public interface ClientConnection {
  /** How long may pass without progress before a stream resets with an upstream timeout. */
  record Patience(long responseNanos, long idleNanos) {}

  /**
   * Sends a request's head and begins to listen for the response. The head is not flushed where a
   * body follows.
   *
   * @param authority the host to ask for, in place of the head's own; empty for the head's own
   */
  ClientStream open(RequestHead head, byte[] authority, Patience patience, ResponseEvents events);

  /** Whether it has carried a response before. */
  boolean isReused();
}
