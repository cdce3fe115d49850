package dev.signalbox.analysis.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of Unicode characters, as ranges in order that do not touch. Immutable.
 *
 * @param ranges each first and last, both included
 */
record CodePoints(List<Range> ranges) {
  static final int LAST = 0x10ffff;
  static final CodePoints ALL = new CodePoints(List.of(new Range(0, LAST)));
  static final CodePoints NONE = new CodePoints(List.of());

  // What folds to an ASCII letter without being one.
  private static final int LONG_S = 0x17f;
  private static final int KELVIN = 0x212a;

  record Range(int first, int last) {}

  static CodePoints of(int first, int last) {
    return new CodePoints(List.of(new Range(first, last)));
  }

  /** As it would stand in brackets, characters in pairs of first and last: {@code "azAZ09"}. */
  static CodePoints ofPairs(String pairs) {
    var set = NONE;
    for (int i = 0; i < pairs.length(); i += 2) {
      set = set.or(of(pairs.charAt(i), pairs.charAt(i + 1)));
    }
    return set;
  }

  CodePoints or(CodePoints other) {
    var all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    all.sort(Comparator.comparingInt(Range::first));
    var merged = new ArrayList<Range>();
    for (var range : all) {
      var last = merged.isEmpty() ? null : merged.getLast();
      if (last != null && range.first <= last.last + 1) {
        merged.set(merged.size() - 1, new Range(last.first, Math.max(last.last, range.last)));
      } else {
        merged.add(range);
      }
    }
    return new CodePoints(List.copyOf(merged));
  }

  CodePoints not() {
    var others = new ArrayList<Range>();
    int next = 0;
    for (var range : ranges) {
      if (range.first > next) {
        others.add(new Range(next, range.first - 1));
      }
      next = range.last + 1;
    }
    if (next <= LAST) {
      others.add(new Range(next, LAST));
    }
    return new CodePoints(List.copyOf(others));
  }

  boolean has(int value) {
    return ranges.stream().anyMatch(range -> range.first <= value && value <= range.last);
  }

  boolean isAscii() {
    return ranges.isEmpty() || ranges.getLast().last < 0x80;
  }

  /** With each ASCII letter also its other forms, as Unicode folds case. For ASCII only. */
  CodePoints inAnyCase() {
    var folded = this;
    for (int lower = 'a'; lower <= 'z'; lower++) {
      int upper = lower - 0x20;
      if (has(lower) || has(upper)) {
        folded = folded.or(of(lower, lower)).or(of(upper, upper));
      }
    }
    if (has('s') || has('S')) {
      folded = folded.or(of(LONG_S, LONG_S));
    }
    if (has('k') || has('K')) {
      folded = folded.or(of(KELVIN, KELVIN));
    }
    return folded;
  }

  /** Those below 256, as bytes. */
  ByteSet bytes() {
    var bytes = ByteSet.NONE;
    for (var range : ranges) {
      if (range.first <= 0xff) {
        bytes = bytes.or(ByteSet.range(range.first, Math.min(range.last, 0xff)));
      }
    }
    return bytes;
  }
}
