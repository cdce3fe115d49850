package dev.signalbox.http;

import dev.signalbox.net.Connection;
import dev.signalbox.net.Loop;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What leaves on one connection, gathered in one buffer so that it takes one write; a version of
 * HTTP says of what it is made. Holds a buffer only between a write and the flush. On its
 * connection's loop.
 */
public abstract class WriteBuffer {
  private final Connection connection;
  private @Nullable ByteBuf pending;

  protected WriteBuffer(Connection connection) {
    this.connection = connection;
  }

  protected final Connection connection() {
    return connection;
  }

  /** What was gathered and not pushed yet; null where that is nothing. */
  protected final @Nullable ByteBuf pending() {
    return pending;
  }

  /** Gathers in this one from now on, after what was pushed, and takes ownership of it. */
  protected final void begin(ByteBuf next) {
    assert pending == null;
    pending = next;
  }

  /** A buffer to append to, with room for so many bytes. */
  public final ByteBuf room(int bytes) {
    ByteBuf current = pending;
    if (current != null && current.writableBytes() >= bytes) {
      return current;
    }
    push();
    current =
        bytes <= Loop.WRITE_BUFFER
            ? connection.loop().writeBuffer()
            : connection.loop().allocator().directBuffer(bytes);
    pending = current;
    return current;
  }

  /** Hands what was gathered to the connection. */
  public void push() {
    if (pending != null) {
      ByteBuf full = pending;
      pending = null;
      connection.write(full);
    }
  }

  public final void flush() {
    if (pending != null || connection.pendingBytes() > 0) {
      push();
      connection.flush();
    }
  }

  /** Bytes that have not left yet. */
  public final long pendingBytes() {
    return connection.pendingBytes() + (pending == null ? 0 : pending.readableBytes());
  }

  /** Drops what was not pushed yet. */
  public void release() {
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }
}
