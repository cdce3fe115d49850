package dev.signalbox.http.h2;

import dev.signalbox.net.Loop;

/**
 * Counts what costs us work and brings a peer nothing, over spans of ten seconds. The clock is
 * asked only where a count is full. On its connection's loop.
 */
final class Floods {
  private static final long SPAN_NANOS = 10_000_000_000L;

  /** Window updates are the answer to data: one for so many bytes of it costs nothing. */
  private static final int BYTES_FOR_UPDATE = 256;

  private final Loop loop;
  private final int mostResets;
  private final int mostControls;
  private long start;
  private int resets;
  private int controls;
  private long updates;
  private long sentBytes;

  Floods(Loop loop, int mostResets, int mostControls) {
    this.loop = loop;
    this.mostResets = mostResets;
    this.mostControls = mostControls;
    this.start = loop.nanoTime();
  }

  /** A stream ended before its time; false if too many did. */
  boolean onReset() {
    return ++resets <= mostResets || isNewSpan();
  }

  /** A frame that carries nothing; false if too many did. */
  boolean onControl() {
    return ++controls <= mostControls || isNewSpan();
  }

  /** The peer has given us leave to send more; false if it does so in too many words. */
  boolean onWindowUpdate() {
    return ++updates <= mostControls + sentBytes / BYTES_FOR_UPDATE || isNewSpan();
  }

  void onSent(int bytes) {
    sentBytes += bytes;
  }

  private boolean isNewSpan() {
    long now = loop.nanoTime();
    if (now - start < SPAN_NANOS) {
      return false;
    }
    start = now;
    resets = 0;
    controls = 0;
    updates = 0;
    sentBytes = 0;
    return true;
  }
}
