package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageIsTest {
  private static final List<String> OFFERED = List.of("en", "de", "fr", "pt-br");

  private static OfflineRequest saying(String languages) {
    return Asked.with("Accept-Language: " + languages);
  }

  private static String best(OfflineRequest request, List<String> offered) {
    var best = offered.stream().filter(t -> new LanguageIs(t, offered).matches(request)).toList();
    assertThat(best).as("exactly one language is the best for " + request).hasSize(1);
    return best.getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "de                            | de",
        "fr;q=0.5, de;q=0.8            | de",
        "fr;q=0.8, de;q=0.8            | fr",
        "de-AT, en;q=0.9               | de",
        "de-AT;q=0.9, de;q=0.2, en;q=0.8 | de", // a lookup of de-AT ends at de
        "pt                            | pt-br",
        "pt-PT, en;q=0.1               | en",
        "pt-BR-x-carioca               | pt-br",
        "es, it                        | en", // none of them: the first
        "*                             | en",
        "es, *;q=0.1                   | en",
        "en;q=0, *                     | de",
        "en;q=0                        | de",
        "*;q=0                         | en", // all are refused: the first
        "*;q=0, fr                     | fr",
        "de;q=0, de-AT, fr;q=0.1       | fr", // de-AT is not offered, and de is refused
        "DE                            | de",
        "de;q=1.000                    | de",
        "de;q=1.001, fr                | fr", // no weight: as if it were not said
        "de;q=0.0001, fr;q=0.1         | fr",
        "de;q=, fr;q=0.1               | fr",
        "de;q=abc, fr;q=0.1            | fr",
        "de;q=-1, fr;q=0.1             | fr",
        ",,, de ,,                     | de",
        "d                             | en",
        "deu                           | en", // not a prefix by letters but by subtags
        "de ; q=0.5 , fr ; Q=0.6       | fr",
      })
  void theBestOfTheOfferedIsPreferred(String said, String best) {
    assertThat(best(saying(said), OFFERED)).isEqualTo(best);
  }

  @Test
  void withoutTheHeaderTheFirstIsTheBest() {
    assertThat(best(Asked.with(), OFFERED)).isEqualTo("en");
    assertThat(best(Asked.with("Accept-Language:"), OFFERED)).isEqualTo("en");
  }

  @Test
  void allLinesAreOneList() {
    assertThat(best(Asked.with("Accept-Language: fr;q=0.1", "accept-language: de"), OFFERED))
        .isEqualTo("de");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "de             | true",
        "de;q=0.001     | true",
        "de;q=0         | false",
        "de;q=0.000     | false",
        "en             | false",
        "*              | true",
        "*;q=0          | false",
        "*, de;q=0      | false",
        "*;q=0, de      | true",
        "de-CH          | true",
        "de-CH;q=0, *   | true",
        "deu            | false",
        "en;;;,=        | false",
        "de;q=2         | false",
        "''             | false",
      })
  void theShortFormAsksWhetherALanguageIsTakenAtAll(String said, boolean isTaken) {
    assertThat(new LanguageIs("de", List.of()).matches(saying(said))).isEqualTo(isTaken);
  }

  @Test
  void aRangeHoldsItsSubtags() {
    var swiss = new LanguageIs("de-ch", List.of());
    assertThat(swiss.matches(saying("de"))).isTrue();
    assertThat(swiss.matches(saying("de, de-CH;q=0"))).isFalse();
    assertThat(swiss.matches(saying("de-CHX"))).isFalse();
  }

  // RFC 9110 §12.5.4: who says nothing understands everything
  @Test
  void withoutTheHeaderEveryLanguageIsTaken() {
    assertThat(new LanguageIs("de", List.of()).matches(Asked.with())).isTrue();
  }

  @Test
  void exactlyOneLanguageIsTheBestWhateverIsSaid() {
    var random = new Random(3);
    var alphabet = "deng-*;q=0.15, \t\"\\fr";
    for (int i = 0; i < 20_000; i++) {
      var said = new StringBuilder();
      for (int length = random.nextInt(24); length > 0; length--) {
        said.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      var request = saying(said.toString());
      best(request, OFFERED);
      assertThatCode(() -> new LanguageIs("de", List.of()).matches(request))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void itSaysWhatIsWantedAndWhatIsThere() {
    var match = new LanguageIs("de", OFFERED);
    assertThat(match).hasToString("language de of en, de, fr, pt-br");
    assertThat(match.actual(saying("fr-CA"))).isEqualTo("fr for fr-CA");
    assertThat(match.actual(Asked.with())).isEqualTo("en");
  }
}
