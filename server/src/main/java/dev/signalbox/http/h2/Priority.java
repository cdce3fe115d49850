package dev.signalbox.http.h2;

/**
 * What a priority field says (RFC 9218 §4): how urgent a response is, and whether it is of use in
 * parts. Pure.
 */
final class Priority {
  static final int LEVELS = 8;
  static final byte DEFAULT_URGENCY = 3;

  private Priority() {}

  /** Reads the field's value into the stream. Whatever it does not know it leaves as it is. */
  static void read(H2Stream stream, byte[] bytes, int start, int end) {
    // A dictionary of structured fields (RFC 8941 §3.2), of which two members matter: u=0 to u=7,
    // and i or i=?0 or i=?1. Members are separated by commas; parameters follow a semicolon.
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
      member(stream, bytes, from, to);
    }
  }

  private static void member(H2Stream stream, byte[] bytes, int from, int to) {
    int length = to - from;
    if (length == 3 && bytes[from] == 'u' && bytes[from + 1] == '=') {
      int urgency = bytes[from + 2] - '0';
      if (urgency >= 0 && urgency < LEVELS) {
        stream.urgency = (byte) urgency;
      }
    } else if (length >= 1 && bytes[from] == 'i') {
      if (length == 1) {
        stream.isIncremental = true;
      } else if (length == 4 && bytes[from + 1] == '=' && bytes[from + 2] == '?') {
        stream.isIncremental = bytes[from + 3] == '1';
      }
    }
  }
}
