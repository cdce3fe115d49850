package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyFieldTest {
  private static final String FORM = "application/x-www-form-urlencoded";

  private static BodyField json(String pointer, String text) {
    return new BodyField(BodyPointer.Json.parse(pointer), new TextTest.Is(text, false));
  }

  private static BodyField form(String name, String text) {
    return new BodyField(new BodyPointer.Form(name), new TextTest.Is(text, false));
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true",
    "application/json; charset=utf-8, true",
    "application/vnd.shop+json, true",
    "text/json, true",
    "text/plain, false",
    "application/jsonp, false",
    "application/x-www-form-urlencoded, false",
  })
  void jsonIsReadFromJsonOnly(String type, boolean isRead) {
    assertThat(json("/plan", "gold").matches(Asked.body(type, "{\"plan\":\"gold\"}")))
        .isEqualTo(isRead);
  }

  @Test
  void anyTestMayBeMadeOfAField() {
    var request = Asked.body("application/json", "{\"amount\": 250, \"ok\": true, \"no\": null}");
    assertThat(json("/amount", "250").matches(request)).isTrue();
    assertThat(json("/ok", "true").matches(request)).isTrue();
    var amount = BodyPointer.Json.parse("/amount");
    assertThat(new BodyField(amount, new TextTest.Range(100, 300)).matches(request)).isTrue();
    assertThat(new BodyField(amount, new TextTest.Range(1, 3)).matches(request)).isFalse();
    assertThat(
            new BodyField(BodyPointer.Json.parse("/no"), new TextTest.Present()).matches(request))
        .isTrue();
    assertThat(new BodyField(BodyPointer.Json.parse("/x"), new TextTest.Present()).matches(request))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=1&plan=gold          | gold",
        "plan=gold&plan=silver  | gold",
        "plan=a%20b+c%26        | a b c&",
        "pl%61n=gold            | gold",
        "plan=%C3%A4            | \u00e4",
        "plan=%zz%4             | %zz%4",
        "plan=a=b               | a=b",
        "&&plan=x&              | x",
      })
  void aFormFieldIsDecoded(String body, String text) {
    assertThat(form("plan", text).matches(Asked.body(FORM, body))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"plans=gold", "Plan=gold", "x&y", "=gold"})
  void anotherFieldIsNotTheField(String body) {
    var there = new BodyField(new BodyPointer.Form("plan"), new TextTest.Present());
    assertThat(there.matches(Asked.body(FORM, body))).isFalse();
    assertThat(there.matches(Asked.body(FORM, "plan"))).isTrue();
    assertThat(there.matches(Asked.body(FORM + "; charset=UTF-8", "plan="))).isTrue();
    assertThat(there.matches(Asked.body("multipart/form-data; boundary=x", "plan="))).isFalse();
  }

  @Test
  void aFormThatIsCutAnywhereMakesNothingThrow() {
    var body = "a=%C3%A4&plan=%67%6Fld+%&x".getBytes(StandardCharsets.UTF_8);
    for (int end = 1; end <= body.length; end++) {
      var cut = java.util.Arrays.copyOf(body, end);
      assertThat(form("plan", "nothing").matches(Asked.body(FORM, cut))).isFalse();
    }
  }

  @Test
  void aBodyThatIsNotReadIsWantedByThoseOfItsKindOnly() {
    var unread =
        OfflineRequest.of("POST", "http://shop.example/")
            .header("Content-Type", "application/json")
            .unknownBody()
            .build();
    assertThat(form("plan", "gold").matches(unread)).isFalse();
    assertThat(unread.body().isWanted()).isFalse();
    assertThat(json("/plan", "gold").matches(unread)).isFalse();
    assertThat(unread.body().isWanted()).isTrue();
    assertThat(json("/plan", "gold").actual(unread)).isEqualTo("not read");
    unread.body().tooLarge();
    assertThat(json("/plan", "gold").matches(unread)).isFalse();
    assertThat(json("/plan", "gold").actual(unread)).isEqualTo("too large");
  }

  @Test
  void itSaysWhatIsWantedAndWhatIsThere() {
    var match = json("/a/b", "x");
    assertThat(match).hasToString("body json /a/b x");
    assertThat(form("plan", "x")).hasToString("body form plan x");
    assertThat(match.actual(Asked.body("application/json", "{\"a\":{\"b\":\"y\"}}")))
        .isEqualTo("y");
    assertThat(match.actual(Asked.body("application/json", "{\"a\":1}"))).isEmpty();
    assertThat(match.actual(Asked.body("text/plain", "x"))).isEqualTo("no body of that kind");
    assertThat(match.actual(Asked.with("Content-Type: application/json"))).isEqualTo("no body");
  }

  @Test
  void aRegexCapturesFromTheBody() {
    var sku = BodyPointer.Json.parse("/items/0/sku");
    var match = new BodyField(sku, new TextTest.Matches(Regex.of("(?P<maker>[a-z]+)-[0-9]+")));
    var request = Asked.body("application/json", "{\"items\":[{\"sku\":\"acme-42\"}]}");
    assertThat(match.matches(request)).isTrue();
    assertThat(match.captureNames()).containsExactly("maker");
    assertThat(Captures.of(match, request).get("maker")).isEqualTo("acme");
  }
}
