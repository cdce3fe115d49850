package dev.signalbox.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 500ms}, {@code 2s}, {@code 1m30s}, {@code 1d}. */
public final class DurationText {
  private static final List<String> UNITS = List.of("d", "h", "m", "s", "ms");
  private static final long[] UNIT_MILLIS = {86_400_000, 3_600_000, 60_000, 1_000, 1};
  private static final Pattern PART = Pattern.compile("([0-9]+)([a-z]+)");
  private static final Pattern DECIMAL =
      Pattern.compile("([0-9]{1,9})[.,]([0-9]{1,3}) ?(d|h|m|s|ms)");
  // Every duration then fits into the nanoseconds of a long.
  private static final long MOST_DAYS = 36_500;

  private DurationText() {}

  /**
   * Reads a duration.
   *
   * @throws InvalidValue if it is none
   */
  public static Duration parse(String text) {
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new InvalidValue(
          text, "has no unit", text.length() > 9 ? "like 75s" : text + "s or " + text + "ms");
    }
    long millis = 0;
    int lastUnit = -1;
    int end = 0;
    for (var part = PART.matcher(text); end < text.length(); end = part.end()) {
      if (!part.find() || part.start() != end) {
        throw invalid(text);
      }
      int unit = UNITS.indexOf(part.group(2));
      if (unit < 0) {
        throw unknownUnit(text, part);
      }
      if (unit <= lastUnit) {
        throw new InvalidValue(text, "has its units out of order", "large to small, like 1m30s");
      }
      lastUnit = unit;
      millis += number(text, part.group(1)) * UNIT_MILLIS[unit];
    }
    if (lastUnit < 0) {
      throw invalid(text);
    }
    if (millis > MOST_DAYS * UNIT_MILLIS[0]) {
      throw tooLong(text);
    }
    return Duration.ofMillis(millis);
  }

  /** The shortest way to write it, to the millisecond. */
  public static String text(Duration duration) {
    long rest = duration.toMillis();
    if (rest == 0) {
      return "0s";
    }
    var out = new StringBuilder();
    for (int unit = 0; unit < UNIT_MILLIS.length; unit++) {
      long count = rest / UNIT_MILLIS[unit];
      if (count > 0) {
        out.append(count).append(UNITS.get(unit));
        rest -= count * UNIT_MILLIS[unit];
      }
    }
    return out.toString();
  }

  private static long number(String text, String digits) {
    if (digits.length() > 13) {
      throw tooLong(text);
    }
    long number = Long.parseLong(digits);
    if (number > MOST_DAYS * UNIT_MILLIS[0]) {
      throw tooLong(text);
    }
    // Even as days this stays far from overflow only if small; larger ones are too long anyway.
    return Math.min(number, Long.MAX_VALUE / UNIT_MILLIS[0] / UNITS.size());
  }

  private static InvalidValue tooLong(String text) {
    return new InvalidValue(text, "is too long", "at most " + MOST_DAYS + "d");
  }

  private static InvalidValue unknownUnit(String text, Matcher part) {
    var meant =
        switch (part.group(2)) {
          case "msec", "millis", "msecs" -> "ms";
          case "sec", "secs", "second", "seconds" -> "s";
          case "min", "mins", "minute", "minutes" -> "m";
          case "hr", "hrs", "hour", "hours" -> "h";
          case "day", "days" -> "d";
          default -> "";
        };
    return new InvalidValue(
        text,
        "has the unit " + Shown.quoted(part.group(2)),
        meant.isEmpty() ? "ms, s, m, h or d" : part.group(1) + meant);
  }

  private static InvalidValue invalid(String text) {
    var decimal = DECIMAL.matcher(text);
    if (decimal.matches()) {
      long unit = UNIT_MILLIS[UNITS.indexOf(decimal.group(3))];
      var fraction = decimal.group(2);
      long thousandths = Long.parseLong(fraction + "0".repeat(3 - fraction.length()));
      long millis = Long.parseLong(decimal.group(1)) * unit + thousandths * unit / 1000;
      return new InvalidValue(text, "is not whole", text(Duration.ofMillis(millis)));
    }
    var tidy = text.toLowerCase(Locale.ROOT).replace(" ", "");
    boolean isNearly = !tidy.equals(text) && tidy.matches("([0-9]{1,9}(ms|s|m|h|d))+");
    return new InvalidValue(text, "is not a duration", isNearly ? tidy : "like 500ms, 2s or 1m30s");
  }
}
