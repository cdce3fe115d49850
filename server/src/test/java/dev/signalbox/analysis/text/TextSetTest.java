package dev.signalbox.analysis.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextSetTest {
  private static final int CASES = 4000;
  private static final List<String> TEXTS = RandomTextSets.texts(4);

  private final RandomTextSets random = new RandomTextSets(20261123);

  @Test
  void everySetHoldsTheTextsItsMeaningSays() {
    for (int i = 0; i < CASES; i++) {
      var each = random.any(3);
      for (var text : TEXTS) {
        if (each.set().contains(text) != each.meaning().test(text)) {
          assertThat(each.set().contains(text))
              .as("%s has \"%s\"", each.shown(), text)
              .isEqualTo(each.meaning().test(text));
        }
      }
    }
  }

  @Test
  void emptinessIsProvedOrRefutedByAMember() {
    int empty = 0;
    for (int i = 0; i < CASES; i++) {
      var each = random.any(3);
      switch (each.set().inspect()) {
        case Emptiness.Member(var text) ->
            assertThat(each.meaning().test(text))
                .as("%s has its example \"%s\"", each.shown(), text)
                .isTrue();
        case Emptiness.Empty _ -> {
          empty++;
          assertThat(TEXTS.stream().filter(each.meaning()).findFirst())
              .as("a member of %s", each.shown())
              .isEmpty();
        }
        case Emptiness.Unknown _ -> assertThat(each.shown()).as("is undecided").isEmpty();
      }
    }
    assertThat(empty).isGreaterThan(CASES / 20);
  }

  @Test
  void oneSetIsInAnotherIfEachOfItsTextsIs() {
    int subsets = 0;
    for (int i = 0; i < CASES; i++) {
      var one = random.any(1);
      var other = random.any(2);
      boolean isSubset = one.set().isSubsetOf(other.set());
      var rest = one.set().minus(other.set()).example();
      if (isSubset) {
        subsets++;
        assertThat(TEXTS.stream().filter(one.meaning().and(other.meaning().negate())).findFirst())
            .as("what is in %s and not in %s", one.shown(), other.shown())
            .isEmpty();
        assertThat(rest).isNull();
      } else {
        assertThat(rest).as("what is in %s, not in %s", one.shown(), other.shown()).isNotNull();
        assertThat(one.meaning().test(rest) && !other.meaning().test(rest)).isTrue();
      }
    }
    assertThat(subsets).isGreaterThan(CASES / 20);
  }

  @Test
  void examplesAreDifferentMembers() {
    for (int i = 0; i < CASES / 10; i++) {
      var each = random.any(3);
      var examples = each.set().examples(5);
      assertThat(examples).as(each.shown()).allMatch(each.meaning()).doesNotHaveDuplicates();
      assertThat(examples.isEmpty()).as(each.shown()).isEqualTo(each.set().isEmpty());
      assertThat(examples).hasSizeLessThanOrEqualTo(5);
    }
  }

  @Test
  void asAnAutomatonASetHasTheSameTexts() {
    for (int i = 0; i < CASES / 10; i++) {
      var each = random.any(2);
      var automaton = each.set().automaton().orElseThrow();
      assertThat(TEXTS)
          .as(each.shown())
          .allMatch(t -> automaton.accepts(t) == each.meaning().test(t));
    }
  }

  @Test
  void whatManyTogetherCoverIsEmptyThoughNoneCoversItAlone() {
    var rest = TextSet.prefix("/a/", false);
    for (int i = 0; i < 256; i++) {
      rest = rest.minus(TextSet.prefix("/a/" + (char) i, false));
    }
    assertThat(rest.example()).isEqualTo("/a/");
    assertThat(rest.minus(TextSet.of("/a/")).isEmpty()).isTrue();
  }

  @Test
  void thousandsOfExactTextsAreTakenFromOneSet() {
    var taken = IntStream.range(0, 5000).mapToObj(i -> "/item/" + i).toList();
    var left = TextSet.under("/item").minus(TextSet.of(taken));
    assertThat(left.contains("/item/4999")).isFalse();
    assertThat(left.contains("/item/5000")).isTrue();
    assertThat(left.not().minus(TextSet.under("/item").not()).minus(TextSet.of(taken)).isEmpty())
        .isTrue();
  }

  @Test
  void ofAFiniteSetWithoutAllItsTextsNothingIsLeft() {
    var known = (RegexLanguage.Known) RegexLanguage.of("(a|bb){1,3}x[0-9]", TextEncoding.UTF_8);
    var all = known.texts().automaton().orElseThrow().words(1000);
    assertThat(all).hasSize(140).startsWith("ax0", "ax1");
    assertThat(known.texts().minus(TextSet.of(all)).isEmpty()).isTrue();
    assertThat(known.texts().minus(TextSet.of(all.subList(0, 139))).example())
        .isEqualTo(all.getLast());
  }

  @Test
  void ofAnInfiniteSetSomethingIsLeftHoweverMuchIsTaken() {
    var as = ((RegexLanguage.Known) RegexLanguage.of("(aa)*", TextEncoding.UTF_8)).texts();
    var taken = IntStream.range(0, 50).mapToObj("aa"::repeat).toList();
    assertThat(as.minus(TextSet.of(taken)).example()).isEqualTo("aa".repeat(50));
  }

  @Test
  void examplesLookAsAPersonWouldWriteThem() {
    assertThat(TextSet.below("example.com").example()).isEqualTo("a.example.com");
    assertThat(TextSet.template(Arrays.asList("users", null, "posts"), false).example())
        .isEqualTo("/users/a/posts");
    assertThat(
            TextSet.template(Arrays.asList("users", null), false)
                .minus(TextSet.prefix("/users/a", false))
                .example())
        .matches("/users/[a-z0-9]+");
    assertThat(TextSet.under("/assets").examples(3)).hasSize(3).contains("/assets", "/assets/");
  }

  @Test
  void templatesMeetWhereEachHasItsWords() {
    var both =
        TextSet.template(Arrays.asList("v1", null, "posts"), false)
            .and(TextSet.template(Arrays.asList(null, "anna", null), false));
    assertThat(both.example()).isEqualTo("/v1/anna/posts");
    assertThat(
            TextSet.template(Arrays.asList("v1", null), false)
                .and(TextSet.template(Arrays.asList(null, null, null), false))
                .isEmpty())
        .isTrue();
  }

  @Test
  void tooManyStatesIsUnknownAndNeverEmpty() {
    // "the 20th byte from the end is an a": a million states
    var far = (RegexLanguage.NotAnalysable) RegexLanguage.of("(a|bc)*a.{20}", TextEncoding.LATIN_1);
    assertThat(far.why()).isEqualTo("more than 10000 states");
    var one = containingFarApart("a");
    var other = containingFarApart("b");
    assertThat(one.minus(other).minus(TextSet.prefix("a", false)).isEmpty()).isFalse();
  }

  private static TextSet containingFarApart(String text) {
    var elements = Glob.literal(text, false);
    elements.addFirst(Glob.Element.ANYTHING);
    for (int i = 0; i < 20; i++) {
      elements.add(Glob.Element.one(ByteSet.ALL));
    }
    return TextSet.of(elements);
  }
}
