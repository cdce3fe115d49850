package dev.signalbox.http;

/** What a message says of its body's length (RFC 9110 §8.6). Pure. */
public final class ContentLength {
  /** There is no such field. */
  public static final long NONE = -1;

  private static final long SEVERAL = -2;
  private static final long MALFORMED = -3;
  private static final int MOST_DIGITS = 18;
  private static final byte[] NAME = Ascii.bytes("Content-Length");

  private ContentLength() {}

  /**
   * Reads the field, and writes it anew where readers could differ about its value.
   *
   * @return the length, {@link #NONE}, or what has a {@link #problem}
   */
  public static long read(Headers headers) {
    int entry = headers.find(KnownHeader.CONTENT_LENGTH);
    if (entry < 0) {
      return NONE;
    }
    if (headers.find(KnownHeader.CONTENT_LENGTH, entry + 1) >= 0) {
      return SEVERAL;
    }
    byte[] bytes = headers.bytes();
    int start = headers.valueStart(entry);
    int end = headers.valueEnd(entry);
    if (end == start || end - start > MOST_DIGITS) {
      return MALFORMED;
    }
    long length = 0;
    for (int i = start; i < end; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return MALFORMED;
      }
      length = length * 10 + bytes[i] - '0';
    }
    if (bytes[start] == '0' && end - start > 1) { // some read a leading zero as octal
      headers.remove(entry);
      headers.add(NAME, Ascii.bytes(Long.toString(length)));
    }
    return length;
  }

  /** What is wrong with a length that is none. */
  public static Problem problem(long length) {
    return Problem.of(
        length == SEVERAL ? "several Content-Length fields" : "a malformed Content-Length");
  }
}
