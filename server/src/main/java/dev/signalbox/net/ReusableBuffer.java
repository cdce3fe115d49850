package dev.signalbox.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A buffer that serves again and again: as long as whoever got it last has released it, which is
 * nearly always, taking it costs a counter. Where somebody still holds it, a fresh one takes its
 * place. Belongs to one loop.
 */
final class ReusableBuffer {
  /** What one read brings at most, in bytes. */
  static final int READ_SIZE = 64 * 1024;

  /** Room for a head and a small body, in bytes. */
  static final int WRITE_SIZE = 16 * 1024;

  private final ByteBufAllocator allocator;
  private final int size;
  private @Nullable ByteBuf buffer;

  ReusableBuffer(ByteBufAllocator allocator, int size) {
    this.allocator = allocator;
    this.size = size;
  }

  /** An empty buffer, to be released by whoever ends up with it. */
  ByteBuf take() {
    ByteBuf current = buffer;
    if (current != null) {
      if (current.refCnt() == 1) {
        return current.clear().retain();
      }
      current.release();
    }
    current = allocator.directBuffer(size, size);
    buffer = current;
    return current.retain();
  }

  void release() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
    }
  }
}
