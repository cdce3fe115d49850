package dev.signalbox.balance;

import static dev.signalbox.balance.BalancerContractTest.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.balance.Balancer.Pick;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundRobinTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void everyCycleHoldsEachExactlyAsOftenAsItsWeightWhereverTheLoopStarts(int seed) {
    var balancer = RoundRobin.factory().build(endpoints("5 1 1"), new SplittableRandom(seed));
    var order = order(balancer, 700);
    for (int from = 0; from + 7 <= order.length(); from++) {
      assertThat(order.substring(from, from + 7).chars().filter(c -> c == 'a')).hasSize(5);
      assertThat(order.substring(from, from + 7)).containsOnlyOnce("b").containsOnlyOnce("c");
    }
  }

  @Test
  void turnsOfAHeavyOneAreSpreadOut() {
    var balancer = RoundRobin.factory().build(endpoints("5 1 1"), new SplittableRandom(1));
    assertThat(order(balancer, 70)).contains("aabacaa").doesNotContain("aaaaa");
  }

  @Test
  void equalOnesFollowEachOther() {
    var balancer = RoundRobin.factory().build(endpoints("3 3 3"), new SplittableRandom(1));
    assertThat(order(balancer, 12)).containsAnyOf("abcabcabca", "bcabcabcab", "cabcabcabc");
  }

  @Test
  void oneThatWasPassedOverIsNextWhenItIsBackAndThenKeepsItsPlace() {
    var endpoints = endpoints("1 1 1 1");
    var balancer = RoundRobin.factory().build(endpoints, new SplittableRandom(1));
    while (balancer.pick(Pick.FIRST) != 0) {
      // until b is next
    }
    endpoints.get(1).available = false;
    assertThat(order(balancer, 7)).isEqualTo("cdacdac");
    endpoints.get(1).available = true;
    assertThat(order(balancer, 9)).isEqualTo("bdacbdacb");
  }

  @Test
  void aLongListOfOddWeightsIsBuiltQuickly() {
    var weights = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      weights.append(1 + i % 256).append(' ');
    }
    var random = new BoundRecorder();
    RoundRobin.factory().build(endpoints(weights.toString().trim()), random);
    assertThat(random.bound * 5000).as("work to find the start").isBetween(5000L, 100_000L);
  }

  private static final class BoundRecorder implements RandomGenerator {
    long bound;

    @Override
    public long nextLong() {
      return 0;
    }

    @Override
    public long nextLong(long bound) {
      this.bound = bound;
      return 0;
    }
  }

  private static String order(Balancer balancer, int picks) {
    var order = new StringBuilder();
    for (int i = 0; i < picks; i++) {
      order.append((char) ('a' + balancer.pick(Pick.FIRST)));
    }
    return order.toString();
  }
}
