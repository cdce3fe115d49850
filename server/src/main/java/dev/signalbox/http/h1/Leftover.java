package dev.signalbox.http.h1;

import dev.signalbox.net.Connection;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What came behind a request that is not answered yet (RFC 9112 §9.3.2). Beyond its limit the
 * connection does not read on. One a connection; on its loop.
 */
final class Leftover {
  private final Connection connection;
  private final int limit;
  private @Nullable ByteBuf kept;

  Leftover(Connection connection, int limit) {
    this.connection = connection;
    this.limit = limit;
  }

  boolean isEmpty() {
    return kept == null;
  }

  /** Keeps a copy, so that a few bytes do not hold a whole read buffer. Releases the data. */
  void keep(ByteBuf data) {
    ByteBuf all = kept;
    if (all == null) {
      all = connection.loop().allocator().directBuffer(data.readableBytes());
      kept = all;
    }
    all.writeBytes(data);
    data.release();
    if (all.readableBytes() >= limit) {
      connection.reading(false);
    }
  }

  /** Hands over what there is, and lets the connection read on. */
  @Nullable ByteBuf take() {
    ByteBuf all = kept;
    if (all != null) {
      kept = null;
      connection.reading(true);
    }
    return all;
  }

  void release() {
    if (kept != null) {
      kept.release();
      kept = null;
    }
  }
}
