package dev.signalbox.config;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An amount of bytes: {@code 512B}, {@code 8KB}, {@code 1MB}, {@code 1GB}. A kilobyte is 1024
 * bytes, under either of its names, KB and KiB.
 */
public record Bytes(long count) implements Comparable<Bytes> {
  /** More than there can be; written {@code none} where a limit is asked for. */
  public static final Bytes UNLIMITED = new Bytes(Long.MAX_VALUE);

  public static final Shape<Bytes> SHAPE =
      Shapes.value("size", "^[0-9]+([KMGT]i?)?B$", List.of("512B", "8KB", "1MB"), Bytes::parse);

  private static final List<String> UNITS = List.of("B", "KB", "MB", "GB", "TB");
  private static final Map<String, Integer> SHIFTS =
      Map.of(
          "B", 0, "KB", 10, "KiB", 10, "MB", 20, "MiB", 20, "GB", 30, "GiB", 30, "TB", 40, "TiB",
          40);
  private static final Pattern FORM = Pattern.compile("([0-9]+)([A-Za-z]*)");

  public Bytes {
    if (count < 0) {
      throw new IllegalArgumentException("bytes: " + count + " (expected: 0 or more)");
    }
  }

  /**
   * Reads an amount.
   *
   * @throws InvalidValue if it is none
   */
  public static Bytes parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      boolean isFraction = text.matches("[0-9]+[.,][0-9]+ ?[A-Za-z]+");
      throw new InvalidValue(
          text,
          isFraction ? "is not whole" : "is not a size",
          isFraction ? "a smaller unit, like 1536KB" : "like 512B, 8KB or 1MB");
    }
    var digits = form.group(1);
    var unit = form.group(2);
    if (unit.isEmpty()) {
      throw new InvalidValue(
          text,
          "has no unit",
          digits.length() > 15 ? "like 8KB" : digits + "B or " + digits + "KB");
    }
    var shift = SHIFTS.get(unit);
    if (shift == null) {
      throw new InvalidValue(
          text, "has the unit " + Shown.quoted(unit), meant(digits, unit.toUpperCase(Locale.ROOT)));
    }
    var count = digits.length() > 19 ? null : new BigInteger(digits).shiftLeft(shift);
    if (count == null || count.bitLength() > 62) {
      throw new InvalidValue(text, "is too much", "less than 4194304TB");
    }
    return new Bytes(count.longValueExact());
  }

  private static String meant(String digits, String unit) {
    var full = unit.endsWith("B") ? unit : unit + "B";
    boolean isKnown = UNITS.contains(full) && digits.length() <= 15;
    return isKnown ? digits + full : "B, KB, MB, GB or TB";
  }

  /** Amounts from one to another, both included. */
  public static Shape<Bytes> between(Bytes least, Bytes most) {
    return SHAPE.only(
        bytes -> bytes.compareTo(least) >= 0 && bytes.compareTo(most) <= 0, least + " to " + most);
  }

  /** The same as an int, for limits that index memory; at most the largest int. */
  public int toInt() {
    return (int) Math.min(count, Integer.MAX_VALUE);
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(count, other.count);
  }

  /** As it is written: with the largest unit that divides it. */
  @Override
  public String toString() {
    if (count == Long.MAX_VALUE) {
      return "none";
    }
    int unit = 0;
    long rest = count;
    while (rest != 0 && rest % 1024 == 0 && unit < UNITS.size() - 1) {
      rest /= 1024;
      unit++;
    }
    return rest + UNITS.get(unit);
  }
}
