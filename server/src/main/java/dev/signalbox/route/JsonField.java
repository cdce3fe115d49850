package dev.signalbox.route;

import dev.signalbox.http.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds one field in a JSON text (RFC 8259) without building a tree. The whole text is read and
 * must be right: UTF-8, no more than {@link #DEEPEST} levels, nothing behind its end. A name that
 * comes twice in an object on the way to the field would be read in two ways (§4), so then there is
 * no field. Never throws. Made for one look at one body.
 */
final class JsonField {
  /** Objects and arrays inside each other. */
  static final int DEEPEST = 64;

  /** Going on makes no sense. Never leaves this class. */
  private static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Malformed() {
      super(null, null, false, false);
    }
  }

  private final byte[] bytes;
  private final int end;
  private final List<String> way;
  private int at;
  private @Nullable String found;

  private JsonField(byte[] bytes, int start, int end, List<String> way) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.way = way;
  }

  /**
   * The field at the end of this way: texts decoded; numbers, {@code true}, {@code false}, {@code
   * null}, objects and arrays as they are written. Null where there is none, or the text is not
   * JSON.
   *
   * @param way names of members and numbers of elements, from the root
   */
  static @Nullable String find(byte[] bytes, int start, int end, List<String> way) {
    try {
      var field = new JsonField(bytes, start, end, way);
      field.space();
      field.value(0, 0);
      field.space();
      return field.at == end ? field.found : null;
    } catch (Malformed e) {
      return null;
    }
  }

  /**
   * Reads a value.
   *
   * @param depth how many objects and arrays are open
   * @param matched how much of the way leads here; -1 where it leads elsewhere
   */
  private void value(int depth, int matched) {
    boolean isField = matched == way.size();
    int start = at;
    switch (peek()) {
      case '{' -> object(depth + 1, isField ? -1 : matched);
      case '[' -> array(depth + 1, isField ? -1 : matched);
      case '"' -> {
        string();
        if (isField) {
          found = text(start, at);
        }
        return;
      }
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
    if (isField) {
      found = new String(bytes, start, at - start, StandardCharsets.UTF_8);
    }
  }

  private void object(int depth, int matched) {
    open(depth);
    if (peek() == '}') {
      at++;
      return;
    }
    boolean isThere = false;
    while (true) {
      int name = at;
      string();
      boolean isNext = matched >= 0 && way.get(matched).equals(text(name, at));
      if (isNext && isThere) {
        throw new Malformed();
      }
      isThere |= isNext;
      space();
      expect(':');
      space();
      value(depth, isNext ? matched + 1 : -1);
      space();
      if (peek() == '}') {
        at++;
        return;
      }
      expect(',');
      space();
    }
  }

  private void array(int depth, int matched) {
    open(depth);
    if (peek() == ']') {
      at++;
      return;
    }
    for (int i = 0; ; i++) {
      boolean isNext = matched >= 0 && way.get(matched).equals(Integer.toString(i));
      value(depth, isNext ? matched + 1 : -1);
      space();
      if (peek() == ']') {
        at++;
        return;
      }
      expect(',');
      space();
    }
  }

  private void open(int depth) {
    if (depth > DEEPEST) {
      throw new Malformed();
    }
    at++;
    space();
  }

  /** Passes over a string, and checks all of it but its UTF-8. */
  private void string() {
    expect('"');
    while (true) {
      int c = next() & 0xff;
      if (c == '"') {
        return;
      }
      if (c < ' ') {
        throw new Malformed();
      }
      if (c == '\\') {
        escape();
      } else if (c >= 0x80) {
        at = endOfUtf8(at - 1);
      }
    }
  }

  private void escape() {
    switch (next()) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {}
      case 'u' -> {
        int unit = unit();
        // A lone surrogate is no character: RFC 8259 §8.2 leaves open what readers make of it.
        if (Character.isLowSurrogate((char) unit)) {
          throw new Malformed();
        }
        if (Character.isHighSurrogate((char) unit)) {
          expect('\\');
          expect('u');
          if (!Character.isLowSurrogate((char) unit())) {
            throw new Malformed();
          }
        }
      }
      default -> throw new Malformed();
    }
  }

  private int unit() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Ascii.hexDigit(next());
      if (digit < 0) {
        throw new Malformed();
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  // RFC 3629 §4: no overlong forms, no surrogates, nothing above U+10FFFF
  private int endOfUtf8(int start) {
    int first = bytes[start] & 0xff;
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || end - start < length) {
      throw new Malformed();
    }
    int second = bytes[start + 1] & 0xff;
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) {
      throw new Malformed();
    }
    for (int i = start + 2; i < start + length; i++) {
      if ((bytes[i] & 0xc0) != 0x80) {
        throw new Malformed();
      }
    }
    return start + length;
  }

  /** The text of a string that is already known to be right, without its quotes and escapes. */
  private String text(int from, int to) {
    var raw = new String(bytes, from + 1, to - from - 2, StandardCharsets.UTF_8);
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    var text = new StringBuilder(raw.length());
    int i = 0;
    while (i < raw.length()) {
      char c = raw.charAt(i++);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escaped = raw.charAt(i++);
      switch (escaped) {
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'u' -> {
          text.append((char) Integer.parseInt(raw, i, i + 4, 16));
          i += 4;
        }
        default -> text.append(escaped);
      }
    }
    return text.toString();
  }

  // RFC 8259 §6
  private void number() {
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < end && bytes[at] == '.') {
      at++;
      digits();
    }
    if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
  }

  private void digits() {
    int start = at;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    if (at == start) {
      throw new Malformed();
    }
  }

  private void word(String word) {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
  }

  private void space() {
    while (at < end
        && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\n' || bytes[at] == '\r')) {
      at++;
    }
  }

  private byte peek() {
    if (at >= end) {
      throw new Malformed();
    }
    return bytes[at];
  }

  private byte next() {
    byte c = peek();
    at++;
    return c;
  }

  private void expect(char c) {
    if (next() != c) {
      throw new Malformed();
    }
  }
}
