package dev.signalbox.testkit;

/**
 * A request that an {@link AnyClient} has begun, and its response. Belongs to the client's thread.
 */
public interface AnyCall {
  /** Sends a part of the body. */
  void part(String text);

  /** Ends the request, with these trailers. */
  void end(String... trailers);

  /** Waits for the whole response. */
  AnyResponse await();

  /** Waits for the head of the response, which has a declared length; the body is still to come. */
  AnyResponse awaitHead();

  /** Behind {@link #awaitHead}: waits until so much of the body is there, and returns it. */
  String awaitBody(int length);

  /** Waits until the response is broken off, and fails where it passes for a whole one. */
  void awaitBreak();

  /** Gives it up, as a client does that goes away. */
  void cancel();
}
