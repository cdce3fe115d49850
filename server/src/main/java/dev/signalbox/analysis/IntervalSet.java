package dev.signalbox.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A set of whole numbers: seconds, percents, what a numeric range lets through. Ranges in order
 * that do not touch. Immutable.
 */
record IntervalSet(List<Interval> intervals) {
  static final IntervalSet NONE = new IntervalSet(List.of());
  static final IntervalSet ALL = of(Long.MIN_VALUE, Long.MAX_VALUE);

  /** From the first to the last, both included. */
  record Interval(long first, long last) {
    public Interval {
      if (first > last) {
        throw new IllegalArgumentException(
            "interval: " + first + ".." + last + " (expected: low..high)");
      }
    }
  }

  static IntervalSet of(long first, long last) {
    return new IntervalSet(List.of(new Interval(first, last)));
  }

  boolean contains(long value) {
    int low = 0;
    int high = intervals.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      var interval = intervals.get(middle);
      if (value < interval.first) {
        high = middle - 1;
      } else if (value > interval.last) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  IntervalSet or(IntervalSet other) {
    var all = new ArrayList<>(intervals);
    all.addAll(other.intervals);
    all.sort(Comparator.comparingLong(Interval::first));
    var merged = new ArrayList<Interval>();
    for (var next : all) {
      var last = merged.isEmpty() ? null : merged.getLast();
      // The largest number has no successor, and nothing can begin after it.
      if (last != null && (last.last == Long.MAX_VALUE || next.first <= last.last + 1)) {
        merged.removeLast();
        merged.add(new Interval(last.first, Math.max(last.last, next.last)));
      } else {
        merged.add(next);
      }
    }
    return new IntervalSet(List.copyOf(merged));
  }

  IntervalSet and(IntervalSet other) {
    var both = new ArrayList<Interval>();
    int i = 0;
    int j = 0;
    while (i < intervals.size() && j < other.intervals.size()) {
      var mine = intervals.get(i);
      var theirs = other.intervals.get(j);
      long first = Math.max(mine.first, theirs.first);
      long last = Math.min(mine.last, theirs.last);
      if (first <= last) {
        both.add(new Interval(first, last));
      }
      if (mine.last < theirs.last) {
        i++;
      } else {
        j++;
      }
    }
    return new IntervalSet(List.copyOf(both));
  }

  IntervalSet not() {
    var others = new ArrayList<Interval>();
    long next = Long.MIN_VALUE;
    for (var interval : intervals) {
      if (interval.first > next) {
        others.add(new Interval(next, interval.first - 1));
      }
      if (interval.last == Long.MAX_VALUE) {
        return new IntervalSet(List.copyOf(others));
      }
      next = interval.last + 1;
    }
    others.add(new Interval(next, Long.MAX_VALUE));
    return new IntervalSet(List.copyOf(others));
  }

  IntervalSet minus(IntervalSet other) {
    return and(other.not());
  }

  boolean isEmpty() {
    return intervals.isEmpty();
  }

  boolean isSubsetOf(IntervalSet other) {
    return minus(other).isEmpty();
  }

  /** The least member that is not negative, otherwise the largest; null if there is none. */
  @Nullable Long example() {
    if (intervals.isEmpty()) {
      return null;
    }
    for (var interval : intervals) {
      if (interval.last >= 0) {
        return Math.max(interval.first, 0);
      }
    }
    return intervals.getLast().last;
  }

  /** Up to so many members: the ends of the ranges. */
  List<Long> examples(int most) {
    return intervals.stream()
        .flatMap(i -> Stream.of(i.first, i.last))
        .distinct()
        .limit(most)
        .toList();
  }
}
