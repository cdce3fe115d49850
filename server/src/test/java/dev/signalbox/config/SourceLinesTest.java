package dev.signalbox.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SourceLinesTest {
  @Test
  void everyKindOfLineEndEndsALine() {
    assertThat(SourceLines.of("a\nb\r\nc\rd").lines()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void behindTheLastEndThereIsOneMoreLine() {
    assertThat(SourceLines.of("a\n").lines()).containsExactly("a", "");
    assertThat(SourceLines.of("\n\r\n").lines()).containsExactly("", "", "");
    assertThat(SourceLines.of("").lines()).containsExactly("");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstLine() {
    assertThat(SourceLines.of("\ufeffa\nb").lines()).containsExactly("a", "b");
  }

  @Test
  void linesAreThoseThatARegularExpressionSees() {
    var random = new SplittableRandom(7);
    for (int i = 0; i < 2_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append("a\r\n ".charAt(random.nextInt(4)));
      }
      assertThat(SourceLines.of(text.toString()).lines())
          .containsExactly(text.toString().split("\r\n|\r|\n", -1));
    }
  }
}
