package dev.signalbox.testkit;

import java.time.Duration;

/** A point in time by which something must have happened. Immutable. */
record Deadline(long atNanos) {
  static Deadline after(Duration patience) {
    return new Deadline(System.nanoTime() + patience.toNanos());
  }

  boolean hasPassed() {
    return remainingNanos() <= 0;
  }

  long remainingNanos() {
    return atNanos - System.nanoTime();
  }

  /** What is left, at least 1, because a selector takes 0 for "for ever". */
  long remainingMillis() {
    return Math.max(1, (remainingNanos() + 999_999) / 1_000_000);
  }
}
