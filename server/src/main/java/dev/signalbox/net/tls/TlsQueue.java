package dev.signalbox.net.tls;

import dev.signalbox.net.Loop;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** What is written and waits to be encrypted, in order. Belongs to one connection, on its loop. */
final class TlsQueue {
  private static final int RECORD = 16 * 1024;
  private static final int RECORD_OVERHEAD = 128; // more than any version and cipher adds
  private static final int ROOM_FOR_MORE = 1024; // tickets and alerts that come in between
  private static final int MOST_AT_ONCE = 8 * RECORD;

  /** For one record, whatever is in it. */
  static final int ROOM_FOR_A_RECORD = RECORD + RECORD_OVERHEAD + ROOM_FOR_MORE;

  private final Loop loop;
  private final TlsEngine engine;
  private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>(2);
  private long bytes;

  TlsQueue(Loop loop, TlsEngine engine) {
    this.loop = loop;
    this.engine = engine;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** How many wait. */
  long bytes() {
    return bytes;
  }

  void add(ByteBuf data) {
    queue.add(data);
    bytes += data.readableBytes();
  }

  void drop() {
    queue.forEach(ByteBuf::release);
    queue.clear();
    bytes = 0;
  }

  /** As much of the queue as makes one good write, in as many records as it needs. */
  ByteBuf encrypt() throws SSLException {
    int wanted = (int) Math.min(bytes, MOST_AT_ONCE);
    int records = wanted / RECORD + queue.size() + 1;
    int needed = wanted + records * RECORD_OVERHEAD + ROOM_FOR_MORE;
    ByteBuf out =
        needed <= Loop.WRITE_BUFFER ? loop.writeBuffer() : loop.allocator().directBuffer(needed);
    try {
      while (wanted > 0) {
        ByteBuf data = queue.element();
        int length = Math.min(Math.min(data.readableBytes(), wanted), MOST_AT_ONCE);
        SSLEngineResult result = engine.wrap(data, length, out);
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
          throw new SSLException("closed");
        }
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
          if (out.isReadable()) {
            break; // the rest goes with the next buffer
          }
          out = larger(out);
          continue;
        }
        bytes -= result.bytesConsumed();
        if (!data.isReadable()) {
          queue.remove();
          data.release();
        }
        wanted -= result.bytesConsumed();
      }
      return out;
    } catch (SSLException | RuntimeException e) {
      out.release();
      throw e;
    }
  }

  /** For the JDK's engine, which wants room for a whole record whatever it writes. */
  private ByteBuf larger(ByteBuf out) {
    int size = engine.packetSize() + out.capacity();
    out.release();
    return loop.allocator().directBuffer(size);
  }
}
