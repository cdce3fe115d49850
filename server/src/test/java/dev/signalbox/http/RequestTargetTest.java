package dev.signalbox.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "/, /",
        "/a/b, /a/b",
        "/a.b/.c/d., /a.b/.c/d.",
        "/a/.../b, /a/.../b",
        "/./a, /a",
        "/a/., /a/",
        "/a/./, /a/",
        "/a/../b, /b",
        "/a/.., /",
        "/a/b/.., /a/",
        "/a/b/../, /a/",
        "/a/b/../../c, /c",
        "/a/%2e/b, /a/b",
        "/a/%2E%2e/b, /b",
        "/a/.%2e/b, /b",
        "/a/%2e., /",
        "/%41%7a%30%2D%5f%7E, /Az0-_~",
        "/%2f, /%2F",
        "/a%2f..%2fb, /a%2F..%2Fb",
        "/%5c, /%5C",
        "/%c3%a4, /%C3%A4",
        "/%25, /%25",
        "/%252e%252e/, /%252e%252e/",
        "/%20%0d%0a, /%20%0D%0A",
        "//, //",
        "//a, //a",
        "/a//b, /a//b",
        "/a//../b, /a/b",
        "/a///../../b, /a/b",
        "/a/..//b, //b",
        "/a;b/..;/c, /a;b/..;/c",
        "/a;x=../b, /a;x=../b",
        "/{x}|^`\"<>, /{x}|^`\"<>",
        "/a@b:c, /a@b:c",
      })
  void pathsHaveOneForm(String path, String normal) {
    assertThat(path(path)).isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/../",
        "/../a",
        "/a/../..",
        "/./..",
        "/%2e%2e",
        "/.%2E/a",
        "/a/../../b",
        "//../..",
        "/%00",
        "/a%00b",
        "/%",
        "/%4",
        "/%g0",
        "/%0g",
        "/a%",
        "/%%41",
        "/a b",
        "/a\tb",
        "/a\0b",
        "/a\u007f",
        "/\u00e4",
        "/a\\b",
        "/..\\a",
        "/a#b",
        "/a\r",
        "/a\n"
      })
  void pathsThatTwoCouldReadDifferentlyAreRefused(String path) {
    assertThat(path(path)).startsWith("refused: ");
  }

  @ParameterizedTest
  @CsvSource({"/a?b=../c%2e%00, ?b=../c%2e%00", "/a?, ?", "/a, ''", "/a??b, ??b", "/?a\\b, ?a\\b"})
  void queriesStayAsTheyAre(String target, String query) {
    var head = new RequestHead();
    assertThat(read(head, target)).isNull();
    assertThat(Ascii.text(head.bytes(), head.queryStart(), head.queryEnd())).isEqualTo(query);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/?a b", "/?\u00e4", "/?a#b", "/?\0", "/?\u007f"})
  void queriesWithBytesThatNoUriHoldsAreRefused(String target) {
    assertThat(path(target)).startsWith("refused: ");
  }

  @Test
  void normalisingTheNormalFormChangesNothingAndLeavesNothingToDo() {
    var random = new Random(42);
    String[] parts = {
      "/", "/", "/", ".", "..", "a", "%2e", "%2E", "%2f", "%41", "%25", "2e", "%5c", ";", "%c3", "B"
    };
    int accepted = 0;
    for (int i = 0; i < 50_000; i++) {
      var path = new StringBuilder("/");
      for (int k = random.nextInt(12); k > 0; k--) {
        path.append(parts[random.nextInt(parts.length)]);
      }
      var normal = path(path.toString());
      if (normal.startsWith("refused: ")) {
        continue;
      }
      accepted++;
      assertThat(path(normal)).as(path.toString()).isEqualTo(normal);
      assertThat(normal)
          .as(path.toString())
          .startsWith("/")
          .doesNotContain("/./", "/../", "%2e", "%2E", "%41", "%c3", "%2f")
          .doesNotEndWith("/.")
          .doesNotEndWith("/..");
      assertThat(normal.length()).isLessThanOrEqualTo(path.length());
    }
    assertThat(accepted).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "Shop.Example.COM, shop.example.com",
    "shop.example.com., shop.example.com",
    "Shop.Example.com.:8080, shop.example.com",
    "a:, a",
    "a:0, a",
    "a:65535, a",
    "10.0.0.1:80, 10.0.0.1",
    "[::1], [::1]",
    "[2001:DB8::A]:443, [2001:db8::a]",
    "[::ffff:10.0.0.1], [::ffff:10.0.0.1]",
    "xn--bcher-kva.example, xn--bcher-kva.example",
    "a_b, a_b",
    "., ."
  })
  void hostsAreInLowerCaseWithoutPortOrTrailingDot(String authority, String host) {
    var head = new RequestHead();
    byte[] bytes = Ascii.bytes(authority);
    int start = head.headers().appendBytes(bytes, 0, bytes.length);
    assertThat(RequestTarget.authority(head, start, start + bytes.length)).isNull();
    assertThat(head.hostText()).isEqualTo(host);
    assertThat(Ascii.text(head.bytes(), head.authorityStart(), head.authorityEnd()))
        .isEqualTo(authority);
  }

  private static String path(String target) {
    var head = new RequestHead();
    var wrong = read(head, target);
    return wrong == null ? head.pathText() : "refused: " + wrong;
  }

  private static @Nullable String read(RequestHead head, String target) {
    byte[] bytes = Ascii.bytes(target);
    int start = head.headers().appendBytes(bytes, 0, bytes.length);
    return RequestTarget.path(head, start, start + bytes.length);
  }
}
