package dev.signalbox.testkit;

import java.nio.charset.StandardCharsets;

/** Bytes as text, one character a byte. Pure. */
final class Bytes {
  private static final int MOST_SHOWN = 2000;

  private Bytes() {}

  static byte[] of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        throw new IllegalArgumentException(
            "character " + text.charAt(i) + " is no byte; encode the text first");
      }
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String text(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /** For a failure's message: control characters as escapes, and not too much of it. */
  static String visible(String text) {
    var shown = new StringBuilder("«");
    int length = Math.min(text.length(), MOST_SHOWN);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\r' -> shown.append("\\r");
        case '\n' -> shown.append("\\n\n");
        case '\t' -> shown.append("\\t");
        default -> {
          if (c >= 0x20 && c < 0x7f) {
            shown.append(c);
          } else {
            shown.append(String.format("\\x%02x", (int) c));
          }
        }
      }
    }
    shown.append('»');
    return length == text.length()
        ? shown.toString()
        : shown + " and " + (text.length() - length) + " bytes more";
  }
}
