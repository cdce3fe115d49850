package dev.signalbox.route;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;

/**
 * Goes through a field that is a list of weighted items: {@code text/html, text/*;q=0.5} (RFC 9110
 * §5.6.1 and §12.4.2). All lines of the field are one list. It reads in place and never throws; an
 * item whose weight is malformed is passed over. Made for one look at one request.
 */
final class WeightedList {
  /** The weight 1, in thousandths. */
  static final int FULL = 1000;

  private static final int MALFORMED = -1;

  private final Headers headers;
  private final byte[] name;
  private final byte[] bytes;
  private int line;
  private int at;
  private int lineEnd;
  private int start;
  private int end;
  private int weight;
  private boolean hasOwnParameters;

  /** The items of the field of that name, which is in lower case. */
  WeightedList(Headers headers, byte[] name) {
    this.headers = headers;
    this.name = name;
    this.bytes = headers.bytes();
    enter(headers.find(name, 0));
  }

  private void enter(int newLine) {
    line = newLine;
    if (newLine >= 0) {
      at = headers.valueStart(newLine);
      lineEnd = headers.valueEnd(newLine);
    }
  }

  /** Whether the request has the field at all. */
  static boolean isThere(Headers headers, byte[] name) {
    return headers.find(name, 0) >= 0;
  }

  /** Goes to the next item, if there is one. */
  boolean next() {
    while (line >= 0) {
      while (at < lineEnd) {
        int itemEnd = find(at, lineEnd, ',');
        read(at, itemEnd);
        at = itemEnd + 1;
        if (start < end && weight != MALFORMED) {
          return true;
        }
      }
      enter(headers.find(name, line + 1));
    }
    return false;
  }

  /** The bytes in which the item stands. */
  byte[] bytes() {
    return bytes;
  }

  /** Where the item itself begins. */
  int start() {
    return start;
  }

  /** Where the item itself ends, before its parameters. */
  int end() {
    return end;
  }

  int length() {
    return end - start;
  }

  /** The item's weight in thousandths; full where it has none. */
  int weight() {
    return weight;
  }

  /** Whether it has parameters besides its weight. */
  boolean hasOwnParameters() {
    return hasOwnParameters;
  }

  /** Whether it is just this character. */
  boolean is(char c) {
    return length() == 1 && bytes[start] == c;
  }

  private void read(int from, int to) {
    int parameters = find(from, to, ';');
    start = skipSpace(from, parameters);
    end = trimEnd(start, parameters);
    weight = FULL;
    hasOwnParameters = false;
    int next = parameters;
    while (next < to) {
      int one = skipSpace(next + 1, to);
      next = find(one, to, ';');
      boolean isWeight =
          next - one >= 2 && Ascii.toLower(bytes[one]) == 'q' && bytes[one + 1] == '=';
      if (isWeight) {
        weight = weight(one + 2, trimEnd(one + 2, next));
        return; // what follows are extensions that nobody uses
      }
      hasOwnParameters |= one < next;
    }
  }

  /** The next such character outside quotes, or the end. */
  private int find(int from, int to, char wanted) {
    boolean isQuoted = false;
    for (int i = from; i < to; i++) {
      byte c = bytes[i];
      if (c == '"') {
        isQuoted = !isQuoted;
      } else if (c == '\\' && isQuoted) {
        i++;
      } else if (c == wanted && !isQuoted) {
        return i;
      }
    }
    return to;
  }

  private int skipSpace(int from, int to) {
    int i = from;
    while (i < to && isSpace(bytes[i])) {
      i++;
    }
    return i;
  }

  private int trimEnd(int from, int to) {
    int i = to;
    while (i > from && isSpace(bytes[i - 1])) {
      i--;
    }
    return i;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\t';
  }

  // RFC 9110 §12.4.2: 0 or 1, with at most three digits behind the point
  private int weight(int from, int to) {
    int length = to - from;
    if (length < 1 || length > 5 || (bytes[from] != '0' && bytes[from] != '1')) {
      return MALFORMED;
    }
    if (length > 1 && bytes[from + 1] != '.') {
      return MALFORMED;
    }
    int value = (bytes[from] - '0') * FULL;
    int place = FULL / 10;
    for (int i = from + 2; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return MALFORMED;
      }
      value += (bytes[i] - '0') * place;
      place /= 10;
    }
    return value > FULL ? MALFORMED : value;
  }
}
