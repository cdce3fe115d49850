package dev.signalbox.analysis.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.signalbox.config.InvalidValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No bytes make a reader do anything but read them or say why not. */
class LogFuzzTest {
  private static final int GENERATED = 2_000;
  private static final String[] SPICES = {
    "\"",
    "\\",
    "\\x",
    "\\u",
    "\\ud800",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    " ",
    "-",
    "null",
    "1e9",
    "-0",
    "\0",
    "\n",
    "€",
    "http://",
    "https://x",
    "/..",
    "%",
    "10.1",
    "::1",
    "REDACTED",
    "HTTP/1.1"
  };

  @FuzzTest(maxDuration = "60s")
  void anyBytesAreReadOrRefused(byte[] bytes) {
    for (var format : LogFormat.values()) {
      check(format, bytes);
    }
    stream(bytes);
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void changedLinesAreReadOrRefused(LogFormat format) {
    var random = new Random(format.ordinal());
    var lines = LogFormatTest.lines().map(arguments -> (String) arguments.get()[1]).toList();
    int requests = 0;
    for (int i = 0; i < GENERATED; i++) {
      var text = new StringBuilder(lines.get(random.nextInt(lines.size())));
      for (int change = random.nextInt(4); change > 0; change--) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + random.nextInt(6));
        text.replace(at, end, SPICES[random.nextInt(SPICES.length)]);
      }
      requests += check(format, text.toString().getBytes(UTF_8)) ? 1 : 0;
      if (i % 10 == 0) {
        stream(text.toString().getBytes(UTF_8));
      }
    }
    assertThat(requests).as("so that something was checked").isBetween(GENERATED / 100, GENERATED);
  }

  private static boolean check(LogFormat format, byte[] bytes) {
    var padded = Arrays.copyOf(bytes, bytes.length + 8); // what stands behind is not looked at
    Arrays.fill(padded, bytes.length, padded.length, (byte) '"');
    var line = format.read(padded, 0, bytes.length);
    assertThat(line.toString()).isEqualTo(format.read(bytes, 0, bytes.length).toString());
    switch (line) {
      case LogLine.Unreadable(var reason) ->
          assertThat(reason).isNotBlank().matches("[\\x20-\\x7e]+").hasSizeLessThan(300);
      case LoggedRequest request -> {
        assertThat(request.target()).isNotEmpty();
        try {
          request.request();
        } catch (InvalidValue e) {
          return false; // the server would refuse it, too
        }
        return true;
      }
    }
    return false;
  }

  private static void stream(byte[] bytes) {
    try {
      LogStream.read(
          new ByteArrayInputStream(bytes), null, (number, _) -> assertThat(number).isPositive());
    } catch (IOException e) {
      assertThat(bytes).as("only gzip may break").startsWith(0x1f, 0x8b);
    } catch (UncheckedIOException e) {
      throw new AssertionError("an I/O error that nobody declares", e);
    }
  }
}
