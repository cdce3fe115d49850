package dev.signalbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When memory is worth giving back, and when it must wait. */
class FloodTest {
  private static final long MB = 1 << 20;

  private final Flood flood = new Flood();

  @Test
  void itIsOverOnceHalfOfTheConnectionsAreGoneAndItIsQuiet() {
    assertThat(flood.isOver(9000, 20 * MB)).isFalse();
    assertThat(flood.isOver(4501, 20 * MB)).isFalse();
    assertThat(flood.isOver(4500, 20 * MB)).isTrue();
  }

  @Test
  void itIsOverOnlyOnce() {
    flood.isOver(9000, 20 * MB);
    assertThat(flood.isOver(0, 20 * MB)).isTrue();
    assertThat(flood.isOver(0, 20 * MB)).isFalse();
    assertThat(flood.isOver(900, 20 * MB)).isFalse();
    assertThat(flood.isOver(0, 20 * MB)).isFalse();
  }

  @Test
  void theNextFloodIsAnother() {
    flood.isOver(2000, 20 * MB);
    assertThat(flood.isOver(1000, 20 * MB)).isTrue();
    assertThat(flood.isOver(1000, 20 * MB)).isFalse();
    flood.isOver(2000, 20 * MB);
    assertThat(flood.isOver(0, 20 * MB)).isTrue();
  }

  @Test
  void aFewConnectionsAreNoFlood() {
    flood.isOver(Flood.WORTH - 1, 20 * MB);
    assertThat(flood.isOver(0, 20 * MB)).isFalse();
  }

  @Test
  void itWaitsWhileMuchIsAllocated() {
    flood.isOver(9000, 20 * MB);
    assertThat(flood.isOver(0, 20 * MB + Flood.QUIET_BYTES + 1)).isFalse();
    assertThat(flood.isOver(0, 24 * MB)).isFalse();
    assertThat(flood.isOver(0, 24 * MB + Flood.QUIET_BYTES)).isTrue();
  }

  @Test
  void itWaitsWhereTheHeapWasCollectedSinceTheLastLook() {
    flood.isOver(9000, 20 * MB);
    assertThat(flood.isOver(0, 10 * MB)).isFalse();
    assertThat(flood.isOver(0, 10 * MB)).isTrue();
  }

  @Test
  void theFirstLookKnowsNothingOfThePace() {
    assertThat(flood.isOver(9000, 0)).isFalse();
    assertThat(new Flood().isOver(0, 0)).isFalse();
  }
}
