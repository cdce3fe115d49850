package dev.signalbox.http.h1;

import dev.signalbox.http.Failure;
import dev.signalbox.net.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Looks every now and then at whether a client gets on: with sending its body, and with taking its
 * response. One a connection, for its exchanges in turn; on the connection's loop.
 */
final class PaceWatch {
  /** How often to look. */
  static final long INTERVAL_NANOS = 500_000_000L;

  private final Connection connection;
  private final Output output;
  private final long sendTimeoutNanos;
  private boolean isOn;
  private long lookedNanos; // when it looked last
  private long pendingAtLastLook;
  private long stalledNanos;

  PaceWatch(Connection connection, Output output, long sendTimeoutNanos) {
    this.connection = connection;
    this.output = output;
    this.sendTimeoutNanos = sendTimeoutNanos;
  }

  /** Whether to look again. */
  boolean isOn() {
    return isOn;
  }

  /** There is a body to look at from now on. */
  void begin() {
    pendingAtLastLook = connection.pendingBytes();
    stalledNanos = 0;
    if (!isOn) {
      isOn = true;
      lookedNanos = connection.loop().nanoTime();
    }
  }

  /** An exchange is over: the next one begins anew. */
  void end() {
    isOn = false;
  }

  /**
   * Looks at both directions.
   *
   * @return why the exchange can't go on, or null: a {@link Failure.BadRequest} where the body is
   *     too slow
   */
  @Nullable Failure look(H1ServerStream stream) {
    // The time that passed, not the interval: timers are late, and a rate would be a lower one.
    long now = connection.loop().nanoTime();
    long since = isOn ? now - lookedNanos : 0;
    lookedNanos = now;
    if (!stream.isRequestDone()) {
      String tooSlow = stream.watchBody(since);
      if (tooSlow != null) {
        return new Failure.BadRequest(408, tooSlow);
      }
    }
    long pending = output.pendingBytes();
    boolean isStalled = pending > 0 && pending >= pendingAtLastLook;
    pendingAtLastLook = pending;
    stalledNanos = isStalled ? stalledNanos + since : 0;
    if (isStalled && stalledNanos >= sendTimeoutNanos) {
      return new Failure.DownstreamGone("it takes none of the response");
    }
    isOn = !stream.isRequestDone() || pending > 0;
    return null;
  }
}
