package dev.signalbox.http.h1;

import dev.signalbox.http.Failure;
import dev.signalbox.http.Problem;
import dev.signalbox.net.Connection;
import dev.signalbox.net.TimerWheel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Looks every now and then at whether the client of an exchange gets on: with sending its body, and
 * with taking its response; and, where it has closed its side, at whether it is still there. One a
 * connection, for its exchanges in turn; on the connection's loop.
 */
final class ExchangeWatch extends TimerWheel.Timer {
  private static final long INTERVAL_NANOS = 500_000_000L;

  private final H1ServerConnection owner;
  private final Connection connection;
  private final Output output;
  private final Duration sendTimeout;
  private @Nullable H1ServerStream stream;
  private @Nullable HalfClosedProbe probe;
  private boolean isOverBodies;
  private long lookedNanos; // when the bodies were looked at last
  private long sentAtLastLook;
  private long stalledNanos;

  ExchangeWatch(
      H1ServerConnection owner, Connection connection, Output output, Duration sendTimeout) {
    this.owner = owner;
    this.connection = connection;
    this.output = output;
    this.sendTimeout = sendTimeout;
  }

  /** An exchange begins; nothing of it needs to be looked at yet. */
  void begin(H1ServerStream begun) {
    stream = begun;
  }

  void end() {
    stream = null;
    probe = null;
    isOverBodies = false;
    connection.loop().cancel(this);
  }

  /** A body is under way, in either direction. */
  void lookAtBodies() {
    if (stream == null) {
      return; // what was written just now has found the connection broken
    }
    if (!isOverBodies) {
      isOverBodies = true;
      sentAtLastLook = connection.sentBytes();
      stalledNanos = 0;
      lookedNanos = connection.loop().nanoTime();
    }
    if (!isArmed()) {
      arm();
    }
  }

  /** The client has closed its side: is it still there? */
  void lookForClient() {
    probe = new HalfClosedProbe();
    arm();
  }

  private void arm() {
    connection.loop().arm(this, INTERVAL_NANOS);
  }

  @Override
  protected void onTimeout() {
    H1ServerStream current = stream;
    if (current == null) {
      return;
    }
    if (probe != null && probe.ask(current, output)) {
      arm();
      return;
    }
    // The time that passed, not the interval: timers are late, and a rate would be a lower one.
    long now = connection.loop().nanoTime();
    long since = isOverBodies ? now - lookedNanos : 0;
    lookedNanos = now;
    String tooSlow = current.isRequestDone() ? null : current.watchBody(since);
    if (tooSlow != null) {
      owner.refuse(new Problem(408, tooSlow));
      return;
    }
    long pending = output.pendingBytes();
    long sent = connection.sentBytes();
    boolean isStalled = pending > 0 && sent == sentAtLastLook;
    sentAtLastLook = sent;
    stalledNanos = isStalled ? stalledNanos + since : 0;
    if (isStalled && stalledNanos >= sendTimeout.toNanos()) {
      owner.breakOff(new Failure.DownstreamGone("it takes none of the response"));
      return;
    }
    isOverBodies = !current.isRequestDone() || pending > 0;
    if (isOverBodies) {
      arm();
    }
  }
}
