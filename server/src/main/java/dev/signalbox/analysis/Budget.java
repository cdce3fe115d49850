package dev.signalbox.analysis;

import java.time.Duration;
import java.util.function.LongSupplier;

/** How long proofs may take together. Belongs to the thread that proves. */
final class Budget {
  private final LongSupplier nanoTime;
  private final long end;

  Budget(Duration most, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.end = nanoTime.getAsLong() + most.toNanos();
  }

  boolean isOver() {
    return nanoTime.getAsLong() - end >= 0;
  }

  /** A part of what is left. */
  Budget share(double part) {
    long left = Math.max(0, end - nanoTime.getAsLong());
    return new Budget(Duration.ofNanos((long) (left * part)), nanoTime);
  }
}
