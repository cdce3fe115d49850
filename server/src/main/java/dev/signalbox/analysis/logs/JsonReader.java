package dev.signalbox.analysis.logs;

import dev.signalbox.http.Ascii;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) piece by piece and strictly, without a tree of it: whoever reads says what
 * comes next, and passes over the rest. From bytes or from a stream of any length. Used by one
 * thread.
 */
final class JsonReader {
  /** Objects and arrays inside each other. */
  static final int DEEPEST = 64;

  /** The longest text that is kept; those that are passed over may be longer. */
  static final int LONGEST = 1 << 20;

  /** The text is no JSON, or not what was expected. */
  static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Malformed(String why) {
      super(why, null, false, false);
    }
  }

  /** What a value is. */
  enum Kind {
    OBJECT,
    ARRAY,
    TEXT,
    NUMBER,
    TRUE_OR_FALSE,
    NULL
  }

  private static final int END = -1;

  private byte[] bytes;
  private int at;
  private int end;
  private final @Nullable InputStream more;
  private long passed;
  private byte[] kept = new byte[128];
  private int depth;

  JsonReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.passed = -start;
    this.more = null;
  }

  JsonReader(InputStream in) {
    this.bytes = new byte[1 << 16];
    this.more = in;
  }

  /** How many bytes were read. */
  long offset() {
    return passed + at;
  }

  /** What the next value is. */
  Kind next() {
    space();
    return switch (peek()) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.TEXT;
      case 't', 'f' -> Kind.TRUE_OR_FALSE;
      case 'n' -> Kind.NULL;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> Kind.NUMBER;
      default -> throw unexpected("a value");
    };
  }

  /** An object: each of its names is handed over, and its value must be read then. */
  void object(Consumer<String> member) {
    open('{');
    if (peek() == '}') {
      close();
      return;
    }
    while (true) {
      var name = text();
      space();
      expect(':');
      member.accept(name);
      space();
      if (peek() == '}') {
        close();
        return;
      }
      expect(',');
      space();
    }
  }

  /** An array: each of its values must be read when it is called. */
  void array(Runnable element) {
    open('[');
    if (peek() == ']') {
      close();
      return;
    }
    while (true) {
      element.run();
      space();
      if (peek() == ']') {
        close();
        return;
      }
      expect(',');
      space();
    }
  }

  /** A text, decoded. */
  String text() {
    space();
    int length = string(true);
    return decoded(length);
  }

  /** A text or null; anything else is passed over and is null, too. */
  @Nullable String textOrNull() {
    if (next() == Kind.TEXT) {
      return text();
    }
    skip();
    return null;
  }

  /** A number as it is written. */
  String number() {
    space();
    int length = 0;
    if (peek() == '-') {
      length = keep(read(), length);
    }
    if (peek() == '0') {
      length = keep(read(), length);
    } else {
      length = digits(length);
    }
    if (peek() == '.') {
      length = keep(read(), length);
      length = digits(length);
    }
    if (peek() == 'e' || peek() == 'E') {
      length = keep(read(), length);
      if (peek() == '+' || peek() == '-') {
        length = keep(read(), length);
      }
      length = digits(length);
    }
    return new String(kept, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** Passes over a value, and checks it. */
  void skip() {
    switch (next()) {
      case OBJECT -> skipObject();
      case ARRAY -> array(this::skip);
      case TEXT -> string(false);
      case NUMBER -> number();
      case TRUE_OR_FALSE -> word(peek() == 't' ? "true" : "false");
      case NULL -> word("null");
    }
  }

  private void skipObject() {
    open('{');
    if (peek() == '}') {
      close();
      return;
    }
    while (true) {
      string(false);
      space();
      expect(':');
      skip();
      space();
      if (peek() == '}') {
        close();
        return;
      }
      expect(',');
      space();
    }
  }

  /** Nothing but blanks may follow. */
  void end() {
    space();
    if (peek() != END) {
      throw unexpected("the end");
    }
  }

  private void open(char bracket) {
    space();
    expect(bracket);
    depth++;
    if (depth > DEEPEST) {
      throw new Malformed("more than " + DEEPEST + " objects and arrays in each other");
    }
    space();
  }

  private void close() {
    at++;
    depth--;
  }

  /** Reads a string; its bytes are kept where they are wanted. */
  private int string(boolean isWanted) {
    if (peek() != '"') {
      throw unexpected("a text");
    }
    at++;
    int length = 0;
    while (true) {
      int c = read();
      if (c == '"') {
        return length;
      }
      if (c == END) {
        throw new Malformed("the JSON ends inside a text");
      }
      if (c < ' ') {
        throw new Malformed("a control character in a text, at " + (offset() - 1));
      }
      int character = c == '\\' ? escape() : -1;
      if (isWanted) {
        if (length > LONGEST) {
          throw new Malformed("a text of more than " + LONGEST + " bytes");
        }
        length = character < 0 ? keep(c, length) : keepUtf8(character, length);
      }
    }
  }

  private int escape() {
    int c = read();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int unit = unit();
        // RFC 8259 §8.2: readers differ in what half a pair means
        if (Character.isLowSurrogate((char) unit)) {
          throw new Malformed("half a surrogate pair, at " + offset());
        }
        if (!Character.isHighSurrogate((char) unit)) {
          yield unit;
        }
        expect('\\');
        expect('u');
        int low = unit();
        if (!Character.isLowSurrogate((char) low)) {
          throw new Malformed("half a surrogate pair, at " + offset());
        }
        yield Character.toCodePoint((char) unit, (char) low);
      }
      default -> throw new Malformed("an escape that JSON does not have, at " + offset());
    };
  }

  private int unit() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Ascii.hexDigit((byte) read());
      if (digit < 0) {
        throw new Malformed("an escape without four hexadecimal digits, at " + offset());
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private int keep(int c, int length) {
    if (length == kept.length) {
      kept = Arrays.copyOf(kept, 2 * length);
    }
    kept[length] = (byte) c;
    return length + 1;
  }

  private int keepUtf8(int character, int length) {
    int to = length;
    if (character < 0x80) {
      return keep(character, to);
    }
    for (byte b : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
      to = keep(b, to);
    }
    return to;
  }

  private String decoded(int length) {
    for (int i = 0; i < length; i++) {
      if (kept[i] < 0) {
        try {
          var strict = StandardCharsets.UTF_8.newDecoder();
          return strict.decode(ByteBuffer.wrap(kept, 0, length)).toString();
        } catch (CharacterCodingException e) {
          throw new Malformed("a text that is not UTF-8, before " + offset());
        }
      }
    }
    return new String(kept, 0, length, StandardCharsets.ISO_8859_1);
  }

  private int digits(int length) {
    int to = length;
    while (peek() >= '0' && peek() <= '9') {
      if (to > 1000) {
        throw new Malformed("a number of more than 1000 digits");
      }
      to = keep(read(), to);
    }
    if (to == length) {
      throw unexpected("a digit");
    }
    return to;
  }

  private void word(String word) {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
  }

  private void space() {
    while (true) {
      int c = peek();
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        return;
      }
      at++;
    }
  }

  private void expect(char c) {
    if (peek() != c) {
      throw unexpected("" + c);
    }
    at++;
  }

  private Malformed unexpected(String expected) {
    int c = peek();
    var found =
        c == END
            ? "the end"
            : c > ' ' && c < 0x7f ? "" + (char) c : String.format("byte 0x%02x", c);
    return new Malformed(found + " at " + offset() + " (expected: " + expected + ")");
  }

  private int read() {
    int c = peek();
    at += c == END ? 0 : 1;
    return c;
  }

  private int peek() {
    return at < end ? bytes[at] & 0xff : refilled();
  }

  private int refilled() {
    if (more == null) {
      return END;
    }
    try {
      int read = more.read(bytes, 0, bytes.length);
      if (read <= 0) {
        return END;
      }
      passed += end;
      at = 0;
      end = read;
      return bytes[0] & 0xff;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
