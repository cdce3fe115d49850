package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldTest {
  /** The examples of RFC 6901 §5, and values of every kind. */
  private static final String DOCUMENT =
      """
      {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\\\j": 5,
       "k\\"l": 6, " ": 7, "m~n": 8, "~1": 9,
       "deep": {"er": [[{"est": "x"}], null, true, false, -1.50e+3, {}, []]},
       "text": "\\u00e4\\n\\"\\\\\\/\\b\\f\\r\\t\\ud83d\\ude00 \u00e4\u20ac\ud83d\ude00",
       "\\u0066oo2": "escaped name", "empty": ""}
      """;

  private static @Nullable String find(String json, String pointer) {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    return JsonField.find(bytes, 0, bytes.length, BodyPointer.Json.parse(pointer).way());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "/foo!`[\"bar\", \"baz\"]`",
        "/foo/0!bar",
        "/foo/1!baz",
        "/!0",
        "/a~1b!1",
        "/c%d!2",
        "/e^f!3",
        "/g|h!4",
        "/i\\j!5",
        "/k\"l!6",
        "/ !7",
        "/m~0n!8",
        "/~01!9",
        "/deep/er/0/0/est!x",
        "/deep/er/1!null",
        "/deep/er/2!true",
        "/deep/er/3!false",
        "/deep/er/4!-1.50e+3",
        "/deep/er/5!{}",
        "/deep/er/6![]",
        "/foo2!escaped name",
        "/empty!``",
      })
  void aPointerFindsWhatItPointsAt(String pointer, String found) {
    assertThat(find(DOCUMENT, pointer)).isEqualTo(found);
  }

  @Test
  void textsAreDecoded() {
    assertThat(find(DOCUMENT, "/text"))
        .isEqualTo("\u00e4\n\"\\/\b\f\r\t\ud83d\ude00 \u00e4\u20ac\ud83d\ude00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/foo/2",
        "/foo/-",
        "/foo/00",
        "/foo/01",
        "/foo/bar",
        "/foo/0/0",
        "/deep/er/1/x",
        "/deep/er/5/x",
        "/Foo",
        "/fo",
        "/foo/+1",
        "/foo/1e0"
      })
  void whatIsNotThereIsNotFound(String pointer) {
    assertThat(find(DOCUMENT, pointer)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"x\"", " x", "0", "-0", "1e5", "true", "null"})
  void theEmptyPointerIsTheWholeText(String json) {
    var isText = json.startsWith("\"");
    assertThat(find(json.strip(), "")).isEqualTo(json.equals(" x") ? null : isText ? "x" : json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":1} x",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1,\"b\":[1,]}",
        "{\"a\":1,\"b\":[,1]}",
        "{\"a\":1,\"b\":[1 2]}",
        "{\"a\":1,\"b\":01}",
        "{\"a\":1,\"b\":+1}",
        "{\"a\":1,\"b\":.5}",
        "{\"a\":1,\"b\":1.}",
        "{\"a\":1,\"b\":1e}",
        "{\"a\":1,\"b\":-}",
        "{\"a\":1,\"b\":0x1}",
        "{\"a\":1,\"b\":NaN}",
        "{\"a\":1,\"b\":True}",
        "{\"a\":1,\"b\":tru}",
        "{\"a\":1,\"b\":\"\t\"}",
        "{\"a\":1,\"b\":\"\\x\"}",
        "{\"a\":1,\"b\":\"\\u12\"}",
        "{\"a\":1,\"b\":\"\\ud800\"}",
        "{\"a\":1,\"b\":\"\\udc00\"}",
        "{\"a\":1,\"b\":\"\\ud800\\u0041\"}",
        "{\"a\":1,\"b\":\"",
        "{\"a\":1} // no comments",
        "{\"a\":1,\u00a0\"b\":2}",
        "\ufeff{\"a\":1}",
      })
  void inATextThatIsNotJsonNothingIsFound(String json) {
    assertThat(find(json, "/a")).isNull();
  }

  @Test
  void aNameThatComesTwiceOnTheWayIsNotFound() {
    assertThat(find("{\"a\":1,\"a\":2}", "/a")).isNull();
    assertThat(find("{\"a\":1,\"\\u0061\":1}", "/a")).isNull();
    assertThat(find("{\"a\":{\"b\":1},\"a\":2}", "/a/b")).isNull();
    assertThat(find("{\"x\":1,\"x\":2,\"a\":{\"y\":1,\"b\":3}}", "/a/b")).isEqualTo("3");
  }

  @Test
  void bytesThatAreNotUtf8AreNotJson() {
    for (var bad :
        new int[][] {
          {0x80},
          {0xc0, 0x80},
          {0xc1, 0xbf},
          {0xc3},
          {0xe0, 0x9f, 0xbf},
          {0xed, 0xa0, 0x80},
          {0xf0, 0x8f, 0xbf, 0xbf},
          {0xf4, 0x90, 0x80, 0x80},
          {0xf5, 0x80, 0x80, 0x80},
          {0xff},
          {0xe2, 0x82},
          {0xe2, 0x28, 0xa1}
        }) {
      var json = new java.io.ByteArrayOutputStream();
      json.writeBytes("{\"a\":1,\"b\":\"".getBytes(StandardCharsets.US_ASCII));
      for (int b : bad) {
        json.write(b);
      }
      json.writeBytes("\"}".getBytes(StandardCharsets.US_ASCII));
      var bytes = json.toByteArray();
      assertThat(JsonField.find(bytes, 0, bytes.length, java.util.List.of("a"))).isNull();
    }
  }

  @Test
  void depthHasALimit() {
    int deepest = JsonField.DEEPEST;
    var fine = "[".repeat(deepest - 1) + "]".repeat(deepest - 1);
    assertThat(find("{\"b\":" + fine + ",\"a\":1}", "/a")).isEqualTo("1");
    assertThat(find("{\"b\":[" + fine + "],\"a\":1}", "/a")).isNull();
    assertThat(find("[".repeat(1_000_000), "")).isNull();
    assertThat(find("{\"a\":".repeat(1_000_000), "/a")).isNull();
  }

  @Test
  void aTextThatIsCutAnywhereIsNotJson() {
    var bytes = DOCUMENT.strip().getBytes(StandardCharsets.UTF_8);
    var way = BodyPointer.Json.parse("/foo/0").way();
    for (int end = 0; end < bytes.length; end++) {
      assertThat(JsonField.find(bytes, 0, end, way)).as("cut at " + end).isNull();
    }
    assertThat(JsonField.find(bytes, 0, bytes.length, way)).isEqualTo("bar");
    for (int start = 1; start < bytes.length; start++) {
      int from = start;
      assertThatCode(() -> JsonField.find(bytes, from, bytes.length, way))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void noBytesMakeItThrow() {
    var random = new Random(17);
    var pieces =
        new String[] {
          "{", "}", "[", "]", ":", ",", "\"a\"", "\"b\"", "\"", "\\", "\\u00", "1", "-", ".", "e",
          "true", "nul", " ", "\u00e4", "/"
        };
    var way = BodyPointer.Json.parse("/a/1").way();
    for (int i = 0; i < 50_000; i++) {
      var json = new StringBuilder(random.nextBoolean() ? "{\"a\":[0," : "");
      for (int count = random.nextInt(20); count > 0; count--) {
        json.append(pieces[random.nextInt(pieces.length)]);
      }
      var bytes = json.toString().getBytes(StandardCharsets.UTF_8);
      if (random.nextInt(4) == 0 && bytes.length > 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThatCode(() -> JsonField.find(bytes, 0, bytes.length, way))
          .as(json.toString())
          .doesNotThrowAnyException();
    }
  }
}
