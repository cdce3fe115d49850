package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.ContentLength;
import dev.signalbox.http.Headers;
import java.util.Arrays;
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
    contentLength = ContentLength.NONE;
    problem = null;
  }

  /** What is wrong, or null. Once all have come. */
  @Nullable String problem() {
    if (problem != null) {
      return problem;
    }
    if (!isTrailers) {
      if (status == 0) {
        return "no :status"; // RFC 9113 §8.3.2
      }
      contentLength = ContentLength.read(headers);
      if (contentLength < ContentLength.NONE) {
        return ContentLength.problem(contentLength).reason();
      }
    }
    return FieldRules.checkConnectionSpecific(headers);
  }

  int status() {
    return status;
  }

  /** What Content-Length says, or {@link ContentLength#NONE}. After {@link #problem}. */
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
    } else if (!isTrailers && status == 0) {
      problem = "a field before :status"; // §8.3
    } else {
      problem = FieldRules.enter(headers, bytes, nameStart, nameEnd, valueStart, valueEnd);
    }
  }

  private @Nullable String pseudo(
      byte[] bytes, int nameStart, int nameEnd, int valueStart, int valueEnd) {
    if (isTrailers) { // §8.1
      return "a pseudo-header after the body";
    }
    if (!Arrays.equals(bytes, nameStart, nameEnd, STATUS, 0, STATUS.length)) {
      return "a pseudo-header that no response has"; // §8.3
    }
    if (status != 0 || headers.size() > 0) {
      return "a :status too many, or too late";
    }
    int number = 0;
    for (int i = valueStart; i < valueEnd && i < valueStart + 4; i++) {
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
}
