package dev.signalbox.it;

import dev.signalbox.Signalbox;
import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.RawHttp1Client;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Large bodies in pieces, and what the server holds of them meanwhile. For the test's thread. */
final class Pressure {
  static final int PIECE = 64 * 1024;

  /** More than the kernel's buffers of both connections can hold together. */
  static final long LARGE = 64L << 20;

  /** So long a peer must have taken nothing to count as blocked. */
  static final Duration STALL = Duration.ofMillis(300);

  /** What a body may take of memory: a few read buffers and two queues, however large it is. */
  static final long BOUND = 2L << 20;

  private final Signalbox signalbox;
  private final long before;
  private long peak;

  Pressure(Signalbox signalbox) {
    this.signalbox = signalbox;
    this.before = signalbox.bufferBytes();
    this.peak = before;
  }

  /** Looks at what is buffered now. */
  void look() {
    peak = Math.max(peak, signalbox.bufferBytes());
  }

  /** By how much what is buffered had grown at most, whenever somebody looked. */
  long growth() {
    return peak - before;
  }

  /** Sends pieces until the peer takes no more; returns the bytes that it took. */
  long sendUntilBlocked(RawHttp1Client client, long most, Duration stall) {
    var piece = new byte[PIECE];
    long sent = 0;
    while (sent < most) {
      long taken = client.sendUntilBlocked(piece, stall);
      sent += taken;
      look();
      if (taken < PIECE) {
        return sent;
      }
    }
    return sent;
  }

  /** Sends that many bytes. */
  void send(RawHttp1Client client, long bytes) {
    var piece = new byte[PIECE];
    long left = bytes;
    while (left > 0) {
      int length = (int) Math.min(left, PIECE);
      client.send(length == PIECE ? piece : new byte[length]);
      left -= length;
      look();
    }
  }

  /** Reads and forgets that many bytes. */
  void skip(RawHttp1Client client, long bytes) {
    long left = bytes;
    while (left > 0) {
      long length = Math.min(left, 1 << 20);
      client.skip(length);
      left -= length;
      look();
    }
  }

  /** Waits until the number stands still. */
  static void awaitStall(String what, LongSupplier number) {
    long[] last = {-1, System.nanoTime()};
    Await.until(
        what,
        () -> {
          long now = number.getAsLong();
          if (now != last[0]) {
            last[0] = now;
            last[1] = System.nanoTime();
          }
          return now > 0 && System.nanoTime() - last[1] > STALL.toNanos();
        });
  }
}
