package dev.signalbox.route;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values by names, looked up by a range of bytes and without an object. Immutable.
 *
 * <p>A lookup in a large table costs what it has to fetch from memory. So all names stand in one
 * array, and with the hash of each where they stand: a name that is not there is told by one line
 * of the processor's cache, one that is there by two more and the value.
 *
 * <p>The hash of a name is made from its end to its start, so that one walk over a host hashes all
 * its parent domains. A requester cannot slow it down: the names, and so the longest chain, come
 * from the configuration alone.
 */
final class ByteMap<V> {
  static final int EMPTY_HASH = 0;

  /** Up to so many names are compared one by one, which is faster than hashing. */
  private static final int FEW = 4;

  // An entry of the table: the hash, where the name starts, its length, and which value it is, one
  // higher; 0 there is an empty place.
  private static final int STRIDE = 4;

  private final byte[] names;
  private final Object[] values;

  /** By hash with linear probing. Where names are few: where each starts, and the last ends. */
  private final int[] table;

  private final int mask; // of places in the table; -1 where names are few

  private static final ByteMap<Object> NONE = new ByteMap<>(new byte[0], new int[1], new Object[0]);

  private ByteMap(byte[] names, int[] starts, Object[] values) {
    this.names = names;
    this.values = values;
    if (values.length <= FEW) {
      this.mask = -1;
      this.table = starts;
      return;
    }
    this.mask = 4 * Integer.highestOneBit(values.length) - 1;
    this.table = new int[(mask + 1) * STRIDE];
    for (int i = 0; i < values.length; i++) {
      int hash = hash(names, starts[i], starts[i + 1]);
      int place = place(hash);
      while (table[place * STRIDE + 3] != 0) {
        place = (place + 1) & mask;
      }
      table[place * STRIDE] = hash;
      table[place * STRIDE + 1] = starts[i];
      table[place * STRIDE + 2] = starts[i + 1] - starts[i];
      table[place * STRIDE + 3] = i + 1;
    }
  }

  /**
   * Makes one.
   *
   * @param shared of what other maps of the same table are made, too
   */
  static <B, V> ByteMap<V> of(Map<String, B> entries, Function<B, V> build, Shared shared) {
    if (entries.isEmpty()) {
      return none(); // as of most nodes of a tree
    }
    var sorted = new ArrayList<>(entries.entrySet());
    sorted.sort(Map.Entry.comparingByKey());
    var names = new ByteArrayOutputStream();
    var starts = new int[sorted.size() + 1];
    var values = new Object[sorted.size()];
    for (int i = 0; i < values.length; i++) {
      names.writeBytes(sorted.get(i).getKey().getBytes(StandardCharsets.ISO_8859_1));
      starts[i + 1] = names.size();
      values[i] = build.apply(sorted.get(i).getValue());
    }
    return new ByteMap<>(shared.bytes(names.toByteArray()), shared.ints(starts), values);
  }

  @SuppressWarnings("unchecked") // without values there is none of another type
  private static <V> ByteMap<V> none() {
    return (ByteMap<V>) NONE;
  }

  /** The hash of what was hashed before with one byte more in front. */
  static int hash(int hash, byte before) {
    return hash * 31 + before;
  }

  static int hash(byte[] bytes, int start, int end) {
    int hash = EMPTY_HASH;
    for (int at = end - 1; at >= start; at--) {
      hash = hash(hash, bytes[at]);
    }
    return hash;
  }

  @Nullable V get(byte[] bytes, int start, int end) {
    return get(mask < 0 ? EMPTY_HASH : hash(bytes, start, end), bytes, start, end);
  }

  /** As {@link #get(byte[], int, int)}, where the hash is known. */
  @Nullable V get(int hash, byte[] bytes, int start, int end) {
    if (mask < 0) {
      for (int i = 0; i < values.length; i++) {
        if (Arrays.equals(names, table[i], table[i + 1], bytes, start, end)) {
          return value(i);
        }
      }
      return null;
    }
    for (int place = place(hash); ; place = (place + 1) & mask) {
      int at = place * STRIDE;
      int value = table[at + 3];
      if (value == 0) {
        return null;
      }
      int from = table[at + 1];
      if (table[at] == hash
          && Arrays.equals(names, from, from + table[at + 2], bytes, start, end)) {
        return value(value - 1);
      }
    }
  }

  /** The value of a map of one name. */
  V only() {
    return value(0);
  }

  private int place(int hash) {
    int mixed = hash * 0x9e3779b9; // Fibonacci hashing: names often differ in their ends only
    return (mixed ^ (mixed >>> 16)) & mask;
  }

  @SuppressWarnings("unchecked") // only values of this type were put in
  private V value(int i) {
    return (V) values[i];
  }
}
