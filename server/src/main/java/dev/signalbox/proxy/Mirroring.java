package dev.signalbox.proxy;

import dev.signalbox.http.ClientConnection.Patience;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.RequestHead;
import dev.signalbox.net.Loop;
import dev.signalbox.route.Mirror;
import dev.signalbox.upstream.Upstream;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Sends copies of a route's requests to a second upstream. Shared by all loops; each bounds the
 * copies that it has under way by itself, so that a slow or dead upstream costs a known amount of
 * memory and no request anything.
 */
public final class Mirroring {
  private static final int CELL = 16; // loops do not share a cache line

  private final Mirror config;
  private final Upstream upstream;
  private final long connectNanos;
  private final int[] inFlight; // each loop writes and reads its own cell
  private final LongAdder sent = new LongAdder(); // these: written by all loops, read by control
  private final LongAdder dropped = new LongAdder();
  private final LongAdder failed = new LongAdder();

  /**
   * How it went so far. From any thread.
   *
   * @param sent copies that were answered
   * @param dropped requests that were not copied for want of room
   * @param failed copies that were not answered
   */
  public record Counts(long sent, long dropped, long failed) {}

  public Mirroring(Mirror config, Upstream upstream, long connectNanos, int loops) {
    this.config = config;
    this.upstream = upstream;
    this.connectNanos = connectNanos;
    this.inFlight = new int[loops * CELL];
  }

  public Counts counts() {
    return new Counts(sent.sum(), dropped.sum(), failed.sum());
  }

  /**
   * A copy of the request, where it is one to be copied and there is room. A switch of protocols is
   * none: the copy would be an endless one.
   *
   * @param head as it goes to the first upstream
   */
  @Nullable MirrorCopy copy(
      RequestHead head, boolean setsHost, Loop loop, DownstreamConnection client) {
    if (head.opensTunnel()) {
      return null;
    }
    if (config.percent() < 100 && loop.random().nextInt(100) >= config.percent()) {
      return null;
    }
    int cell = loop.index() * CELL;
    if (inFlight[cell] >= config.maxInFlight() || head.bodyLength() > config.maxBody().count()) {
      dropped.increment();
      return null;
    }
    inFlight[cell]++;
    return new MirrorCopy(this, head.copy(), setsHost, loop, client);
  }

  /** How a copy has ended. */
  enum End {
    ANSWERED,
    DROPPED,
    FAILED
  }

  void onEnd(Loop loop, End how) {
    inFlight[loop.index() * CELL]--;
    switch (how) {
      case ANSWERED -> sent.increment();
      case DROPPED -> dropped.increment();
      case FAILED -> failed.increment();
    }
  }

  Upstream upstream() {
    return upstream;
  }

  long maxBody() {
    return config.maxBody().count();
  }

  long connectNanos() {
    return connectNanos;
  }

  long timeoutNanos() {
    return config.timeout().toNanos();
  }

  /** The timeout of the whole copy is what ends it. */
  Patience patience() {
    return new Patience(timeoutNanos(), timeoutNanos());
  }
}
