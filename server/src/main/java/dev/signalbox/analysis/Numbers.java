package dev.signalbox.analysis;

import dev.signalbox.analysis.text.ByteSet;
import dev.signalbox.analysis.text.Glob;
import dev.signalbox.analysis.text.Glob.Element;
import dev.signalbox.analysis.text.TextSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The texts that are whole numbers in a range, as {@code TextTest.Range} reads them: digits, any
 * zeros in front, perhaps a minus; what a long cannot hold counts as the largest or smallest. Pure.
 */
final class Numbers {
  private static final ByteSet DIGITS = ByteSet.range('0', '9');

  private Numbers() {}

  static TextSet texts(long min, long max) {
    var rows = new ArrayList<List<Element>>();
    if (max >= 0) {
      var most = max == Long.MAX_VALUE ? null : Long.toString(max);
      add("", Long.toString(Math.max(min, 0)), most, rows);
    }
    if (min <= 0) { // "-0" is zero
      var most = min == Long.MIN_VALUE ? null : Long.toString(min).replace("-", "");
      add("-", Long.toString(Math.min(max, 0)).replace("-", ""), most, rows);
    }
    var sets = rows.stream().map(TextSet::of).toList();
    return TextSet.union(sets);
  }

  /** Numbers without sign; {@code most} is null where there is no largest. */
  private static void add(
      String sign, String least, @Nullable String most, List<List<Element>> into) {
    var start = Glob.literal(sign, false);
    start.add(Element.many(ByteSet.of('0')));
    int longest = most == null ? least.length() : most.length();
    for (int length = least.length(); length <= longest; length++) {
      var low = length == least.length() ? least : "1" + "0".repeat(length - 1);
      var high = most != null && length == most.length() ? most : "9".repeat(length);
      if (low.equals("0")) { // zero is zeros alone, at least one
        var zero = new ArrayList<>(start);
        zero.add(Element.one(ByteSet.of('0')));
        into.add(zero);
        low = "1";
        if (high.equals("0")) {
          continue;
        }
      }
      between(start, low, high, into);
    }
    if (most == null) {
      var longer = new ArrayList<>(start);
      longer.add(Element.one(ByteSet.range('1', '9')));
      for (int i = 0; i < longest; i++) {
        longer.add(Element.one(DIGITS));
      }
      longer.add(Element.many(DIGITS));
      into.add(longer);
    }
  }

  /** Numbers of the same length from one to the other. */
  private static void between(
      List<Element> start, String low, String high, List<List<Element>> into) {
    if (low.isEmpty()) {
      into.add(start);
      return;
    }
    char first = low.charAt(0);
    char last = high.charAt(0);
    var lowRest = low.substring(1);
    var highRest = high.substring(1);
    if (first == last) {
      between(then(start, ByteSet.of(first)), lowRest, highRest, into);
      return;
    }
    int from = first;
    int to = last;
    if (!lowRest.chars().allMatch(c -> c == '0')) {
      var nines = "9".repeat(lowRest.length());
      between(then(start, ByteSet.of(first)), lowRest, nines, into);
      from++;
    }
    if (!highRest.chars().allMatch(c -> c == '9')) {
      var zeros = "0".repeat(highRest.length());
      between(then(start, ByteSet.of(last)), zeros, highRest, into);
      to--;
    }
    if (from <= to) {
      var row = then(start, ByteSet.range(from, to));
      for (int i = 0; i < lowRest.length(); i++) {
        row.add(Element.one(DIGITS));
      }
      into.add(row);
    }
  }

  private static List<Element> then(List<Element> start, ByteSet bytes) {
    var row = new ArrayList<>(start);
    row.add(Element.one(bytes));
    return row;
  }
}
