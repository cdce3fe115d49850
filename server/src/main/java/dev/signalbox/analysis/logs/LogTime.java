package dev.signalbox.analysis.logs;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Times as logs write them. Pure. */
final class LogTime {
  /** Not a time. */
  static final long NONE = Long.MIN_VALUE;

  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  private LogTime() {}

  /** As in {@code 10/Oct/2000:13:55:36 -0700}. */
  static long common(byte[] bytes, int start, int end) {
    if (end - start != 26
        || bytes[start + 2] != '/'
        || bytes[start + 6] != '/'
        || bytes[start + 11] != ':'
        || bytes[start + 20] != ' ') {
      return NONE;
    }
    int day = number(bytes, start, 2);
    int month = month(bytes, start + 3);
    int year = number(bytes, start + 7, 4);
    int hour = number(bytes, start + 12, 2);
    int minute = number(bytes, start + 15, 2);
    int second = number(bytes, start + 18, 2);
    int zoneHour = number(bytes, start + 22, 2);
    int zoneMinute = number(bytes, start + 24, 2);
    boolean isWest = bytes[start + 21] == '-';
    if (day < 1
        || (day > 28 && day > daysOf(year, month))
        || month < 1
        || year < 0
        || hour < 0
        || hour > 23
        || minute < 0
        || minute > 59
        || second < 0
        || second > 60
        || zoneHour < 0
        || zoneMinute < 0
        || (!isWest && bytes[start + 21] != '+')) {
      return NONE;
    }
    int zone = zoneHour * 3600 + zoneMinute * 60;
    return LocalDate.of(year, month, day).toEpochDay() * 86_400
        + hour * 3600L
        + minute * 60L
        + second
        - (isWest ? -zone : zone);
  }

  private static int daysOf(int year, int month) {
    return year < 0 || month < 1 ? 0 : LocalDate.of(year, month, 1).lengthOfMonth();
  }

  private static int month(byte[] bytes, int at) {
    for (int month = 0; month < 12; month++) {
      if (bytes[at] == MONTHS.charAt(3 * month)
          && bytes[at + 1] == MONTHS.charAt(3 * month + 1)
          && bytes[at + 2] == MONTHS.charAt(3 * month + 2)) {
        return month + 1;
      }
    }
    return -1;
  }

  private static int number(byte[] bytes, int at, int digits) {
    int number = 0;
    for (int i = at; i < at + digits; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      number = 10 * number + bytes[i] - '0';
    }
    return number;
  }

  /** As in {@code 2000-10-10T13:55:36.5-07:00} (RFC 3339). */
  static long iso(@Nullable String text) {
    if (text == null || text.length() > 40) {
      return NONE;
    }
    try {
      return OffsetDateTime.parse(text).toEpochSecond();
    } catch (DateTimeException e) {
      return NONE;
    }
  }

  /** Seconds since 1970, with or without a fraction. */
  static long epoch(String number) {
    try {
      double seconds = Double.parseDouble(number);
      // A log of milliseconds would be read as one of the year 50,000.
      return Math.abs(seconds) < 1e11 ? (long) Math.floor(seconds) : NONE;
    } catch (NumberFormatException e) {
      return NONE;
    }
  }
}
