package dev.signalbox.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AsciiTest {
  @Test
  void theEndOfAFieldValueIsWhereALookAtEachByteFindsIt() {
    for (int length = 0; length <= 24; length++) {
      for (int at = 0; at < length; at++) {
        for (int c = 0; c < 256; c++) {
          byte[] bytes = new byte[length + 3];
          Arrays.fill(bytes, (byte) 'a');
          bytes[at + 1] = (byte) c;
          assertThat(Ascii.endOfFieldValue(bytes, 1, length + 1))
              .as("byte %x at %d of %d", c, at, length)
              .isEqualTo(naiveEnd(bytes, 1, length + 1));
        }
      }
    }
  }

  @Test
  void theEndOfAFieldValueIsFoundInAnyText() {
    var random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      for (int k = 0; k < bytes.length; k++) { // mostly text, so that words are passed over
        if (random.nextInt(16) != 0 && !isValue(bytes[k])) {
          bytes[k] = (byte) (bytes[k] | 0x40);
        }
      }
      assertThat(Ascii.endOfFieldValue(bytes, 0, bytes.length))
          .isEqualTo(naiveEnd(bytes, 0, bytes.length));
    }
  }

  @Test
  void tokensAreThoseOfTheGrammar() {
    for (int c = 0; c < 256; c++) {
      boolean isToken =
          (c >= '0' && c <= '9')
              || (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c > 0 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
      assertThat(Ascii.isToken((byte) c)).as("byte %x", c).isEqualTo(isToken);
      assertThat(Ascii.isToken("a" + (char) c)).as("byte %x", c).isEqualTo(isToken);
      assertThat(Ascii.isFieldValue((byte) c)).as("byte %x", c).isEqualTo(isValue((byte) c));
    }
    assertThat(Ascii.isToken("")).isFalse();
    assertThat(Ascii.isToken("\u0141")).isFalse(); // its low byte is A
  }

  @Test
  void onlyLettersHaveACase() {
    for (int c = 0; c < 256; c++) {
      int lower = c >= 'A' && c <= 'Z' ? c + 32 : c;
      assertThat(Ascii.toLower((byte) c)).isEqualTo((byte) lower);
      byte[] one = {(byte) c};
      assertThat(Ascii.equalsIgnoreCase(one, 0, 1, new byte[] {(byte) lower})).isTrue();
      if (lower != (c | 0x20)) { // [ is not {, @ is not `
        assertThat(Ascii.equalsIgnoreCase(one, 0, 1, new byte[] {(byte) (c | 0x20)})).isFalse();
      }
    }
  }

  @Test
  void hexadecimalDigitsAreTheSixteenInBothCases() {
    for (int c = 0; c < 256; c++) {
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      assertThat(Ascii.hexDigit((byte) c)).as("byte %x", c).isEqualTo(digit);
    }
  }

  private static int naiveEnd(byte[] bytes, int start, int end) {
    int i = start;
    while (i < end && isValue(bytes[i])) {
      i++;
    }
    return i;
  }

  private static boolean isValue(byte b) {
    int c = b & 0xff;
    return c == '\t' || (c >= 0x20 && c != 0x7f);
  }
}
