package dev.signalbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
  @Test
  void returnsAsSoonAsTheConditionHolds() {
    var asked = new AtomicInteger();
    Await.until("three questions", () -> asked.incrementAndGet() == 3);
    assertThat(asked).hasValue(3);
  }

  @Test
  void failsAtTheDeadlineWithWhatWasAwaited() {
    assertThatThrownBy(() -> Await.until("the moon", Duration.ofMillis(5), () -> false))
        .isInstanceOf(AssertionError.class)
        .hasMessage("not within PT0.005S: the moon");
  }

  @Test
  void assertionsAreRepeatedUntilNoneFails() {
    var asked = new AtomicInteger();
    Await.untilAsserted(() -> assertThat(asked.incrementAndGet()).isEqualTo(3));
    assertThat(asked).hasValue(3);
  }

  @Test
  void theLastFailedAssertionStandsAtTheDeadline() {
    assertThatThrownBy(
            () -> Await.untilAsserted(Duration.ofMillis(5), () -> assertThat(1).isEqualTo(2)))
        .hasMessageContaining("expected: 2");
  }

  @Test
  void aFakeClockMovesOnlyWhenToldAndRunsOverTheEndOfALong() {
    var clock = new FakeClock();
    long start = clock.nanos();
    assertThat(clock.nanos()).isEqualTo(start);
    clock.advance(Duration.ofSeconds(6));
    assertThat(clock.nanos() - start).isEqualTo(6_000_000_000L);
    assertThat(clock.nanos()).isNegative();
  }
}
