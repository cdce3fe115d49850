package dev.signalbox.analysis.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  @Test
  void textsAreDecoded() {
    var json = "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u20ac\\ud83d\\ude00 é€\"";
    assertThat(of(json).text()).isEqualTo("a\"\\/\b\f\n\r\t€😀 é€");
    assertThat(slowly(json).text()).isEqualTo("a\"\\/\b\f\n\r\t€😀 é€");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "[1, -0, 1.5e+3, true, false, null, \"\"]",
        " {\"a\": {\"b\": [{}]}} ",
        "0"
      })
  void whatIsRightIsPassedOver(String json) {
    for (var reader : new JsonReader[] {of(json), slowly(json)}) {
      reader.skip();
      reader.end();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,]",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "{a:1}",
        "01",
        "1.",
        "-",
        "+1",
        "1e",
        "tru",
        "nul",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\t\"",
        "'a'",
        "[1] 2",
        "NaN",
        "{\"a\":1 \"b\":2}",
        "]"
      })
  void whatIsWrongIsRefused(String json) {
    for (var reader : new JsonReader[] {of(json), slowly(json)}) {
      assertThatThrownBy(
              () -> {
                reader.skip();
                reader.end();
              })
          .isInstanceOf(JsonReader.Malformed.class);
    }
  }

  @Test
  void textsThatAreNotUtf8AreRefused() {
    var reader = new JsonReader(new byte[] {'"', (byte) 0xff, '"'}, 0, 3);
    assertThatThrownBy(reader::text).hasMessage("a text that is not UTF-8, before 3");
  }

  @Test
  void depthHasALimit() {
    assertThatThrownBy(() -> of("[".repeat(65)).skip()).hasMessageContaining("more than 64");
    of("[".repeat(64) + "]".repeat(64)).skip();
  }

  @Test
  void aTextThatIsKeptHasALimitAndOneThatIsNotHasNone() {
    var json = "\"" + "x".repeat(JsonReader.LONGEST + 10) + "\"";
    slowly(json).skip();
    assertThatThrownBy(() -> slowly(json).text()).hasMessageContaining("a text of more than");
  }

  private static JsonReader of(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    return new JsonReader(bytes, 0, bytes.length);
  }

  /** From a stream that gives few bytes at a time. */
  private static JsonReader slowly(String json) {
    InputStream in =
        new FilterInputStream(new ByteArrayInputStream(json.getBytes(UTF_8))) {
          @Override
          public int read(byte[] into, int start, int length) throws IOException {
            return super.read(into, start, Math.min(length, json.length() > 1000 ? 777 : 1));
          }
        };
    return new JsonReader(in);
  }
}
