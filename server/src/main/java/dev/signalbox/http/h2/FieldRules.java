package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import org.jspecify.annotations.Nullable;

/**
 * What a field may be in HTTP/2 (RFC 9113 §8.2). Nothing that could be read as more than one field
 * by whoever gets it in HTTP/1 passes here. Pure.
 */
final class FieldRules {
  private static final boolean[] NAME = new boolean[256];
  private static final byte[] TRAILERS = Ascii.bytes("trailers");

  static {
    for (int c = 0; c < 256; c++) {
      NAME[c] = Ascii.isToken((byte) c) && !(c >= 'A' && c <= 'Z');
    }
  }

  private FieldRules() {}

  /**
   * Enters a field that is no pseudo-header, in the form that HTTP/1 sends.
   *
   * @return what is wrong with it, or null
   */
  static @Nullable String enter(
      Headers to, byte[] source, int nameStart, int nameEnd, int valueStart, int valueEnd) {
    int nameLength = nameEnd - nameStart;
    if (nameLength == 0 || nameLength > Headers.MAX_NAME) {
      return "a field name of " + nameLength + " bytes";
    }
    for (int i = nameStart; i < nameEnd; i++) {
      if (!NAME[source[i] & 0xff]) { // §8.2.1
        return "a character in a field name that no name has in HTTP/2";
      }
    }
    if (!isValue(source, valueStart, valueEnd)) {
      return "a character in a field value where it may not be";
    }
    int valueLength = valueEnd - valueStart;
    to.ensureWritable(nameLength + valueLength + 4);
    byte[] bytes = to.bytes();
    int name = to.length();
    System.arraycopy(source, nameStart, bytes, name, nameLength);
    int colon = name + nameLength;
    bytes[colon] = ':';
    bytes[colon + 1] = ' ';
    int value = colon + 2;
    System.arraycopy(source, valueStart, bytes, value, valueLength);
    int end = value + valueLength;
    bytes[end] = '\r';
    bytes[end + 1] = '\n';
    to.advance(end + 2 - name);
    to.enter(name, colon, value, end, true);
    return null;
  }

  /** Whether it is a value, without space around it (§8.2.1). */
  static boolean isValue(byte[] bytes, int start, int end) {
    if (start == end) {
      return true;
    }
    return !isBlank(bytes[start])
        && !isBlank(bytes[end - 1])
        && Ascii.endOfFieldValue(bytes, start, end) == end;
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }

  /**
   * Looks for the fields that are about one connection of HTTP/1 (§8.2.2), and removes the one of
   * them that may be there.
   *
   * @return what is wrong, or null
   */
  static @Nullable String checkConnectionSpecific(Headers headers) {
    if (headers.has(KnownHeader.CONNECTION)
        || headers.has(KnownHeader.TRANSFER_ENCODING)
        || headers.has(KnownHeader.KEEP_ALIVE)
        || headers.has(KnownHeader.PROXY_CONNECTION)
        || headers.has(KnownHeader.UPGRADE)) {
      return "a field about an HTTP/1 connection";
    }
    for (int i = headers.find(KnownHeader.TE); i >= 0; i = headers.find(KnownHeader.TE, i + 1)) {
      if (!Ascii.equalsIgnoreCase(
          headers.bytes(), headers.valueStart(i), headers.valueEnd(i), TRAILERS)) {
        return "a TE other than trailers";
      }
      headers.remove(i); // about the next hop only (RFC 9110 §10.1.4)
    }
    headers.remove(KnownHeader.HTTP2_SETTINGS);
    return null;
  }

  /** Whether a field must not leave by HTTP/2. */
  static boolean isConnectionSpecific(@Nullable KnownHeader header) {
    return header != null
        && (header == KnownHeader.CONNECTION
            || header == KnownHeader.TRANSFER_ENCODING
            || header == KnownHeader.KEEP_ALIVE
            || header == KnownHeader.PROXY_CONNECTION
            || header == KnownHeader.UPGRADE);
  }
}
