package dev.signalbox.route;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a text must be. Texts of requests are bytes, and read as UTF-8. Only those with a regular
 * expression allocate. Immutable.
 */
public sealed interface TextTest {
  /** This text. */
  record Is(String text, boolean ignoreCase) implements TextTest {
    @Override
    public boolean holds(byte[] bytes, int start, int end) {
      return TextInBytes.equal(bytes, start, end, text, ignoreCase);
    }

    @Override
    public String toString() {
      return shown(text) + inAnyCase(ignoreCase);
    }
  }

  /** One of these texts. */
  record OneOf(List<String> texts, boolean ignoreCase) implements TextTest {
    public OneOf {
      texts = List.copyOf(texts);
    }

    @Override
    public boolean holds(byte[] bytes, int start, int end) {
      for (int i = 0; i < texts.size(); i++) { // no iterator, which would be an object
        if (TextInBytes.equal(bytes, start, end, texts.get(i), ignoreCase)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String toString() {
      return texts.stream().map(TextTest::shown).collect(Collectors.joining(" or "))
          + inAnyCase(ignoreCase);
    }
  }

  /** Begins with this text. */
  record Prefix(String text, boolean ignoreCase) implements TextTest {
    @Override
    public boolean holds(byte[] bytes, int start, int end) {
      return TextInBytes.startsWith(bytes, start, end, text, ignoreCase);
    }

    @Override
    public String toString() {
      return "prefix " + shown(text) + inAnyCase(ignoreCase);
    }
  }

  /** Ends with this text. */
  record Suffix(String text, boolean ignoreCase) implements TextTest {
    @Override
    public boolean holds(byte[] bytes, int start, int end) {
      return TextInBytes.endsWith(bytes, start, end, text, ignoreCase);
    }

    @Override
    public String toString() {
      return "suffix " + shown(text) + inAnyCase(ignoreCase);
    }
  }

  /** Has this text anywhere. */
  record Contains(String text, boolean ignoreCase) implements TextTest {
    @Override
    public boolean holds(byte[] bytes, int start, int end) {
      return TextInBytes.contains(bytes, start, end, text, ignoreCase);
    }

    @Override
    public String toString() {
      return "contains " + shown(text) + inAnyCase(ignoreCase);
    }
  }

  /** Matches as a whole. */
  record Matches(Regex regex) implements TextTest {
    @Override
    public boolean holds(byte[] bytes, int start, int end) {
      return regex.matches(bytes, start, end);
    }

    @Override
    public String toString() {
      return "regex " + regex;
    }
  }

  /** Is there at all, even if it is empty. */
  record Present() implements TextTest {
    @Override
    public boolean holds(byte[] bytes, int start, int end) {
      return true;
    }

    @Override
    public String toString() {
      return "present";
    }
  }

  /**
   * A whole number from {@code min} to {@code max}: decimal digits, perhaps after a minus. What is
   * longer than a long can hold counts as the largest, or the smallest.
   */
  record Range(long min, long max) implements TextTest {
    public Range {
      if (min > max) {
        throw new IllegalArgumentException("range: " + min + ".." + max + " (expected: low..high)");
      }
    }

    @Override
    public boolean holds(byte[] bytes, int start, int end) {
      boolean isNegative = start < end && bytes[start] == '-';
      int at = isNegative ? start + 1 : start;
      if (at == end) {
        return false;
      }
      long number = 0; // negative, since the negative side holds one more
      for (; at < end; at++) {
        int digit = bytes[at] - '0';
        if (digit < 0 || digit > 9) {
          return false;
        }
        boolean isTooLong = number < (Long.MIN_VALUE + digit) / 10;
        number = isTooLong ? Long.MIN_VALUE : number * 10 - digit;
      }
      long value = isNegative ? number : number == Long.MIN_VALUE ? Long.MAX_VALUE : -number;
      return value >= min && value <= max;
    }

    @Override
    public String toString() {
      return "range "
          + (min == Long.MIN_VALUE ? "" : min)
          + ".."
          + (max == Long.MAX_VALUE ? "" : max);
    }
  }

  /** Whether the bytes from {@code start} to {@code end} are such a text. */
  boolean holds(byte[] bytes, int start, int end);

  /** Whether the text is such a one. */
  default boolean holds(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return holds(bytes, 0, bytes.length);
  }

  private static String inAnyCase(boolean ignoreCase) {
    return ignoreCase ? " in any case" : "";
  }

  private static String shown(String text) {
    boolean isPlain =
        !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c != 0x7f && c != '"');
    return isPlain ? text : '"' + text.replace("\"", "\\\"") + '"';
  }
}
