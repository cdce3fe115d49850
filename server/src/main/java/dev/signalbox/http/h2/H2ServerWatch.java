package dev.signalbox.http.h2;

import dev.signalbox.http.Failure;
import dev.signalbox.http.ServerTimeouts;
import dev.signalbox.net.TimerWheel;

/**
 * Looks every now and then at whether the client of a connection gets on: with what it sends, and
 * with taking what is sent to it. It looks only while there is something to see. On the
 * connection's loop.
 */
final class H2ServerWatch extends TimerWheel.Timer {
  private static final long INTERVAL_NANOS = 500_000_000L;

  private final H2ServerConnection owner;
  private final H2Core core;
  private final ServerTimeouts timeouts;
  private long lookedNanos;
  private long sentAtLastLook;
  private long stalledNanos;
  private int headAtLastLook;
  private long headNanos;

  H2ServerWatch(H2ServerConnection owner, H2Core core, ServerTimeouts timeouts) {
    this.owner = owner;
    this.core = core;
    this.timeouts = timeouts;
  }

  /** There is something to watch. */
  void look() {
    if (!isArmed() && !core.isOver()) {
      lookedNanos = core.loop().nanoTime();
      sentAtLastLook = core.connection().sentBytes();
      stalledNanos = 0;
      headAtLastLook = core.headMark();
      headNanos = 0;
      core.loop().arm(this, INTERVAL_NANOS);
    }
  }

  @Override
  protected void onTimeout() {
    // The time that passed, not the interval: timers are late, and a rate would be a lower one.
    long now = core.loop().nanoTime();
    long since = now - lookedNanos;
    lookedNanos = now;

    if (core.isAckLate()) { // RFC 9113 §6.5.3
      var _ = core.fail(ErrorCode.SETTINGS_TIMEOUT, "no acknowledgement of SETTINGS");
      return;
    }
    int mark = core.headMark();
    headNanos = mark != 0 && mark == headAtLastLook ? headNanos + since : 0;
    headAtLastLook = mark;
    if (headNanos >= timeouts.head().toNanos()) {
      var _ = core.fail(ErrorCode.ENHANCE_YOUR_CALM, "a frame or a head that took too long");
      return;
    }
    long pending = core.output().pendingBytes();
    long sent = core.connection().sentBytes();
    boolean isStalled = pending > 0 && sent == sentAtLastLook;
    sentAtLastLook = sent;
    stalledNanos = isStalled ? stalledNanos + since : 0;
    if (isStalled && stalledNanos >= timeouts.send().toNanos()) {
      owner.breakOff(new Failure.DownstreamGone("it takes none of the responses"));
      return;
    }
    boolean isNeeded = pending > 0 || mark != 0 || !core.isAcknowledged();
    for (H2Stream each : core.streams().all()) {
      var stream = (H2ServerStream) each;
      if (stream.isWatched() && !stream.isGone) {
        stream.look(since);
        isNeeded |= stream.isWatched();
      }
    }
    if (isNeeded && !core.isOver()) {
      core.loop().arm(this, INTERVAL_NANOS);
    }
  }
}
