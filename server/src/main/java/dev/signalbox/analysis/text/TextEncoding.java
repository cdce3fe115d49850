package dev.signalbox.analysis.text;

import dev.signalbox.analysis.text.CodePoints.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How the characters of a regular expression stand in the bytes of a text. */
public enum TextEncoding {
  /** A byte is a character. For texts that are ASCII anyway the simplest, and as exact. */
  LATIN_1 {
    @Override
    List<List<ByteSet>> sequences(CodePoints characters) {
      var bytes = characters.bytes();
      return bytes.isEmpty() ? List.of() : List.of(List.of(bytes));
    }
  },

  /** RFC 3629. What is no valid UTF-8 has no characters, so no expression matches it. */
  UTF_8 {
    @Override
    List<List<ByteSet>> sequences(CodePoints characters) {
      var sequences = new ArrayList<List<ByteSet>>();
      for (var range : characters.ranges()) {
        addAround(range.first(), range.last(), sequences);
      }
      return sequences;
    }
  };

  private static final int[] LAST_OF_LENGTH = {0x7f, 0x7ff, 0xffff};

  /** Rows of bytes that together are the set: one byte of each in turn. */
  abstract List<List<ByteSet>> sequences(CodePoints characters);

  /** Without surrogates, which are no characters (RFC 3629 §3). */
  private static void addAround(int first, int last, List<List<ByteSet>> into) {
    for (var part :
        List.of(
            new Range(first, Math.min(last, Character.MIN_SURROGATE - 1)),
            new Range(Math.max(first, Character.MAX_SURROGATE + 1), last))) {
      if (part.first() <= part.last()) {
        add(part.first(), part.last(), into);
      }
    }
  }

  /** Splits until all characters between have the same bytes but for ranges at the end. */
  private static void add(int first, int last, List<List<ByteSet>> into) {
    for (int end : LAST_OF_LENGTH) {
      if (first <= end && end < last) {
        add(first, end, into);
        add(end + 1, last, into);
        return;
      }
    }
    for (int bits = 6; last > 0x7f && bits <= 18; bits += 6) {
      int mask = (1 << bits) - 1;
      if ((first & ~mask) == (last & ~mask)) {
        continue;
      }
      int split = (first & mask) != 0 ? first | mask : (last & ~mask) - 1;
      if ((first & mask) != 0 || (last & mask) != mask) {
        add(first, split, into);
        add(split + 1, last, into);
        return;
      }
    }
    var from = bytes(first);
    var to = bytes(last);
    var row = new ByteSet[from.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = ByteSet.range(from[i], to[i]);
    }
    into.add(Arrays.asList(row));
  }

  private static int[] bytes(int c) {
    int more = c <= 0x7f ? 0 : c <= 0x7ff ? 1 : c <= 0xffff ? 2 : 3;
    var bytes = new int[more + 1];
    for (int i = more; i > 0; i--) {
      bytes[i] = 0x80 | (c >> (6 * (more - i)) & 0x3f);
    }
    int mark = more == 0 ? 0 : 0xff << (7 - more) & 0xff;
    bytes[0] = mark | c >> (6 * more);
    return bytes;
  }
}
