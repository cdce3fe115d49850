package dev.signalbox.proxy;

import dev.signalbox.http.Failure;

/** Whether another attempt may be made. Pure. */
final class RetryPolicy {
  /** Attempts of one exchange, the first included. */
  static final int MOST_ATTEMPTS = 16;

  /** Of these, how many may follow one that an endpoint may have acted on. */
  static final int MOST_REPEATS = 2;

  /** How often an exchange may go through all endpoints that refuse to be connected to. */
  static final int MOST_ROUNDS = 2;

  private RetryPolicy() {}

  /**
   * @param isIdempotent whether doing it twice is the same as doing it once
   * @param attempts how many were made
   * @param repeats how many of them may have been acted on
   * @param canRepeatBody whether the whole body can be sent again
   * @param untried endpoints that this exchange has not failed at, in this round
   * @param rounds how often all of them have failed; an endpoint that restarts refuses for a moment
   */
  static boolean allows(
      Failure failure,
      boolean isIdempotent,
      int attempts,
      int repeats,
      boolean canRepeatBody,
      int untried,
      int rounds) {
    if (attempts >= MOST_ATTEMPTS || !canRepeatBody) {
      return false;
    }
    return switch (failure.retry()) {
      case NEVER -> false;
      case SAFE -> untried > 0 || (rounds < MOST_ROUNDS && isQuick(failure));
      case IF_IDEMPOTENT -> isIdempotent && repeats < MOST_REPEATS;
    };
  }

  /**
   * Whether another endpoint may be asked after one gave an answer that the route says to repeat.
   */
  static boolean allowsAfterAnswer(int attempts, int repeats, boolean canRepeatBody) {
    return attempts < MOST_ATTEMPTS && repeats < MOST_REPEATS && canRepeatBody;
  }

  /** Waiting once more for an endpoint that swallows packets would take the client's patience. */
  private static boolean isQuick(Failure failure) {
    return !(failure instanceof Failure.ConnectFailed(_, _, boolean isTimeout) && isTimeout);
  }
}
