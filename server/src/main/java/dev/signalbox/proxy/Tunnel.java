package dev.signalbox.proxy;

import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.TunnelEvents;
import dev.signalbox.net.Loop;
import dev.signalbox.net.TimerWheel;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is left of an exchange once the endpoint has switched protocols: two streams, and bytes from
 * each to the other as they come, never parsed and never waiting for more. Each direction ends by
 * itself; one side is read only while the other takes what comes. On its exchange's loop.
 */
final class Tunnel {
  /** So long both sides may take over their last bytes when it is we who end it. */
  private static final long LINGER_NANOS = 2_000_000_000L;

  /** Who is told of the end, once. */
  interface Owner {
    /**
     * It is over.
     *
     * @param why null where both sides have ended in order
     */
    void onTunnelEnd(@Nullable Failure why);
  }

  private final TunnelTimeouts timeouts;
  private final Loop loop;
  private final Owner owner;
  private final Direction up = new Direction();
  private final Direction down = new Direction();
  private final Idle idle = new Idle();
  private final Expiry expiry = new Expiry();
  private boolean isExpiring;
  private boolean isOver;

  Tunnel(TunnelTimeouts timeouts, Loop loop, Owner owner) {
    this.timeouts = timeouts;
    this.loop = loop;
    this.owner = owner;
  }

  TunnelEvents ofDownstream() {
    return up;
  }

  TunnelEvents ofUpstream() {
    return down;
  }

  /** Lets the bytes come. */
  void begin(HttpStream downstream, HttpStream upstream) {
    up.connect(downstream, upstream, down);
    down.connect(upstream, downstream, up);
    loop.arm(idle, timeouts.idle().toNanos());
    if (timeouts.maxLifetime() != null) {
      loop.arm(expiry, timeouts.maxLifetime().toNanos());
    }
    downstream.flush(); // the answer that switches
    upstream.reading(true);
    downstream.reading(true);
  }

  /** Bytes of one side on their way to the other. */
  private final class Direction implements TunnelEvents {
    private @Nullable HttpStream source;
    private @Nullable HttpStream sink;
    private @Nullable Direction opposite;
    private boolean isHeldBack;
    private boolean isEnded;

    void connect(HttpStream newSource, HttpStream newSink, Direction newOpposite) {
      source = newSource;
      sink = newSink;
      opposite = newOpposite;
    }

    HttpStream source() {
      return Objects.requireNonNull(source);
    }

    HttpStream sink() {
      return Objects.requireNonNull(sink);
    }

    @Override
    public void onData(ByteBuf data) {
      loop.arm(idle, timeouts.idle().toNanos());
      HttpStream to = sink();
      to.write(data);
      if (!to.isWritable()) {
        to.flush();
        if (!to.isWritable() && !isOver) {
          isHeldBack = true;
          source().reading(false);
        }
      }
    }

    @Override
    public void onReadComplete() {
      sink().flush();
    }

    /** The source takes more again: it is the sink of the other direction. */
    @Override
    public void onWritable() {
      Direction other = opposite;
      if (other != null && other.isHeldBack) {
        other.isHeldBack = false;
        other.source().reading(true);
      }
    }

    @Override
    public void onEnd(@Nullable Headers trailers) {
      isEnded = true;
      sink().end(null);
      if (opposite != null && opposite.isEnded) {
        over(null);
      }
    }

    @Override
    public void onReset(Failure why) {
      sink().reset(why);
      over(why);
    }

    @Override
    public void onDrain() {
      if (!isOver && !isExpiring) {
        long left = timeouts.drain().toNanos();
        if (!expiry.isArmed() || expiry.deadline() > loop.nanoTime() + left) {
          loop.arm(expiry, left);
        }
      }
    }
  }

  private void over(@Nullable Failure why) {
    if (!isOver) {
      isOver = true;
      loop.remove(idle);
      loop.remove(expiry);
      owner.onTunnelEnd(why);
    }
  }

  /** It is we who end it: in order if both sides play along, and soon in any case. */
  private void expire() {
    isExpiring = true;
    loop.cancel(idle);
    loop.arm(expiry, LINGER_NANOS);
    up.sink().end(null);
    down.sink().end(null);
  }

  /** Nothing has passed for a while. */
  private final class Idle extends TimerWheel.Timer {
    private long pendingAtLastLook;

    @Override
    protected void onTimeout() {
      long pending = up.sink().pendingBytes() + down.sink().pendingBytes();
      if (pending != pendingAtLastLook) { // somebody reads, if slowly
        pendingAtLastLook = pending;
        loop.arm(this, timeouts.idle().toNanos());
      } else {
        expire();
      }
    }
  }

  /** It has lasted as long as it may; and once that is told, so has the telling. */
  private final class Expiry extends TimerWheel.Timer {
    @Override
    protected void onTimeout() {
      if (!isExpiring) {
        expire();
        return;
      }
      var why = new Failure.TotalTimeout();
      up.sink().reset(why);
      down.sink().reset(why);
      over(why);
    }
  }
}
