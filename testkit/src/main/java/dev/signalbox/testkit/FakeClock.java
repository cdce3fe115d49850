package dev.signalbox.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A clock that stands still until the test moves it. Any thread may read it; the test's thread
 * moves it.
 */
public final class FakeClock implements LongSupplier {
  private final AtomicLong nanos;

  /** Starts near the end of a long's range, so that code which compares times wrongly is found. */
  public FakeClock() {
    this(Long.MAX_VALUE - Duration.ofSeconds(5).toNanos());
  }

  public FakeClock(long startNanos) {
    nanos = new AtomicLong(startNanos);
  }

  /** As {@link System#nanoTime}: only differences mean something. */
  public long nanos() {
    return nanos.get();
  }

  @Override
  public long getAsLong() {
    return nanos();
  }

  public void advance(Duration step) {
    if (step.isNegative()) {
      throw new IllegalArgumentException("step: " + step + " (expected: not negative)");
    }
    nanos.addAndGet(step.toNanos());
  }
}
