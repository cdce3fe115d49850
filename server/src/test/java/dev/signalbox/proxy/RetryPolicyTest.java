package dev.signalbox.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.Failure;
import dev.signalbox.http.Method;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final Failure REFUSED = new Failure.ConnectFailed("a", "refused", false);
  private static final Failure CUT = new Failure.UpstreamReset("a", "closed", true, true, false);
  private static final Failure CUT_UNSENT =
      new Failure.UpstreamReset("a", "closed", true, false, false);

  @Test
  void whatNoEndpointHasSeenIsRepeatedWhateverTheMethod() {
    assertThat(RetryPolicy.allows(REFUSED, Method.POST, 1, 0, true, 3, 0)).isTrue();
    assertThat(RetryPolicy.allows(CUT_UNSENT, Method.POST, 1, 0, true, 3, 0)).isTrue();
  }

  @Test
  void whatAnEndpointMayHaveSeenIsRepeatedOnlyIfThatDoesNoHarm() {
    assertThat(RetryPolicy.allows(CUT, Method.GET, 1, 0, true, 3, 0)).isTrue();
    assertThat(RetryPolicy.allows(CUT, Method.PUT, 1, 0, true, 3, 0)).isTrue();
    assertThat(RetryPolicy.allows(CUT, Method.POST, 1, 0, true, 3, 0)).isFalse();
    assertThat(RetryPolicy.allows(CUT, Method.OTHER, 1, 0, true, 3, 0)).isFalse();
  }

  @Test
  void repeatsAndAttemptsAreBounded() {
    assertThat(RetryPolicy.allows(CUT, Method.GET, 3, RetryPolicy.MOST_REPEATS, true, 9, 0))
        .isFalse();
    assertThat(RetryPolicy.allows(REFUSED, Method.GET, RetryPolicy.MOST_ATTEMPTS, 0, true, 9, 0))
        .isFalse();
  }

  @Test
  void endpointsThatRefuseAreGoneThroughTwice() {
    assertThat(RetryPolicy.allows(REFUSED, Method.POST, 5, 0, true, 1, 0)).isTrue();
    assertThat(RetryPolicy.allows(REFUSED, Method.POST, 3, 0, true, 0, 1)).isTrue();
    assertThat(RetryPolicy.allows(REFUSED, Method.POST, 6, 0, true, 0, RetryPolicy.MOST_ROUNDS))
        .isFalse();
  }

  @Test
  void endpointsThatDoNotAnswerAConnectAreGoneThroughOnce() {
    var late = new Failure.ConnectFailed("a", "timeout", true);
    assertThat(RetryPolicy.allows(late, Method.GET, 1, 0, true, 1, 0)).isTrue();
    assertThat(RetryPolicy.allows(late, Method.GET, 2, 0, true, 0, 1)).isFalse();
  }

  @Test
  void aBodyThatIsGoneCanNotBeRepeated() {
    assertThat(RetryPolicy.allows(CUT, Method.PUT, 1, 0, false, 3, 0)).isFalse();
    assertThat(RetryPolicy.allows(REFUSED, Method.GET, 1, 0, false, 3, 0)).isFalse();
  }

  @Test
  void anAnswerThatHasBegunIsNeverRepeated() {
    var begun = new Failure.UpstreamReset("a", "closed", true, true, true);
    assertThat(RetryPolicy.allows(begun, Method.GET, 1, 0, true, 3, 0)).isFalse();
    assertThat(
            RetryPolicy.allows(
                new Failure.UpstreamTimeout("a", "late"), Method.GET, 1, 0, true, 3, 0))
        .isFalse();
  }
}
