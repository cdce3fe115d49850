package dev.signalbox.route;

import java.nio.charset.StandardCharsets;

/**
 * Writes text that came from a request into a URL, so that it can be nothing but text there. What
 * its place does not allow is percent-encoded, as UTF-8; escapes that are already there stay. Pure
 * and total.
 */
final class UrlText {
  /** Where in a URL text stands: what is harmless in one place divides another. */
  enum Place {
    /** A part of a host name: letters in lower case, digits, dot, hyphen, underscore. */
    HOST(""),
    /** Within a path, slashes included (RFC 3986 §3.3). */
    PATH("!$&'()*+,;=:@/"),
    /** Within one name or value of a query: what divides parameters is encoded. */
    PARAMETER("!$'()*,:@/?"),
    /** A query as it came: only what no URI holds is encoded. */
    QUERY("!$&'()*+,;=:@/?[]"); // brackets by custom, though RFC 3986 §3.4 has none

    private final long low; // a bit for each allowed character below 64
    private final long high; // and for those from 64 to 127

    Place(String more) {
      long lowBits = 0;
      long highBits = 0;
      // RFC 3986 §2.3: the unreserved characters
      String unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
      for (char c : (unreserved + more).toCharArray()) {
        if (c < 64) {
          lowBits |= 1L << c;
        } else {
          highBits |= 1L << (c - 64);
        }
      }
      low = lowBits;
      high = highBits;
    }

    boolean allows(char c) {
      return c < 64 ? (low & 1L << c) != 0 : c < 128 && (high & 1L << (c - 64)) != 0;
    }
  }

  private static final String HEX = "0123456789ABCDEF";

  private UrlText() {}

  static void append(StringBuilder out, CharSequence text, Place place) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (place == Place.HOST) {
        appendToHost(out, c);
      } else if (place.allows(c) || (c == '%' && isEscape(text, i))) {
        out.append(c);
      } else if (c < 0x80) {
        escape(out, c);
      } else {
        int end = Character.isHighSurrogate(c) && i + 1 < text.length() ? i + 2 : i + 1;
        for (byte b : text.subSequence(i, end).toString().getBytes(StandardCharsets.UTF_8)) {
          escape(out, b & 0xff);
        }
        i = end - 1;
      }
    }
  }

  /** What is in no host name is left out: an escape would be one to some readers and not to all. */
  private static void appendToHost(StringBuilder out, char c) {
    char lower = c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    if (isHostByte(lower)) {
      out.append(lower);
    }
  }

  static boolean isHostByte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  }

  private static void escape(StringBuilder out, int b) {
    out.append('%').append(HEX.charAt(b >> 4)).append(HEX.charAt(b & 15));
  }

  /** Whether a percent sign and two hexadecimal digits stand there. */
  static boolean isEscape(CharSequence text, int at) {
    return at + 2 < text.length()
        && text.charAt(at) == '%'
        && hex(text.charAt(at + 1)) >= 0
        && hex(text.charAt(at + 2)) >= 0;
  }

  /** A name of a query parameter as people mean it: escapes undone, plus signs as spaces. */
  static String decoded(CharSequence text, int start, int end) {
    boolean isPlain = true;
    for (int i = start; i < end; i++) {
      isPlain &= text.charAt(i) != '%' && text.charAt(i) != '+';
    }
    if (isPlain) {
      return text.subSequence(start, end).toString();
    }
    var bytes = new byte[end - start];
    int length = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < end && isEscape(text, i)) {
        bytes[length++] = (byte) (hex(text.charAt(i + 1)) << 4 | hex(text.charAt(i + 2)));
        i += 2;
      } else {
        bytes[length++] = (byte) (c == '+' ? ' ' : c);
      }
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private static int hex(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }
}
