package dev.signalbox.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The same bytes arriving in every way: whole, cut in two at each byte, and one by one. Pure. */
public final class Splits {
  private Splits() {}

  /**
   * Runs one input in every cut, and expects the same of each.
   *
   * @return what came of it, whole
   */
  public static <T> T sameForEveryCut(String input, Function<List<byte[]>, T> run) {
    byte[] bytes = bytes(input);
    T whole = run.apply(List.of(bytes));
    for (int cut = 1; cut < bytes.length; cut++) {
      var parts = List.of(Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length));
      assertThat(run.apply(parts)).as("cut at %d of %d", cut, bytes.length).isEqualTo(whole);
    }
    assertThat(run.apply(singly(bytes))).as("byte by byte").isEqualTo(whole);
    return whole;
  }

  static List<byte[]> singly(byte[] bytes) {
    var parts = new ArrayList<byte[]>();
    for (byte b : bytes) {
      parts.add(new byte[] {b});
    }
    return parts;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
