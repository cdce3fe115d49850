package dev.signalbox.analysis.text;

import java.util.Arrays;
import java.util.HashMap;

/**
 * Bytes in classes, so that an automaton needs a way for each class and not for each byte. Starts
 * with all in one class and is refined. Confined to the building of one automaton.
 */
final class ByteClasses {
  private final int[] classOf = new int[256];
  private int count = 1;

  /** Afterwards no class is half in the set. */
  void refine(ByteSet set) {
    var distinguished = new int[256];
    for (int i = 0; i < 256; i++) {
      distinguished[i] = set.has(i) ? 1 : 0;
    }
    refine(distinguished);
  }

  /** Afterwards no class has bytes of different colours. */
  void refine(int[] colours) {
    var names = new HashMap<Long, Integer>();
    for (int i = 0; i < 256; i++) {
      long pair = (long) classOf[i] << 32 | colours[i];
      Integer known = names.putIfAbsent(pair, names.size());
      classOf[i] = known == null ? names.size() - 1 : known;
    }
    count = names.size();
  }

  int count() {
    return count;
  }

  /** The class of each byte. */
  int[] classOf() {
    return classOf.clone();
  }

  /** A byte of each class. */
  int[] representatives() {
    var bytes = new int[count];
    Arrays.fill(bytes, -1);
    for (int i = 255; i >= 0; i--) {
      bytes[classOf[i]] = i;
    }
    return bytes;
  }
}
