package dev.signalbox.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Bytes as ASCII text: character classes of RFC 9110 and comparisons. Pure. */
public final class Ascii {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte TOKEN = 1;
  private static final byte VALUE = 2;

  /** For each byte, which character classes it is in. */
  private static final byte[] CLASSES = new byte[256];

  static {
    for (int c = '0'; c <= '9'; c++) {
      CLASSES[c] |= TOKEN;
    }
    for (int c = 'a'; c <= 'z'; c++) {
      CLASSES[c] |= TOKEN;
      CLASSES[c - 32] |= TOKEN;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) { // RFC 9110 §5.6.2
      CLASSES[c] |= TOKEN;
    }
    for (int c = 0x20; c < 256; c++) { // RFC 9110 §5.5: VCHAR, obs-text, SP, HTAB
      CLASSES[c] |= c == 0x7f ? 0 : VALUE;
    }
    CLASSES['\t'] |= VALUE;
  }

  private Ascii() {}

  /** Whether the byte may stand in a token, such as a method or a field name. */
  public static boolean isToken(byte c) {
    return (CLASSES[c & 0xff] & TOKEN) != 0;
  }

  /** Whether the byte may stand in a field value. */
  public static boolean isFieldValue(byte c) {
    return (CLASSES[c & 0xff] & VALUE) != 0;
  }

  /** Whether the text is a token and not empty. */
  public static boolean isToken(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7f || !isToken((byte) text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Index of the first byte that may not stand in a field value, or {@code end}. */
  public static int endOfFieldValue(byte[] bytes, int start, int end) {
    int i = start;
    // Eight bytes at a time: stop at the first word with a control character (< 0x20) or DEL.
    for (; i + 8 <= end; i += 8) {
      long word = (long) LONGS.get(bytes, i);
      long high = word & 0x8080808080808080L;
      long low = word & 0x7f7f7f7f7f7f7f7fL;
      long notControl = low + 0x6060606060606060L; // high bit set where the low seven are >= 0x20
      long notDelete = (low ^ 0x7f7f7f7f7f7f7f7fL) + 0x7f7f7f7f7f7f7f7fL;
      if ((((notControl & notDelete) | high) & 0x8080808080808080L) != 0x8080808080808080L) {
        break; // a tab is looked at below, byte by byte
      }
    }
    while (i < end && isFieldValue(bytes[i])) {
      i++;
    }
    return i;
  }

  public static byte toLower(byte c) {
    return c >= 'A' && c <= 'Z' ? (byte) (c + 32) : c;
  }

  /** Whether the range equals {@code lower}, which is in lower case, in any case. */
  public static boolean equalsIgnoreCase(byte[] bytes, int start, int end, byte[] lower) {
    if (end - start != lower.length) {
      return false;
    }
    for (int i = 0; i < lower.length; i++) {
      if (toLower(bytes[start + i]) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether the bytes from {@code start} on are {@code lower}, in lower case, in any case. */
  static boolean equalsIgnoreCase(byte[] bytes, int start, String lower) {
    for (int i = 0; i < lower.length(); i++) {
      if (toLower(bytes[start + i]) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether two ranges of the same array are equal in any case. */
  static boolean equalsIgnoreCase(byte[] bytes, int aStart, int aEnd, int bStart, int bEnd) {
    if (aEnd - aStart != bEnd - bStart) {
      return false;
    }
    for (int i = 0; i < aEnd - aStart; i++) {
      if (toLower(bytes[aStart + i]) != toLower(bytes[bStart + i])) {
        return false;
      }
    }
    return true;
  }

  /** Where the item of a comma-separated list ends that begins here (RFC 9110 §5.6.1). */
  public static int endOfItem(byte[] bytes, int start, int end) {
    int comma = start;
    while (comma < end && bytes[comma] != ',') {
      comma++;
    }
    return comma;
  }

  /** The first index that holds neither space nor tab; {@code end} if there is none. */
  public static int afterSpace(byte[] bytes, int start, int end) {
    int from = start;
    while (from < end && isSpace(bytes[from])) {
      from++;
    }
    return from;
  }

  /** The end without spaces and tabs before it; {@code start} if there is nothing else. */
  public static int beforeSpace(byte[] bytes, int start, int end) {
    int to = end;
    while (to > start && isSpace(bytes[to - 1])) {
      to--;
    }
    return to;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\t';
  }

  /** The bytes of text whose characters are all below 256. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A range as text, each byte one character. */
  public static String text(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /** The digit's value, or -1. */
  public static int hexDigit(byte c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
