package dev.signalbox.http.h2;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one connection by their number: open addressing over ints, without an object for
 * an entry. On its connection's loop.
 */
final class StreamTable {
  private static final H2Stream[] NONE = {};
  private static final int FIRST = 8;

  private @Nullable H2Stream[] slots = NONE;
  private int size;

  int size() {
    return size;
  }

  // Numbers of one side are two apart: their halves spread evenly.
  private int slot(int id) {
    return (id >>> 1) & (slots.length - 1);
  }

  @Nullable H2Stream get(int id) {
    if (size == 0) {
      return null;
    }
    for (int i = slot(id); ; i = (i + 1) & (slots.length - 1)) {
      H2Stream stream = slots[i];
      if (stream == null || stream.id() == id) {
        return stream;
      }
    }
  }

  void add(H2Stream stream) {
    if (size * 2 >= slots.length) {
      @Nullable H2Stream[] old = slots;
      slots = new H2Stream[Math.max(FIRST, old.length * 2)];
      for (H2Stream each : old) {
        if (each != null) {
          enter(each);
        }
      }
    }
    enter(stream);
    size++;
  }

  private void enter(H2Stream stream) {
    int i = slot(stream.id());
    while (slots[i] != null) {
      i = (i + 1) & (slots.length - 1);
    }
    slots[i] = stream;
  }

  void remove(int id) {
    if (size == 0) {
      return;
    }
    int mask = slots.length - 1;
    int hole = slot(id);
    for (H2Stream at = slots[hole]; at == null || at.id() != id; at = slots[hole]) {
      if (at == null) {
        return;
      }
      hole = (hole + 1) & mask;
    }
    size--;
    // What follows moves up, so that no search ends too early (Knuth, 6.4, algorithm R).
    for (int i = (hole + 1) & mask; ; i = (i + 1) & mask) {
      H2Stream next = slots[i];
      if (next == null) {
        break;
      }
      int home = slot(next.id());
      boolean mayMove = hole <= i ? home <= hole || home > i : home <= hole && home > i;
      if (mayMove) {
        slots[hole] = next;
        hole = i;
      }
    }
    slots[hole] = null;
  }

  /** All of them as they are now, for whoever may end some while walking. */
  H2Stream[] all() {
    var all = new H2Stream[size];
    int count = 0;
    for (H2Stream stream : slots) {
      if (stream != null) {
        all[count++] = stream;
      }
    }
    return count == size ? all : Arrays.copyOf(all, count);
  }
}
