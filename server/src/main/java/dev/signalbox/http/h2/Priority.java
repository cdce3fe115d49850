package dev.signalbox.http.h2;

import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;

/**
 * What a priority field says (RFC 9218 §4): how urgent a response is, and whether it is of use in
 * parts. A number: the urgency, whether parts are of use, and which of the two were named. Pure.
 */
final class Priority {
  static final int LEVELS = 8;
  static final byte DEFAULT_URGENCY = 3;

  /** What is said by saying nothing. */
  static final int DEFAULT = DEFAULT_URGENCY;

  static final int NAMES_URGENCY = 16;
  static final int NAMES_INCREMENTAL = 32;
  private static final int INCREMENTAL = 8;

  private Priority() {}

  static byte urgency(int priority) {
    return (byte) (priority & (LEVELS - 1));
  }

  static boolean isIncremental(int priority) {
    return (priority & INCREMENTAL) != 0;
  }

  /** What the fields of a message say, of which there may be several or none. */
  static int of(Headers headers) {
    int priority = DEFAULT;
    for (int i = headers.find(KnownHeader.PRIORITY);
        i >= 0;
        i = headers.find(KnownHeader.PRIORITY, i + 1)) {
      priority = read(priority, headers.bytes(), headers.valueStart(i), headers.valueEnd(i));
    }
    return priority;
  }

  /** What one value says. */
  static int read(byte[] bytes, int start, int end) {
    return read(DEFAULT, bytes, start, end);
  }

  /** The same with one value more. Whatever that does not know it leaves as it is. */
  private static int read(int before, byte[] bytes, int start, int end) {
    // A dictionary of structured fields (RFC 8941 §3.2), of which two members matter: u=0 to u=7,
    // and i or i=?0 or i=?1. Members are separated by commas; parameters follow a semicolon.
    int priority = before;
    int at = start;
    while (at < end) {
      while (at < end && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == ',')) {
        at++;
      }
      int from = at;
      while (at < end && bytes[at] != ',') {
        at++;
      }
      int to = from;
      while (to < at && bytes[to] != ';' && bytes[to] != ' ') {
        to++;
      }
      priority = member(priority, bytes, from, to);
    }
    return priority;
  }

  private static int member(int priority, byte[] bytes, int from, int to) {
    int length = to - from;
    if (length == 3 && bytes[from] == 'u' && bytes[from + 1] == '=') {
      int urgency = bytes[from + 2] - '0';
      if (urgency >= 0 && urgency < LEVELS) {
        return (priority & -LEVELS) | urgency | NAMES_URGENCY;
      }
    } else if (length == 1 && bytes[from] == 'i') {
      return priority | INCREMENTAL | NAMES_INCREMENTAL;
    } else if (length == 4
        && bytes[from] == 'i'
        && bytes[from + 1] == '='
        && bytes[from + 2] == '?') {
      int is = bytes[from + 3] == '1' ? INCREMENTAL : 0;
      return (priority & ~INCREMENTAL) | is | NAMES_INCREMENTAL;
    }
    return priority;
  }
}
