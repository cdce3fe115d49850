package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorizationIsTest {
  private static boolean isIn(String scheme, String user, String value) {
    return new AuthorizationIs(scheme, user).matches(Asked.with("Authorization: " + value));
  }

  private static String basic(String userAndPassword) {
    return "Basic "
        + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bearer | Bearer abc   | true",
        "bearer | BEARER abc   | true",
        "bearer | Bearer       | true",
        "bearer | Bearers abc  | false",
        "bearer | Basic abc    | false",
        "bearer | abc          | false",
        "bearer | ''           | false",
        "bearer | Bearer,abc   | false",
      })
  void theSchemeIsComparedInAnyCase(String scheme, String value, boolean isThere) {
    assertThat(isIn(scheme, null, value)).isEqualTo(isThere);
  }

  @Test
  void theUserNameIsWhatStandsBeforeTheColon() {
    assertThat(isIn("basic", "alice", basic("alice:secret"))).isTrue();
    assertThat(isIn("basic", "alice", basic("alice:"))).isTrue();
    assertThat(isIn("basic", "alice", basic("alice:a:b"))).isTrue();
    assertThat(isIn("basic", "alice", basic("alice"))).isFalse();
    assertThat(isIn("basic", "alice", basic("Alice:secret"))).isFalse();
    assertThat(isIn("basic", "alice", basic("alice2:secret"))).isFalse();
    assertThat(isIn("basic", "jürgen", basic("jürgen:x"))).isTrue();
    assertThat(isIn("basic", "alice", basic("alice:secret").replace("Basic ", "bAsIc   ")))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "Basic YTpi, true", // a:b
    "Basic YTo=, true", // a:
    "Basic YTo, false", // without its padding
    "Basic YTp=, false", // the same, with bits behind its end
    "Basic YTp i, false",
    "Basic YTpi====, false",
    "Basic YT-_, false",
    "Basic =, false",
    "Basic, false",
    "Basic YQE6Yg==, false", // a control character in the name
    "Basic /zpi, false", // not UTF-8
  })
  void base64IsReadStrictly(String value, boolean isUserA) {
    assertThat(isIn("basic", "a", value)).isEqualTo(isUserA);
  }

  @Test
  void twoFieldsAreNoCredentials() {
    var bearer = new AuthorizationIs("bearer", null);
    assertThat(bearer.matches(Asked.with("Authorization: Bearer a", "Authorization: Bearer a")))
        .isFalse();
    assertThat(bearer.matches(Asked.with())).isFalse();
  }

  @Test
  void whatIsShownIsNeverTheSecret() {
    var match = new AuthorizationIs("basic", "bob");
    assertThat(match).hasToString("authorization basic user bob");
    assertThat(match.actual(Asked.with("Authorization: " + basic("alice:secret"))))
        .isEqualTo("Basic user alice");
    assertThat(match.actual(Asked.with("Authorization: Bearer secret"))).isEqualTo("Bearer");
    assertThat(match.actual(Asked.with())).isEmpty();
  }

  @Test
  void nothingThatIsSentMakesItThrow() {
    var random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      var said = new StringBuilder("Basic ");
      for (int length = random.nextInt(14); length > 0; length--) {
        said.append((char) (' ' + random.nextInt(0x5f)));
      }
      assertThatCode(() -> isIn("basic", "a", said.toString()))
          .as(said.toString())
          .doesNotThrowAnyException();
    }
  }
}
