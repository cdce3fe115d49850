package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one response's head or trailers as they are decoded: checked as strictly as those
 * of HTTP/1, because they go on as HTTP/1 (RFC 9113 §8.2, §8.3, §10.3). The first mistake stands.
 * Used for one block after another, on its loop.
 */
final class ResponseFields implements FieldSink {
  private static final byte[] STATUS = Ascii.bytes(":status");

  private Headers headers = new Headers();
  private int left; // of the fields that there may be
  private boolean isTrailers;
  private int status;
  private long contentLength;
  private @Nullable String problem;

  /** Begins a head, or trailers, of which so many fields are taken. */
  void begin(Headers into, boolean newIsTrailers, int most) {
    headers = into;
    isTrailers = newIsTrailers;
    left = most;
    status = 0;
    contentLength = -1;
    problem = null;
  }

  /** What is wrong, or null. */
  @Nullable String problem() {
    if (problem == null && !isTrailers && status == 0) {
      return "no :status"; // RFC 9113 §8.3.2
    }
    return problem;
  }

  int status() {
    return status;
  }

  /** What Content-Length says, or -1. */
  long contentLength() {
    return contentLength;
  }

  @Override
  public void onField(
      byte[] bytes,
      int nameStart,
      int nameEnd,
      int valueStart,
      int valueEnd,
      boolean isNeverIndexed) {
    if (problem != null) {
      return;
    }
    if (nameStart < nameEnd && bytes[nameStart] == ':') {
      problem = pseudo(bytes, nameStart, nameEnd, valueStart, valueEnd);
    } else if (--left < 0) {
      problem = "too many fields";
    } else {
      problem = field(bytes, nameStart, nameEnd, valueStart, valueEnd);
    }
  }

  private @Nullable String pseudo(
      byte[] bytes, int nameStart, int nameEnd, int valueStart, int valueEnd) {
    if (isTrailers) { // §8.1
      return "a pseudo-field in the trailers";
    }
    if (!Ascii.equalsIgnoreCase(bytes, nameStart, nameEnd, STATUS) || bytes[nameStart + 1] != 's') {
      return "a pseudo-field that no response has"; // §8.3
    }
    if (status != 0 || headers.size() > 0) {
      return "a :status too many, or too late";
    }
    int number = 0;
    for (int i = valueStart; i < valueEnd; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return "a :status that is none";
      }
      number = number * 10 + digit;
    }
    if (valueEnd - valueStart != 3 || number < 100 || number > 599) { // RFC 9110 §15
      return "a :status that is none";
    }
    status = number;
    return null;
  }

  private @Nullable String field(
      byte[] bytes, int nameStart, int nameEnd, int valueStart, int valueEnd) {
    if (!isTrailers && status == 0) {
      return "a field before :status"; // §8.3
    }
    if (nameStart == nameEnd || nameEnd - nameStart > Headers.MAX_NAME) {
      return "a field without a name, or with an endless one";
    }
    for (int i = nameStart; i < nameEnd; i++) { // §8.2.1
      byte c = bytes[i];
      if (!Ascii.isToken(c) || (c >= 'A' && c <= 'Z')) {
        return "a field name with a character that may not be in one";
      }
    }
    if (Ascii.endOfFieldValue(bytes, valueStart, valueEnd) != valueEnd) {
      return "a control character in a field";
    }
    if (valueStart < valueEnd && (isBlank(bytes[valueStart]) || isBlank(bytes[valueEnd - 1]))) {
      return "white space around a value"; // §8.2.1
    }
    int nameLength = nameEnd - nameStart;
    headers.ensureWritable(nameLength + 4 + valueEnd - valueStart);
    int name = headers.appendBytes(bytes, nameStart, nameEnd);
    byte[] to = headers.bytes();
    to[headers.length()] = ':';
    to[headers.length() + 1] = ' ';
    headers.advance(2);
    int value = headers.appendBytes(bytes, valueStart, valueEnd);
    int end = headers.length();
    to[end] = '\r';
    to[end + 1] = '\n';
    headers.advance(2);
    headers.enter(name, name + nameLength, value, end, true);
    KnownHeader known = headers.known(headers.size() - 1);
    return known == null ? null : check(known, to, value, end);
  }

  private @Nullable String check(KnownHeader known, byte[] bytes, int start, int end) {
    return switch (known) {
      case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TRANSFER_ENCODING, UPGRADE ->
          "a field that HTTP/2 does not have"; // §8.2.2
      case CONTENT_LENGTH -> isTrailers ? null : contentLength(bytes, start, end);
      default -> null;
    };
  }

  // RFC 9110 §8.6
  private @Nullable String contentLength(byte[] bytes, int start, int end) {
    long length = 0;
    for (int i = start; i < end; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9 || i - start > 17) {
        return "a Content-Length that is none";
      }
      length = length * 10 + digit;
    }
    boolean isOctal = end - start > 1 && bytes[start] == '0'; // to some readers
    if (start == end || isOctal || (contentLength >= 0 && contentLength != length)) {
      return "a Content-Length that is none, or two";
    }
    if (contentLength == length) {
      headers.remove(headers.size() - 1); // the same once more
    }
    contentLength = length;
    return null;
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }
}
