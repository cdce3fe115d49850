package dev.signalbox.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wheel against a model that knows nothing of slots. */
class TimerWheelTest {
  private static final long TICK = TimerWheel.TICK_NANOS;

  /** A timer that writes down when it happened. */
  private static final class Noted extends TimerWheel.Timer {
    private final List<Noted> happened;
    Runnable then = () -> {};

    Noted(List<Noted> happened) {
      this.happened = happened;
    }

    @Override
    protected void onTimeout() {
      happened.add(this);
      then.run();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void doesWhatAListOfDeadlinesDoes(long seed) {
    var random = new Random(seed);
    long now = random.nextLong(-1_000 * TICK, 1_000 * TICK);
    var wheel = new TimerWheel(now);
    var happened = new ArrayList<Noted>();
    var timers = new ArrayList<Noted>();
    var expected = new ArrayList<Long>(); // deadlines; null where none
    for (int i = 0; i < 40; i++) {
      timers.add(new Noted(happened));
      expected.add(null);
    }
    int fired = 0;
    for (int step = 0; step < 5_000; step++) {
      int i = random.nextInt(timers.size());
      switch (random.nextInt(6)) {
        case 0 -> {
          wheel.cancel(timers.get(i));
          expected.set(i, null);
        }
        case 1 -> {
          wheel.remove(timers.get(i));
          expected.set(i, null);
        }
        case 2 -> {
          now +=
              random.nextInt(20) == 0 ? random.nextLong(2_000 * TICK) : random.nextLong(3 * TICK);
          happened.clear();
          wheel.turn(now);
          for (int t = 0; t < timers.size(); t++) {
            Long deadline = expected.get(t);
            boolean has = happened.remove(timers.get(t));
            if (has) {
              assertThat(deadline).as("timer %d was armed", t).isNotNull();
              assertThat(deadline).as("timer %d is not early", t).isLessThanOrEqualTo(now);
              expected.set(t, null);
              fired++;
            } else if (deadline != null) {
              assertThat(deadline).as("timer %d is not late", t).isGreaterThan(now - TICK);
            }
            assertThat(timers.get(t).isArmed()).isEqualTo(expected.get(t) != null);
          }
          assertThat(happened).as("timers that happened twice").isEmpty();
        }
        default -> {
          long delay =
              random.nextInt(4) == 0 ? random.nextLong(1_500 * TICK) : random.nextLong(20 * TICK);
          wheel.arm(timers.get(i), now, delay);
          expected.set(i, now + delay);
        }
      }
    }
    assertThat(fired).isGreaterThan(500);
  }

  @Test
  void aTimerMayArmItselfAgain() {
    var happened = new ArrayList<Noted>();
    var wheel = new TimerWheel(0);
    long[] now = {0};
    var timer = new Noted(happened);
    timer.then = () -> wheel.arm(timer, now[0], TICK);
    wheel.arm(timer, 0, TICK);
    for (int i = 0; i < 100; i++) {
      now[0] += TICK;
      wheel.turn(now[0]);
    }
    assertThat(happened).hasSizeBetween(49, 51); // each time a tick, and up to a tick late
  }

  @Test
  void aTimerMayCancelAndArmOthersThatAreDueWithIt() {
    var happened = new ArrayList<Noted>();
    var wheel = new TimerWheel(0);
    var first = new Noted(happened);
    var second = new Noted(happened);
    var third = new Noted(happened);
    // Whichever comes first ends the second and puts the third off.
    Runnable interfere =
        () -> {
          wheel.cancel(second);
          wheel.arm(third, 3 * TICK, 10 * TICK);
        };
    wheel.arm(second, 0, TICK);
    wheel.arm(third, 0, TICK);
    wheel.arm(first, 0, TICK); // a slot is looked at from its latest entry
    first.then = interfere;
    wheel.turn(3 * TICK);
    assertThat(happened).containsExactly(first);
    wheel.turn(12 * TICK);
    assertThat(happened).containsExactly(first);
    wheel.turn(14 * TICK);
    assertThat(happened).containsExactly(first, third);
  }

  @Test
  void aRemovedTimerLeavesTheWheelEmptyAndACancelledOneDoesSoInTime() {
    var wheel = new TimerWheel(0);
    var removed = new Noted(new ArrayList<>());
    wheel.arm(removed, 0, TICK);
    wheel.remove(removed);
    assertThat(wheel.isEmpty()).isTrue();
    var cancelled = new Noted(new ArrayList<>());
    wheel.arm(cancelled, 0, TICK);
    wheel.cancel(cancelled);
    wheel.turn(3 * TICK);
    assertThat(wheel.isEmpty()).isTrue();
  }

  @Test
  void aLoopTurnsItsWheelAsItsClockGoesAndOneFaultDoesNotStopIt() {
    try (var loop = new TestLoop()) {
      var happened = new ArrayList<Noted>();
      var faulty = new Noted(happened);
      faulty.then =
          () -> {
            throw new IllegalStateException("a bug");
          };
      var timer = new Noted(happened);
      loop.loop().arm(faulty, Duration.ofSeconds(1).toNanos());
      loop.loop().arm(timer, Duration.ofSeconds(2).toNanos());
      loop.advance(Duration.ofMillis(999));
      assertThat(happened).isEmpty();
      loop.advance(Duration.ofMillis(250));
      assertThat(happened).containsExactly(faulty);
      loop.advancePast(Duration.ofSeconds(1));
      assertThat(happened).containsExactly(faulty, timer);
    }
  }
}
