package dev.signalbox.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Buffers that serve again and again: as soon as whoever got one has released it, it is handed out
 * anew, the first of them first, so that nearly always one buffer serves alone and stays in the
 * processor's cache. Taking it costs a counter. Belongs to one loop.
 */
public final class ReusableBuffer {
  /** What one read brings at most, in bytes. */
  public static final int READ_SIZE = 128 * 1024;

  /** Room for a head and a small body, in bytes. */
  static final int WRITE_SIZE = 16 * 1024;

  /** How many are kept; where all of them are held, further ones come and go. */
  static final int KEPT = 8;

  private final ByteBufAllocator allocator;
  private final int size;
  private final ByteBuf[] kept = new ByteBuf[KEPT];
  private int count;

  ReusableBuffer(ByteBufAllocator allocator, int size) {
    this.allocator = allocator;
    this.size = size;
  }

  /** An empty buffer, to be released by whoever ends up with it. */
  ByteBuf take() {
    for (int i = 0; i < count; i++) {
      ByteBuf candidate = kept[i];
      if (candidate.refCnt() == 1) {
        return candidate.clear().retain();
      }
    }
    ByteBuf fresh = allocator.directBuffer(size, size);
    if (count < KEPT) {
      kept[count++] = fresh;
      fresh.retain();
    }
    return fresh;
  }

  void release() {
    while (count > 0) {
      kept[--count].release();
    }
  }
}
