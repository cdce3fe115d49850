package dev.signalbox.http;

import org.jspecify.annotations.Nullable;

/**
 * Reads a request's target and authority into its head, in the one form that is both matched and
 * forwarded. Every version uses it. Pure.
 *
 * <p>The path is changed only where two readers of the same bytes could differ: percent-encoded
 * unreserved characters are decoded and other escapes written in upper case (RFC 3986 §6.2.2), and
 * dot segments are removed (§5.2.4). A path that climbs above the root, and characters that no URI
 * may hold, are refused. Empty segments, {@code %2F} and parameters stay as they are.
 */
public final class RequestTarget {
  private static final byte PLAIN = 0;
  private static final byte LOOK = 1; // '%' or '.', which may need the long way
  private static final byte QUERY = 2;
  private static final byte BAD = 3;
  private static final byte[] PATH = new byte[256];

  static {
    for (int c = 0; c < 256; c++) {
      // Controls, space and non-ASCII bytes are in no URI; a fragment is never sent (RFC 9112
      // §3.2); a backslash is a slash to some readers.
      PATH[c] = c <= ' ' || c >= 0x7f || c == '#' || c == '\\' ? BAD : PLAIN;
    }
    PATH['%'] = LOOK;
    PATH['.'] = LOOK;
    PATH['?'] = QUERY;
  }

  private RequestTarget() {}

  /**
   * Enters path and query.
   *
   * @return what is wrong with them, or null
   */
  public static @Nullable String path(RequestHead head, int start, int end) {
    byte[] bytes = head.bytes();
    boolean isPlain = true;
    int at = start;
    for (; at < end; at++) {
      byte kind = PATH[bytes[at] & 0xff];
      if (kind == PLAIN) {
        continue;
      }
      if (kind == QUERY) {
        break;
      }
      if (kind == BAD) {
        return "a character in the path that must be percent-encoded";
      }
      // A dot matters only at the start of a segment.
      isPlain &= bytes[at] == '.' && bytes[at - 1] != '/';
    }
    int queryStart = at;
    for (; at < end; at++) {
      int c = bytes[at] & 0xff;
      if (c <= ' ' || c >= 0x7f || c == '#') {
        return "a character in the query that must be percent-encoded";
      }
    }
    head.query(queryStart, end);
    if (isPlain) {
      head.path(start, queryStart);
      return null;
    }
    return normalise(head, start, queryStart);
  }

  /** Enters the asterisk of {@code OPTIONS *} (RFC 9112 §3.2.4). */
  public static void asterisk(RequestHead head, int start) {
    head.path(start, start + 1);
    head.query(start + 1, start + 1);
  }

  private static @Nullable String normalise(RequestHead head, int start, int end) {
    Headers block = head.headers();
    block.ensureWritable(end - start + 1);
    byte[] bytes = block.bytes();
    int from = block.length();
    int to = from;
    for (int at = start; at < end; at++) {
      byte c = bytes[at];
      if (c != '%') {
        bytes[to++] = c;
        continue;
      }
      int high = at + 2 < end ? Ascii.hexDigit(bytes[at + 1]) : -1;
      int low = at + 2 < end ? Ascii.hexDigit(bytes[at + 2]) : -1;
      if (high < 0 || low < 0) {
        return "a percent sign without two hexadecimal digits in the path";
      }
      int decoded = high << 4 | low;
      if (decoded == 0) {
        return "an encoded NUL in the path";
      }
      if (isUnreserved(decoded)) {
        bytes[to++] = (byte) decoded;
      } else {
        bytes[to++] = '%';
        bytes[to++] = upper(bytes[at + 1]);
        bytes[to++] = upper(bytes[at + 2]);
      }
      at += 2;
    }
    int length = removeDotSegments(bytes, from, to);
    if (length < 0) {
      return "a path that climbs above the root";
    }
    block.advance(length);
    head.path(from, from + length);
    return null;
  }

  // RFC 3986 §5.2.4, in place: the result is never longer.
  private static int removeDotSegments(byte[] bytes, int from, int end) {
    int to = from;
    int at = from;
    while (at < end) {
      int segmentEnd = at + 1; // bytes[at] is a slash
      while (segmentEnd < end && bytes[segmentEnd] != '/') {
        segmentEnd++;
      }
      int length = segmentEnd - at - 1;
      boolean isDot = length == 1 && bytes[at + 1] == '.';
      boolean isDotDot = length == 2 && bytes[at + 1] == '.' && bytes[at + 2] == '.';
      if (isDotDot) {
        if (to == from) {
          return -1;
        }
        do {
          to--;
        } while (bytes[to] != '/');
      }
      if (isDot || isDotDot) {
        if (segmentEnd == end) {
          bytes[to++] = '/'; // "/a/." is "/a/"
        }
      } else {
        System.arraycopy(bytes, at, bytes, to, segmentEnd - at);
        to += segmentEnd - at;
      }
      at = segmentEnd;
    }
    return to - from;
  }

  // RFC 3986 §2.3
  private static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  private static byte upper(byte c) {
    return c >= 'a' && c <= 'f' ? (byte) (c - 32) : c;
  }

  /**
   * Enters host and port (RFC 9110 §4.2, §7.2).
   *
   * @return what is wrong with them, or null
   */
  public static @Nullable String authority(RequestHead head, int start, int end) {
    byte[] bytes = head.bytes();
    int hostEnd = end;
    boolean hasUpper = false;
    int at = start;
    if (at < end && bytes[at] == '[') { // RFC 3986 §3.2.2: an IP literal
      for (at++; at < end && bytes[at] != ']'; at++) {
        if (Ascii.hexDigit(bytes[at]) < 0 && bytes[at] != ':' && bytes[at] != '.') {
          return "a character in the host that no address has";
        }
        hasUpper |= bytes[at] >= 'A' && bytes[at] <= 'F';
      }
      if (at == end) {
        return "a host with [ and no ]";
      }
      at++;
      hostEnd = at;
    } else {
      for (; at < end && bytes[at] != ':'; at++) {
        byte c = bytes[at];
        if (c >= 'A' && c <= 'Z') {
          hasUpper = true;
        } else if (!isHostByte(c)) {
          return "a character in the host that no name has";
        }
      }
      hostEnd = at;
    }
    if (hostEnd == start) {
      return "an empty host";
    }
    if (at < end && !isPort(bytes, at, end)) {
      return "a port that is no number from 0 to 65535";
    }
    head.authority(start, end);
    if (hostEnd - start > 1 && bytes[hostEnd - 1] == '.') {
      hostEnd--; // the trailing dot of a fully qualified name
    }
    if (!hasUpper) {
      head.host(start, hostEnd);
      return null;
    }
    Headers block = head.headers();
    int lower = block.appendBytes(bytes, start, hostEnd);
    byte[] appended = block.bytes();
    for (int i = lower; i < block.length(); i++) {
      appended[i] = Ascii.toLower(appended[i]);
    }
    head.host(lower, block.length());
    return null;
  }

  private static boolean isHostByte(byte c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  }

  private static boolean isPort(byte[] bytes, int colon, int end) {
    if (bytes[colon] != ':' || end - colon > 6) {
      return false;
    }
    int port = 0;
    for (int at = colon + 1; at < end; at++) {
      if (bytes[at] < '0' || bytes[at] > '9') {
        return false;
      }
      port = port * 10 + bytes[at] - '0';
    }
    return port <= 65535;
  }
}
