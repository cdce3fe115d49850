package dev.signalbox.http.h2;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The fields that one direction of one connection has in common (RFC 7541 §2.3.2): a ring of
 * entries over one array of bytes. Grows as it is used, so that a connection without much to say
 * costs little. Entries have numbers, which count up and wrap. Belongs to its connection's loop.
 */
final class DynamicTable {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** What an entry counts beyond its bytes (RFC 7541 §4.1). */
  static final int ENTRY = 32;

  private static final int STRIDE = 3; // where it starts; length of the name; length of the value
  private static final int FIRST_ENTRIES = 8;
  private static final int FIRST_BYTES = 512;
  private static final byte[] NO_BYTES = {};
  private static final int[] NO_ENTRIES = {};

  private byte[] store = NO_BYTES;
  private int storeEnd; // where the next entry's bytes go
  private int[] ring = NO_ENTRIES;
  private int capacity; // entries in the ring, a power of two
  private int oldest;
  private int next;
  private int size;
  private int maxSize;

  DynamicTable(int maxSize) {
    this.maxSize = maxSize;
  }

  int maxSize() {
    return maxSize;
  }

  int size() {
    return size;
  }

  int count() {
    return next - oldest;
  }

  /** The number of the entry that was added last. */
  int newest() {
    return next - 1;
  }

  boolean holds(int number) {
    return Integer.compareUnsigned(number - oldest, next - oldest) < 0;
  }

  /** The place of an entry in the ring: below {@link #capacity}, and its own while it is held. */
  int slot(int number) {
    return number & (capacity - 1);
  }

  int capacity() {
    return capacity;
  }

  byte[] bytes() {
    return store;
  }

  int nameStart(int number) {
    return ring[slot(number) * STRIDE];
  }

  int nameEnd(int number) {
    int at = slot(number) * STRIDE;
    return ring[at] + ring[at + 1];
  }

  int valueEnd(int number) {
    int at = slot(number) * STRIDE;
    return ring[at] + ring[at + 1] + ring[at + 2];
  }

  /** Changes how much it may hold, and lets the oldest go as it must. */
  void maxSize(int bytes) {
    maxSize = bytes;
    evict(bytes);
  }

  private void evict(int downTo) {
    while (size > downTo) {
      int at = slot(oldest) * STRIDE;
      size -= ring[at + 1] + ring[at + 2] + ENTRY;
      oldest++;
    }
    if (oldest == next) {
      storeEnd = 0;
    }
  }

  /**
   * Adds a field; older ones go as they must. The ranges do not lie in {@link #bytes()}.
   *
   * @return false where it is larger than the whole table, which is empty then (RFC 7541 §4.4)
   */
  boolean add(byte[] name, int nameStart, int nameEnd, byte[] value, int valueStart, int valueEnd) {
    int nameLength = nameEnd - nameStart;
    int valueLength = valueEnd - valueStart;
    int length = nameLength + valueLength;
    if (length + ENTRY > maxSize) {
      evict(0);
      return false;
    }
    evict(maxSize - length - ENTRY);
    makeRoom(length);
    if (next - oldest == capacity) {
      growRing();
    }
    int at = slot(next) * STRIDE;
    ring[at] = storeEnd;
    ring[at + 1] = nameLength;
    ring[at + 2] = valueLength;
    System.arraycopy(name, nameStart, store, storeEnd, nameLength);
    System.arraycopy(value, valueStart, store, storeEnd + nameLength, valueLength);
    storeEnd += length;
    size += length + ENTRY;
    next++;
    return true;
  }

  /** Moves the bytes that are in use to the front, into a larger array where they fill half. */
  private void makeRoom(int more) {
    if (store.length - storeEnd >= more) {
      return;
    }
    int liveStart = next == oldest ? storeEnd : nameStart(oldest);
    int live = storeEnd - liveStart;
    byte[] from = store;
    // At least as much as is copied is added before the next copy: each byte is copied once or
    // twice, whatever comes.
    if (2 * (live + more) > store.length) {
      store = new byte[Math.max(FIRST_BYTES, 2 * (live + more))];
    }
    System.arraycopy(from, liveStart, store, 0, live);
    for (int i = oldest; i != next; i++) {
      ring[slot(i) * STRIDE] -= liveStart;
    }
    storeEnd = live;
  }

  private void growRing() {
    int[] from = ring;
    int old = capacity;
    capacity = Math.max(FIRST_ENTRIES, old * 2);
    ring = new int[capacity * STRIDE];
    for (int i = oldest; i != next; i++) {
      System.arraycopy(from, (i & (old - 1)) * STRIDE, ring, slot(i) * STRIDE, STRIDE);
    }
  }

  boolean nameEquals(int number, byte[] bytes, int start, int end) {
    return Arrays.equals(store, nameStart(number), nameEnd(number), bytes, start, end);
  }

  boolean valueEquals(int number, byte[] bytes, int start, int end) {
    return Arrays.equals(store, nameEnd(number), valueEnd(number), bytes, start, end);
  }

  /** A number for a range, the same wherever it stands. */
  static int hash(byte[] bytes, int start, int end) {
    int length = end - start;
    long hash = length;
    int i = start;
    for (; i + 8 <= end; i += 8) {
      hash = (hash ^ (long) LONGS.get(bytes, i)) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 32;
    }
    long rest = 0;
    for (; i < end; i++) {
      rest = rest << 8 | (bytes[i] & 0xff);
    }
    hash = (hash ^ rest) * 0x9e3779b97f4a7c15L;
    return (int) (hash >>> 32);
  }
}
