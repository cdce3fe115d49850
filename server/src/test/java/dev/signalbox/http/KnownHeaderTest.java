package dev.signalbox.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KnownHeaderTest {
  @ParameterizedTest
  @EnumSource
  void isFoundInAnyCaseAndAtAnyPlace(KnownHeader header) {
    var name = header.name().toLowerCase(Locale.ROOT).replace('_', '-');
    assertThat(KnownHeader.find(name)).isEqualTo(header);
    assertThat(KnownHeader.find(name.toUpperCase(Locale.ROOT))).isEqualTo(header);
    var bytes = Ascii.bytes("xx" + name + "yy");
    assertThat(KnownHeader.find(bytes, 2, bytes.length - 2)).isEqualTo(header);
  }

  @ParameterizedTest
  @EnumSource
  void isNotFoundWhereOneByteIsAnother(KnownHeader header) {
    for (int at = 0; at < header.lower.length; at++) {
      for (int c = 0; c < 256; c++) {
        byte[] other = header.lower.clone();
        other[at] = (byte) c;
        boolean isSame = Ascii.toLower((byte) c) == header.lower[at];
        var found = KnownHeader.find(other, 0, other.length);
        assertThat(header.equals(found)).as("byte %x at %d", c, at).isEqualTo(isSame);
      }
    }
  }

  @Test
  void whateverIsFoundHasThatName() {
    var random = new Random(42);
    for (int i = 0; i < 50_000; i++) {
      byte[] name = new byte[random.nextInt(20)];
      random.nextBytes(name);
      var found = KnownHeader.find(name, 0, name.length);
      if (found != null) {
        assertThat(Ascii.equalsIgnoreCase(name, 0, name.length, found.lower)).isTrue();
      }
    }
  }

  @Test
  void numbersFitIntoAnIndexEntryAndASet() {
    assertThat(Arrays.stream(KnownHeader.values()).mapToInt(header -> header.id))
        .doesNotHaveDuplicates()
        .allMatch(id -> id >= 1 && id < 64);
  }
}
