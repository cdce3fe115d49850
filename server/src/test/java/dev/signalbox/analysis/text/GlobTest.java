package dev.signalbox.analysis.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.analysis.text.Glob.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class GlobTest {
  private static final int PAIRS = 50_000;

  @Test
  void twoRowsClashExactlyWhereNoTextIsInBoth() {
    var random = new SplittableRandom(7);
    int clashes = 0;
    for (int i = 0; i < PAIRS; i++) {
      var one = Glob.of(row(random));
      var other = Glob.of(row(random));
      boolean areApart = Glob.meet(List.of(one, other), 0) instanceof Emptiness.Empty;

      assertThat(one.clashes(other)).as("pair %s", i).isEqualTo(areApart);
      clashes += areApart ? 1 : 0;
    }
    assertThat(clashes).isBetween(PAIRS / 10, PAIRS - PAIRS / 10);
  }

  @Test
  void ofRowsTooLongToWalkNothingIsSaidThatIsWrong() {
    var one = Glob.of(longRow('a'));
    var other = Glob.of(longRow('b'));

    assertThat(one.clashes(one)).isFalse();
    assertThat(one.clashes(other)).isFalse(); // apart in the middle, which is not easily seen
  }

  private static List<Element> longRow(char middle) {
    var elements = new ArrayList<Element>(List.of(Element.many(ByteSet.of('x'))));
    elements.addAll(Glob.literal("y".repeat(70) + middle, false));
    elements.add(Element.many(ByteSet.of('x')));
    return elements;
  }

  private static List<Element> row(SplittableRandom random) {
    var elements = new ArrayList<Element>();
    for (int left = random.nextInt(8); left > 0; left--) {
      var bytes =
          switch (random.nextInt(4)) {
            case 0 -> ByteSet.of('a');
            case 1 -> ByteSet.of('b');
            case 2 -> ByteSet.range('a', 'b');
            default -> ByteSet.range('b', 'c');
          };
      elements.add(random.nextInt(3) == 0 ? Element.many(bytes) : Element.one(bytes));
    }
    return elements;
  }
}
