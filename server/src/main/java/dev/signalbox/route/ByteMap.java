package dev.signalbox.route;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values by names, looked up by a range of bytes and without an object. Immutable.
 *
 * <p>The hash of a name is made from its end to its start, so that one walk over a host hashes all
 * its parent domains. A requester cannot slow it down: the names, and so the longest chain, come
 * from the configuration alone.
 */
final class ByteMap<V> {
  static final int EMPTY_HASH = 0;

  /** Up to so many names are compared one by one, which is faster than hashing. */
  private static final int FEW = 4;

  private final byte[][] names;
  private final int[] hashes;
  private final Object[] values;

  // Places in the arrays, one higher, by hash with linear probing; empty where names are few.
  private final int[] places;

  private ByteMap(byte[][] names, Object[] values) {
    this.names = names;
    this.values = values;
    this.hashes = new int[names.length];
    this.places =
        names.length <= FEW ? new int[0] : new int[4 * Integer.highestOneBit(names.length)];
    for (int i = 0; i < names.length; i++) {
      hashes[i] = hash(names[i], 0, names[i].length);
      if (places.length > 0) {
        int slot = slot(hashes[i]);
        while (places[slot] != 0) {
          slot = slot + 1 & places.length - 1;
        }
        places[slot] = i + 1;
      }
    }
  }

  static <B, V> ByteMap<V> of(Map<String, B> entries, Function<B, V> build) {
    var sorted = entries.keySet().stream().sorted().toList();
    var names =
        sorted.stream().map(n -> n.getBytes(StandardCharsets.ISO_8859_1)).toArray(byte[][]::new);
    var values = sorted.stream().map(entries::get).map(build).toArray();
    return new ByteMap<>(names, values);
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
    return get(places.length == 0 ? 0 : hash(bytes, start, end), bytes, start, end);
  }

  /** As {@link #get(byte[], int, int)}, where the hash is known. */
  @Nullable V get(int hash, byte[] bytes, int start, int end) {
    if (places.length == 0) {
      for (int i = 0; i < names.length; i++) {
        if (isName(i, bytes, start, end)) {
          return value(i);
        }
      }
      return null;
    }
    for (int slot = slot(hash); ; slot = slot + 1 & places.length - 1) {
      int place = places[slot] - 1;
      if (place < 0) {
        return null;
      }
      if (hashes[place] == hash && isName(place, bytes, start, end)) {
        return value(place);
      }
    }
  }

  /** The value of a map of one name. */
  V only() {
    return value(0);
  }

  private boolean isName(int i, byte[] bytes, int start, int end) {
    byte[] name = names[i];
    return name.length == end - start && Arrays.equals(name, 0, name.length, bytes, start, end);
  }

  private int slot(int hash) {
    int mixed = hash * 0x9e3779b9; // Fibonacci hashing: names often differ in their ends only
    return (mixed ^ mixed >>> 16) & places.length - 1;
  }

  @SuppressWarnings("unchecked") // only values of this type were put in
  private V value(int i) {
    return (V) values[i];
  }
}
