package dev.signalbox.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private static final List<String> KEYS =
      List.of("bind", "backlog", "max-connections", "timeouts", "limits", "to");

  @ParameterizedTest
  @CsvSource({
    "bidn, bind",
    "bnd, bind",
    "bindd, bind",
    "BIND, bind",
    "maxConnections, max-connections",
    "max_connections, max-connections",
    "timeout, timeouts",
    "limit, limits",
    "back, backlog",
    "tiemouts, timeouts"
  })
  void slipOfTheFingerIsUnderstood(String written, String meant) {
    assertThat(Nearest.to(written, KEYS)).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({"colour", "x", "ot", "health", "connections-max"})
  void otherWordsAreNotGuessed(String written) {
    assertThat(Nearest.to(written, KEYS)).isNull();
  }

  @Test
  void swappedNeighboursAreOneSlip() {
    assertThat(Nearest.distance("bidn", "bind")).isEqualTo(1);
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
  }
}
