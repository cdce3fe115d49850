package dev.signalbox.http;

/**
 * What is told of a downstream stream once its protocol is switched: bytes, whatever they mean, and
 * {@link #onEnd} when the client will send no more of them.
 */
public interface TunnelEvents extends StreamEvents {
  /** The server is about to end: it would like this to end as well, but does not insist yet. */
  void onDrain();
}
