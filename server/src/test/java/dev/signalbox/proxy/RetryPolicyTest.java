package dev.signalbox.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.Failure;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final Failure REFUSED = new Failure.ConnectFailed("a", "refused", false);
  private static final Failure CUT = new Failure.UpstreamReset("a", "closed", true, true, false);
  private static final Failure CUT_UNSENT =
      new Failure.UpstreamReset("a", "closed", true, false, false);

  @Test
  void whatNoEndpointHasSeenIsRepeatedWhateverTheMethod() {
    assertThat(RetryPolicy.allows(REFUSED, false, 1, 0, true, 3, 0)).isTrue();
    assertThat(RetryPolicy.allows(CUT_UNSENT, false, 1, 0, true, 3, 0)).isTrue();
  }

  @Test
  void whatAnEndpointMayHaveSeenIsRepeatedOnlyIfThatDoesNoHarm() {
    assertThat(RetryPolicy.allows(CUT, true, 1, 0, true, 3, 0)).isTrue();
    assertThat(RetryPolicy.allows(CUT, true, 1, 0, true, 3, 0)).isTrue();
    assertThat(RetryPolicy.allows(CUT, false, 1, 0, true, 3, 0)).isFalse();
    assertThat(RetryPolicy.allows(CUT, false, 1, 0, true, 3, 0)).isFalse();
  }

  @Test
  void repeatsAndAttemptsAreBounded() {
    assertThat(RetryPolicy.allows(CUT, true, 3, RetryPolicy.MOST_REPEATS, true, 9, 0)).isFalse();
    assertThat(RetryPolicy.allows(REFUSED, true, RetryPolicy.MOST_ATTEMPTS, 0, true, 9, 0))
        .isFalse();
  }

  @Test
  void endpointsThatRefuseAreGoneThroughTwice() {
    assertThat(RetryPolicy.allows(REFUSED, false, 5, 0, true, 1, 0)).isTrue();
    assertThat(RetryPolicy.allows(REFUSED, false, 3, 0, true, 0, 1)).isTrue();
    assertThat(RetryPolicy.allows(REFUSED, false, 6, 0, true, 0, RetryPolicy.MOST_ROUNDS))
        .isFalse();
  }

  @Test
  void endpointsThatDoNotAnswerAConnectAreGoneThroughOnce() {
    var late = new Failure.ConnectFailed("a", "timeout", true);
    assertThat(RetryPolicy.allows(late, true, 1, 0, true, 1, 0)).isTrue();
    assertThat(RetryPolicy.allows(late, true, 2, 0, true, 0, 1)).isFalse();
  }

  @Test
  void aBodyThatIsGoneCanNotBeRepeated() {
    assertThat(RetryPolicy.allows(CUT, true, 1, 0, false, 3, 0)).isFalse();
    assertThat(RetryPolicy.allows(REFUSED, true, 1, 0, false, 3, 0)).isFalse();
  }

  @Test
  void anAnswerThatHasBegunIsNeverRepeated() {
    var begun = new Failure.UpstreamReset("a", "closed", true, true, true);
    assertThat(RetryPolicy.allows(begun, true, 1, 0, true, 3, 0)).isFalse();
    assertThat(RetryPolicy.allows(new Failure.UpstreamTimeout("a", "late"), true, 1, 0, true, 3, 0))
        .isFalse();
  }

  @Test
  void anAnswerThatTheRouteWouldRatherHaveFromAnotherIsAskedForTwiceMore() {
    assertThat(RetryPolicy.allowsAfterAnswer(1, 0, true)).isTrue();
    assertThat(RetryPolicy.allowsAfterAnswer(2, 1, true)).isTrue();
    assertThat(RetryPolicy.allowsAfterAnswer(3, RetryPolicy.MOST_REPEATS, true)).isFalse();
    assertThat(RetryPolicy.allowsAfterAnswer(RetryPolicy.MOST_ATTEMPTS, 0, true)).isFalse();
    assertThat(RetryPolicy.allowsAfterAnswer(1, 0, false)).isFalse();
  }
}
