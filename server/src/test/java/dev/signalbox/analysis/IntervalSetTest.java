package dev.signalbox.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IntervalSetTest {
  private static final int SIZE = 12;
  private final Random random = new Random(20261123);

  @Test
  void everyOperationAgreesWithEnumeration() {
    for (int i = 0; i < 3000; i++) {
      var one = bits();
      var other = bits();
      var set = of(one);
      var others = of(other);
      var and = (BitSet) one.clone();
      and.and(other);
      var or = (BitSet) one.clone();
      or.or(other);
      var minus = (BitSet) one.clone();
      minus.andNot(other);
      assertThat(set.and(others)).isEqualTo(of(and));
      assertThat(set.or(others)).isEqualTo(of(or));
      assertThat(set.minus(others)).isEqualTo(of(minus));
      assertThat(set.not().not()).isEqualTo(set);
      assertThat(set.not().and(set).isEmpty()).isTrue();
      assertThat(set.isEmpty()).isEqualTo(one.isEmpty());
      assertThat(set.isSubsetOf(others)).isEqualTo(minus.isEmpty());
      assertThat(set.contains(i % SIZE)).isEqualTo(one.get(i % SIZE));
      assertThat(set.examples(4)).allMatch(set::contains);
      if (!one.isEmpty()) {
        assertThat(set.example()).isEqualTo((long) one.nextSetBit(0));
      }
    }
  }

  @Test
  void theLargestAndTheSmallestNumberAreNumbers() {
    assertThat(IntervalSet.ALL.not()).isEqualTo(IntervalSet.NONE);
    assertThat(IntervalSet.NONE.not()).isEqualTo(IntervalSet.ALL);
    var top = IntervalSet.of(Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(top.not().or(top)).isEqualTo(IntervalSet.ALL);
    assertThat(IntervalSet.ALL.or(top)).isEqualTo(IntervalSet.ALL);
    assertThat(IntervalSet.ALL.minus(top).contains(Long.MAX_VALUE)).isFalse();
    assertThat(IntervalSet.ALL.example()).isZero();
    assertThat(IntervalSet.of(Long.MIN_VALUE, -3).example()).isEqualTo(-3);
    assertThat(IntervalSet.NONE.example()).isNull();
  }

  private BitSet bits() {
    var bits = new BitSet();
    for (int i = 0; i < SIZE; i++) {
      bits.set(i, random.nextBoolean());
    }
    return bits;
  }

  private static IntervalSet of(BitSet bits) {
    var set = IntervalSet.NONE;
    for (int from = bits.nextSetBit(0); from >= 0; ) {
      int to = bits.nextClearBit(from);
      set = set.or(IntervalSet.of(from, to - 1));
      from = bits.nextSetBit(to);
    }
    return set;
  }
}
