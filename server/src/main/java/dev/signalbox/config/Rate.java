package dev.signalbox.config;

import java.time.Duration;
import java.util.List;

/**
 * How much in how long: {@code 5/m}, {@code 100/10s}, {@code 240B/s}, {@code 10KB/s}.
 *
 * @param bytes whether the amount is in bytes
 */
public record Rate(long amount, boolean bytes, Duration per) {
  /** No rate is asked for; written {@code none} where that is allowed. */
  public static final Rate NONE = new Rate(0, true, Duration.ofSeconds(1));

  /** A number of things in a time. */
  public static final Shape<Rate> SHAPE =
      Shapes.value(
          "rate",
          "^[0-9]+/[0-9]*(ms|s|m|h|d)$",
          List.of("5/s", "100/m", "1000/10s"),
          Rate::parseCount);

  /** An amount of bytes in a time. */
  public static final Shape<Rate> OF_BYTES =
      Shapes.value(
          "byte-rate",
          "^[0-9]+([KMGT]i?)?B/[0-9]*(ms|s|m|h|d)$",
          List.of("240B/s", "10KB/s"),
          Rate::parseBytes);

  public Rate {
    if (amount < 0 || per.isNegative() || per.isZero()) {
      throw new IllegalArgumentException("rate: " + amount + " per " + per);
    }
  }

  /**
   * Reads a rate of either kind.
   *
   * @throws InvalidValue if it is none
   */
  public static Rate parse(String text) {
    int slash = text.indexOf('/');
    boolean isBytes = slash > 0 && Character.isLetter(text.charAt(slash - 1));
    return isBytes ? parseBytes(text) : parseCount(text);
  }

  private static Rate parseCount(String text) {
    int slash = slash(text, "5/s");
    var amount = text.substring(0, slash);
    if (!amount.matches("[1-9][0-9]{0,17}")) {
      throw new InvalidValue(
          text,
          amount.equals("0") ? "allows nothing" : "does not start with a number",
          "like 5/s or 100/m");
    }
    return new Rate(Long.parseLong(amount), false, per(text, slash));
  }

  private static Rate parseBytes(String text) {
    int slash = slash(text, "240B/s");
    try {
      long amount = Bytes.parse(text.substring(0, slash)).count();
      if (amount == 0) {
        throw new InvalidValue(text, "is no rate", "at least 1B/s");
      }
      return new Rate(amount, true, per(text, slash));
    } catch (InvalidValue e) {
      throw new InvalidValue(text, e.why(), e.expected());
    }
  }

  private static int slash(String text, String example) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new InvalidValue(text, "does not say per what", "like " + example);
    }
    return slash;
  }

  private static Duration per(String text, int slash) {
    var per = text.substring(slash + 1);
    boolean isUnit = !per.isEmpty() && Character.isLetter(per.charAt(0));
    try {
      var duration = DurationText.parse(isUnit ? "1" + per : per);
      if (duration.isZero()) {
        throw new InvalidValue(text, "is per no time", "like 5/s or 100/m");
      }
      return duration;
    } catch (InvalidValue _) {
      throw new InvalidValue(
          text, "is per " + Shown.quoted(per), "per ms, s, m, h, d, or a duration like 10s");
    }
  }

  public boolean isNone() {
    return amount == 0;
  }

  /** As it is written. */
  @Override
  public String toString() {
    if (isNone()) {
      return "none";
    }
    var time = DurationText.text(per);
    boolean isOne = time.matches("1[a-z]+");
    return (bytes ? new Bytes(amount).toString() : amount)
        + "/"
        + (isOne ? time.substring(1) : time);
  }
}
