package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaRangeTest {
  private static boolean holds(String range, String contentType) {
    return new ContentTypeIs(List.of(MediaRange.parse(range)))
        .matches(Asked.with("Content-Type: " + contentType));
  }

  private static boolean accepts(String type, String accept) {
    return new AcceptsType(List.of(MediaRange.parse(type)))
        .matches(Asked.with("Accept: " + accept));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json   | application/json                  | true",
        "application/json   | Application/JSON                  | true",
        "application/json   | application/json; charset=utf-8   | true",
        "application/json   | application/json;charset=utf-8    | true",
        "application/json   | application/json ;charset=utf-8   | true",
        "application/json   | application/json2                 | false",
        "application/json   | application/json, text/html       | false",
        "application/json   | application/json text/html        | false",
        "application/json   | application                       | false",
        "application/json   | application/                      | false",
        "application/json   | ;application/json                 | false",
        "application/json   | application/problem+json          | false",
        "application/*+json | application/problem+json          | true",
        "application/*+json | application/a+b+json              | true",
        "application/*+json | application/json                  | false",
        "application/*+json | application/+json                 | false",
        "application/*+json | image/svg+json                    | false",
        "*/*+json           | image/svg+json                    | true",
        "text/*             | text/plain                        | true",
        "text/*             | text/                             | false",
        "text/*             | text/a/b                          | false",
        "text/*             | textual/plain                     | false",
        "text/*             | */*                               | false",
        "image/svg+xml      | image/svg+xml                     | true",
      })
  void aRangeHoldsTypes(String range, String type, boolean isHeld) {
    assertThat(holds(range, type)).isEqualTo(isHeld);
  }

  @Test
  void noTypeOrTwoAreOfNoKind() {
    var json = new ContentTypeIs(List.of(MediaRange.parse("application/json")));
    assertThat(json.matches(Asked.with())).isFalse();
    assertThat(
            json.matches(
                Asked.with("Content-Type: application/json", "Content-Type: application/json")))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html        | text/html                                   | true",
        "text/html        | */*                                         | true",
        "text/html        | text/*                                      | true",
        "text/html        | TEXT/HTML                                   | true",
        "text/html        | text/plain                                  | false",
        "text/html        | application/*                               | false",
        "text/html        | text/html;q=0                               | false",
        "text/html        | */*, text/html;q=0                          | false",
        "text/html        | text/*;q=0, */*                             | false",
        "text/html        | text/*;q=0, text/html                       | true",
        "text/html        | text/html;q=0.0, text/*                     | false",
        "text/html        | text/html;level=1                           | true",
        "text/html        | text/html, text/html;level=1;q=0            | true",
        "text/html        | text/html;q=0, text/html;level=1            | true",
        "text/html        | text/html;level=1;q=0                       | false",
        "text/html        | text/html;q=0.5;ext=1                       | true",
        "text/html        | text/html;q=1.5                             | false",
        "text/html        | text/html;q=one, text/plain                 | false",
        "text/html        | text/html ; q=0.2                           | true",
        "text/html        | text/plain;a=\",text/html\"                 | false",
        "text/html        | text/plain;a=\"\\\",text/html\", text/*      | true",
        "text/html        | *                                           | false",
        "text/html        | */html                                      | false",
        "text/html        | text                                        | false",
        "text/html        | text/                                       | false",
        "text/html        | ''                                          | false",
        "application/json | text/html,application/xhtml+xml,*/*;q=0.8   | true",
        "application/json | application/json-patch+json                 | false",
      })
  void theMostSpecificRangeSaysWhetherATypeIsAccepted(String type, String accept, boolean is) {
    assertThat(accepts(type, accept)).isEqualTo(is);
  }

  // RFC 9110 §12.5.1: who says nothing accepts everything
  @Test
  void withoutTheHeaderEveryTypeIsAccepted() {
    assertThat(new AcceptsType(List.of(MediaRange.parse("text/html"))).matches(Asked.with()))
        .isTrue();
  }

  @Test
  void oneOfSeveralTypesIsEnough() {
    var either = List.of(MediaRange.parse("text/html"), MediaRange.parse("text/css"));
    assertThat(new AcceptsType(either).matches(Asked.with("Accept: text/css"))).isTrue();
    assertThat(new AcceptsType(either).matches(Asked.with("Accept: text/plain"))).isFalse();
    assertThat(new AcceptsType(either)).hasToString("accept text/html or text/css");
    assertThat(new ContentTypeIs(either).matches(Asked.with("Content-Type: text/css"))).isTrue();
    assertThat(new ContentTypeIs(either)).hasToString("content-type text/html or text/css");
  }

  @Test
  void nothingThatIsSentMakesItThrow() {
    var random = new Random(5);
    var alphabet = "text/html*;q=0.1,\"\\ \tapplication+json\u00e4";
    for (int i = 0; i < 20_000; i++) {
      var said = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        said.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThatCode(
              () -> {
                accepts("text/html", said.toString());
                holds("text/*", said.toString());
                holds("application/*+json", said.toString());
              })
          .as(said.toString())
          .doesNotThrowAnyException();
    }
  }
}
