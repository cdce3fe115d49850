package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The disputed cases of docs/guide/matching.md: what is matched is what is forwarded. */
class NormalFormTest {
  @ParameterizedTest
  @CsvSource({
    "/%7Euser, /~user",
    "/%61dmin, /admin",
    "/a%2fb, /a%2Fb",
    "/a//b, /a//b",
    "/a//../b, /a/b",
    "/a;v=1/b, /a;v=1/b",
    "/a/..;/b, /a/..;/b",
    "/a/./b, /a/b",
    "/a/x/../b, /a/b",
    "/a/x/%2e%2E/b, /a/b",
    "/a/%2e, /a/",
    "/a%5Cb, /a%5Cb",
    "/a%5c..%5cb, /a%5C..%5Cb",
    "/caf%c3%a9, /caf%C3%A9",
    "/%E9/%ff, /%E9/%FF",
    "/%C0%AE%C0%AE/x, /%C0%AE%C0%AE/x",
    "/a%C0%AFb, /a%C0%AFb",
    "/%252e%252e/a, /%252e%252e/a",
    "/Ab, /Ab"
  })
  void aPathHasOneForm(String sent, String normal) {
    assertThat(OfflineRequest.get("a.test" + sent).head().pathText()).isEqualTo(normal);
    assertThat(OfflineRequest.get("a.test" + normal).head().pathText())
        .as("the form of the form")
        .isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/a/../../b",
        "/%2e%2e",
        "/a\\b",
        "/a%",
        "/a%zz",
        "/a%00",
        "/é",
        "/a b",
        "/\u007f"
      })
  void pathsWithoutAMeaningAreRefused(String sent) {
    assertThatThrownBy(() -> OfflineRequest.get("a.test" + sent)).hasMessageContaining("a.test");
  }

  @ParameterizedTest
  @CsvSource({
    "/x/{id}, /x/a%2Fb, a%2Fb",
    "/x/{id}, /x/a;v=1, a;v=1",
    "/x/{id}, /x/%C0%AF, %C0%AF",
    "/x/{rest...}, /x//a, /a",
    "/x/{rest...}, /x/a/../b%2f, b%2F"
  })
  void capturesHoldTheNormalForm(String template, String sent, String held) {
    var match = Match.path(template);
    var request = OfflineRequest.get("a.test" + sent);
    assertThat(match.matches(request)).isTrue();
    assertThat(Captures.of(match, request).asMap().values()).containsExactly(held);
  }

  @ParameterizedTest
  @CsvSource({
    "/admin/**, //admin",
    "/a/b, /a%2Fb",
    "/a/b, /a%5Cb",
    "/admin, /admin;x",
    "/x/{id}/y, /x//y"
  })
  void whatIsNotTheSameDoesNotMatch(String condition, String sent) {
    assertThat(Match.path(condition).matches(OfflineRequest.get("a.test" + sent))).isFalse();
  }
}
