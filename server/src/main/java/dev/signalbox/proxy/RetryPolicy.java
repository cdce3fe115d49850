package dev.signalbox.proxy;

import dev.signalbox.http.Failure;
import dev.signalbox.http.Method;

/** Whether another attempt may be made. Pure. */
final class RetryPolicy {
  /** Attempts of one exchange, the first included. */
  static final int MOST_ATTEMPTS = 4;

  /** Of these, how many may follow one that an endpoint may have acted on. */
  static final int MOST_REPEATS = 2;

  private RetryPolicy() {}

  /**
   * @param attempts how many were made
   * @param repeats how many of them may have been acted on
   * @param canRepeatBody whether the whole body can be sent again
   * @param endpoints how many the upstream has: each is connected to once, a single one twice
   */
  static boolean allows(
      Failure failure,
      Method method,
      int attempts,
      int repeats,
      boolean canRepeatBody,
      int endpoints) {
    if (attempts >= MOST_ATTEMPTS || !canRepeatBody) {
      return false;
    }
    if (failure instanceof Failure.ConnectFailed && attempts >= Math.max(2, endpoints)) {
      return false;
    }
    return switch (failure.retry()) {
      case NEVER -> false;
      case SAFE -> true;
      case IF_IDEMPOTENT -> method.isIdempotent() && repeats < MOST_REPEATS;
    };
  }
}
