package dev.signalbox.route;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the value of a field stands in a request: a range of the head's bytes in one long, so that
 * nothing is copied. Pure.
 */
final class FieldValue {
  /** The request has none. */
  static final long ABSENT = -1;

  /** It stands nowhere as such, and must be made: {@link #copy}. */
  static final long ELSEWHERE = -2;

  private static final byte[] COMMA = {',', ' '};

  private FieldValue() {}

  static int start(long range) {
    return (int) (range >>> 32);
  }

  static int end(long range) {
    return (int) range;
  }

  private static long range(int start, int end) {
    return (long) start << 32 | end;
  }

  /** The range, {@link #ABSENT} or {@link #ELSEWHERE}. */
  static long find(Field field, RouteRequest request) {
    return switch (field) {
      case Field.Header(var name) -> header(request.head().headers(), name);
      case Field.Cookie(var name) -> cookie(request.head().headers(), name);
      case Field.Query(var name) -> {
        long value = queryValue(request.head(), name);
        yield value >= 0 && isEncoded(request.head().bytes(), value) ? ELSEWHERE : value;
      }
      case Field.Sni() -> request.sni() == null ? ABSENT : ELSEWHERE;
    };
  }

  /** The value's bytes, where it is there. */
  static byte[] copy(Field field, RouteRequest request) {
    var head = request.head();
    return switch (field) {
      case Field.Header(var name) -> joined(head.headers(), name);
      case Field.Cookie(var name) -> {
        long value = cookie(head.headers(), name);
        yield Arrays.copyOfRange(head.bytes(), start(value), end(value));
      }
      case Field.Query(var name) -> {
        long value = queryValue(head, name);
        yield decoded(head.bytes(), start(value), end(value));
      }
      case Field.Sni() -> {
        var sni = request.sni();
        yield (sni == null ? "" : sni).getBytes(StandardCharsets.UTF_8);
      }
    };
  }

  private static long header(Headers headers, String name) {
    int entry = headers.find(name, 0);
    if (entry < 0) {
      return ABSENT;
    }
    return headers.find(name, entry + 1) < 0
        ? range(headers.valueStart(entry), headers.valueEnd(entry))
        : ELSEWHERE;
  }

  private static byte[] joined(Headers headers, String name) {
    var all = new Joined();
    boolean isFirst = true;
    for (int i = headers.find(name, 0); i >= 0; i = headers.find(name, i + 1)) {
      if (!isFirst) {
        all.add(COMMA, 0, COMMA.length);
      }
      isFirst = false;
      all.add(headers.bytes(), headers.valueStart(i), headers.valueEnd(i));
    }
    return Arrays.copyOf(all.bytes, all.length);
  }

  /** Bytes that grow. */
  private static final class Joined {
    byte[] bytes = new byte[256];
    int length;

    void add(byte[] more, int start, int end) {
      if (bytes.length - length < end - start) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + end - start));
      }
      System.arraycopy(more, start, bytes, length, end - start);
      length += end - start;
    }
  }

  // RFC 6265 §4.2.1, and several lines as HTTP/2 may send them (RFC 9113 §8.2.3)
  private static long cookie(Headers headers, String name) {
    byte[] bytes = headers.bytes();
    for (int line = headers.find(KnownHeader.COOKIE);
        line >= 0;
        line = headers.find(KnownHeader.COOKIE, line + 1)) {
      int end = headers.valueEnd(line);
      for (int at = headers.valueStart(line); at < end; at++) {
        int pairEnd = indexOf(bytes, at, end, ';');
        int equals = indexOf(bytes, at, pairEnd, '=');
        int nameStart = skipBlanks(bytes, at, equals);
        int nameEnd = skipBlanksBack(bytes, nameStart, equals);
        if (equals < pairEnd && TextInBytes.equal(bytes, nameStart, nameEnd, name, false)) {
          return unquoted(bytes, equals + 1, pairEnd);
        }
        at = pairEnd;
      }
    }
    return ABSENT;
  }

  private static long unquoted(byte[] bytes, int from, int to) {
    int start = skipBlanks(bytes, from, to);
    int end = skipBlanksBack(bytes, start, to);
    boolean isQuoted = end - start >= 2 && bytes[start] == '"' && bytes[end - 1] == '"';
    return isQuoted ? range(start + 1, end - 1) : range(start, end);
  }

  /** The range of a parameter as it is written. */
  private static long queryValue(RequestHead head, String name) {
    return parameter(head.bytes(), head.queryStart() + 1, head.queryEnd(), name);
  }

  /** The first parameter of that name in a form, decoded, or null. */
  static @Nullable String parameter(byte[] form, String name) {
    long value = parameter(form, 0, form.length, name);
    if (value == ABSENT) {
      return null;
    }
    return new String(decoded(form, start(value), end(value)), StandardCharsets.UTF_8);
  }

  private static long parameter(byte[] bytes, int start, int end, String name) {
    for (int at = start; at < end; at++) {
      int pairEnd = indexOf(bytes, at, end, '&');
      int equals = indexOf(bytes, at, pairEnd, '=');
      if (pairEnd > at && isName(bytes, at, equals, name)) {
        return equals < pairEnd ? range(equals + 1, pairEnd) : range(pairEnd, pairEnd);
      }
      at = pairEnd;
    }
    return ABSENT;
  }

  private static boolean isName(byte[] bytes, int start, int end, String name) {
    if (!isEncoded(bytes, range(start, end))) {
      return TextInBytes.equal(bytes, start, end, name, false);
    }
    var decoded = decoded(bytes, start, end);
    return TextInBytes.equal(decoded, 0, decoded.length, name, false);
  }

  private static boolean isEncoded(byte[] bytes, long range) {
    for (int at = start(range); at < end(range); at++) {
      if (bytes[at] == '%' || bytes[at] == '+') {
        return true;
      }
    }
    return false;
  }

  /** As forms are read (URL Standard §5.1): what is no escape stays as it is. */
  private static byte[] decoded(byte[] bytes, int start, int end) {
    var out = new byte[end - start];
    int length = 0;
    for (int at = start; at < end; at++) {
      byte c = bytes[at];
      int high = c == '%' && at + 2 < end ? Ascii.hexDigit(bytes[at + 1]) : -1;
      int low = high >= 0 ? Ascii.hexDigit(bytes[at + 2]) : -1;
      if (low >= 0) {
        out[length++] = (byte) (high << 4 | low);
        at += 2;
      } else {
        out[length++] = c == '+' ? (byte) ' ' : c;
      }
    }
    return Arrays.copyOf(out, length);
  }

  private static int indexOf(byte[] bytes, int start, int end, char c) {
    int at = start;
    while (at < end && bytes[at] != c) {
      at++;
    }
    return at;
  }

  private static int skipBlanks(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return at;
  }

  private static int skipBlanksBack(byte[] bytes, int start, int end) {
    int at = end;
    while (at > start && (bytes[at - 1] == ' ' || bytes[at - 1] == '\t')) {
      at--;
    }
    return at;
  }
}
