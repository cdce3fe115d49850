package dev.signalbox.route;

/**
 * Compares texts with ranges of bytes, which are UTF-8, without making an object. Pure. Case is
 * that of ASCII letters: no other is the same in every language.
 */
final class TextInBytes {
  private TextInBytes() {}

  static boolean equal(byte[] bytes, int start, int end, String text, boolean ignoreCase) {
    return after(bytes, start, end, text, ignoreCase) == end;
  }

  static boolean startsWith(byte[] bytes, int start, int end, String text, boolean ignoreCase) {
    return after(bytes, start, end, text, ignoreCase) >= 0;
  }

  static boolean endsWith(byte[] bytes, int start, int end, String text, boolean ignoreCase) {
    int from = end - length(text);
    return from >= start && after(bytes, from, end, text, ignoreCase) == end;
  }

  static boolean contains(byte[] bytes, int start, int end, String text, boolean ignoreCase) {
    int last = end - length(text);
    for (int at = start; at <= last; at++) {
      if (after(bytes, at, end, text, ignoreCase) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Where the bytes go on after the text, or -1 if they do not begin with it. */
  private static int after(byte[] bytes, int start, int end, String text, boolean ignoreCase) {
    int at = start;
    for (int i = 0; i < text.length(); i++) {
      int c = text.charAt(i);
      if (c < 0x80) {
        if (at >= end || (bytes[at] != c && !(ignoreCase && lower(bytes[at]) == lower(c)))) {
          return -1;
        }
        at++;
        continue;
      }
      if (Character.isHighSurrogate((char) c) && i + 1 < text.length()) {
        c = text.codePointAt(i++);
      }
      int length = length(c);
      if (end - at < length || !isEncoded(bytes, at, c, length)) {
        return -1;
      }
      at += length;
    }
    return at;
  }

  // RFC 3629 §3
  private static boolean isEncoded(byte[] bytes, int at, int c, int length) {
    int rest = c;
    for (int i = length - 1; i > 0; i--) {
      if ((bytes[at + i] & 0xff) != (0x80 | (rest & 0x3f))) {
        return false;
      }
      rest >>= 6;
    }
    int mark = length == 2 ? 0xc0 : length == 3 ? 0xe0 : 0xf0;
    return (bytes[at] & 0xff) == (mark | rest);
  }

  private static int length(String text) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      int c = text.charAt(i);
      if (Character.isHighSurrogate((char) c) && i + 1 < text.length()) {
        c = text.codePointAt(i++);
      }
      length += length(c);
    }
    return length;
  }

  private static int length(int c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }
}
