package dev.signalbox.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for a condition with a deadline, in place of a fixed sleep: as short as the condition
 * allows, and a failure that says what was awaited. For the threads of tests.
 */
public final class Await {
  /** Long enough for a loaded machine, short enough for a build that hangs. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long STEP_NANOS = 1_000_000;

  private Await() {}

  /** Waits until the condition holds; fails with {@code what} at the deadline. */
  public static void until(String what, BooleanSupplier condition) {
    until(what, PATIENCE, condition);
  }

  public static void until(String what, Duration patience, BooleanSupplier condition) {
    var deadline = Deadline.after(patience);
    while (!condition.getAsBoolean()) {
      if (deadline.hasPassed()) {
        throw new AssertionError("not within " + patience + ": " + what);
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  /** Repeats the assertions until none fails; at the deadline the last failure stands. */
  public static void untilAsserted(Runnable assertions) {
    untilAsserted(PATIENCE, assertions);
  }

  public static void untilAsserted(Duration patience, Runnable assertions) {
    var deadline = Deadline.after(patience);
    while (true) {
      try {
        assertions.run();
        return;
      } catch (AssertionError e) {
        if (deadline.hasPassed()) {
          throw e;
        }
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }
}
