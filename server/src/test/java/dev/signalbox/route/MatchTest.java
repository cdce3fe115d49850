package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.config.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each condition means. */
class MatchTest {
  @ParameterizedTest
  @CsvSource({
    "/users/{id}, /users/7, true",
    "/users/{id}, /users/, false",
    "/users/{id}, /users, false",
    "/users/{id}, /users/7/, false",
    "/users/{id}, /users/7/x, false",
    "/users/{id}/, /users/7/, true",
    "/users/{id}/x, /users/7/x, true",
    "/users/{id}/x, /users/7/y, false",
    "/users/{id}/x, /users//x, false",
    "/{a}/{b}, /1/2, true",
    "/{a}, /a%2Fb, true",
    "/old/{rest...}, /old, false",
    "/old/{rest...}, /old/, true",
    "/old/{rest...}, /old/a/b, true",
    "/old/{rest...}, /older/a, false",
    "/{rest...}, /, true",
    "/{rest...}, /a/b, true",
    "/{a}/{rest...}, /a, false",
    "/{a}/{rest...}, /a/, true",
    "/{a}/{rest...}, //x, false"
  })
  void templatesMatch(String template, String path, boolean expected) {
    assertMatches(Match.path(template), OfflineRequest.get("a.test" + path), expected);
  }

  @Test
  void anAsteriskIsUnderNoPath() {
    var request = OfflineRequest.of("OPTIONS", "*").build();
    for (var path : List.of("/**", "/{rest...}", "/{a}", "/")) {
      assertMatches(Match.path(path), request, false);
    }
    assertMatches(new Match.PathMatches(Regex.of("\\*")), request, true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "is a           | a     | true",
        "is a           | ab    | false",
        "is a           | A     | false",
        "is a           | ''    | false",
        "IS a           | A     | true",
        "is é           | é     | true",
        "IS é           | É     | false",
        "is ''          | ''    | true",
        "prefix ab      | abc   | true",
        "prefix ab      | a     | false",
        "PREFIX ab      | ABC   | true",
        "suffix bc      | abc   | true",
        "suffix bc      | bcd   | false",
        "SUFFIX bc      | aBC   | true",
        "suffix 𝄞       | a𝄞    | true",
        "contains b     | abc   | true",
        "contains bb    | abab  | false",
        "CONTAINS B     | abc   | true",
        "contains é     | xéy   | true",
        "matches a+     | aaa   | true",
        "matches a+     | aab   | false",
        "matches (?i)é. | Éx    | true",
        "present        | ''    | true",
        "range 1..5     | 1     | true",
        "range 1..5     | 5     | true",
        "range 1..5     | 6     | false",
        "range 1..5     | 05    | true",
        "range 1..5     | 1.0   | false",
        "range 1..5     | +1    | false",
        "range 1..5     | ''    | false",
        "range 1..5     | -     | false",
        "range -5..-1   | -3    | true",
        "range 1..      | 99999999999999999999 | true",
        "range 1..5     | 18446744073709551617 | false",
        "range ..0      | -99999999999999999999 | true"
      })
  void textsPass(String test, String text, boolean expected) {
    assertThat(test(test).holds(text)).isEqualTo(expected);
    var request = OfflineRequest.of("GET", "/").header("X-A", text).build();
    assertMatches(new Match.FieldMatch(new Field.Header("x-a"), test(test)), request, expected);
  }

  private static TextTest test(String written) {
    var word = written.split(" ", 2)[0];
    var text = written.length() > word.length() ? written.substring(word.length() + 1) : "";
    text = text.equals("''") ? "" : text;
    boolean anyCase = !word.equals(word.toLowerCase(java.util.Locale.ROOT));
    return switch (word.toLowerCase(java.util.Locale.ROOT)) {
      case "is" -> new TextTest.Is(text, anyCase);
      case "prefix" -> new TextTest.Prefix(text, anyCase);
      case "suffix" -> new TextTest.Suffix(text, anyCase);
      case "contains" -> new TextTest.Contains(text, anyCase);
      case "matches" -> new TextTest.Matches(Regex.of(text));
      case "present" -> new TextTest.Present();
      default -> {
        var parts = text.split("\\.\\.", -1);
        yield new TextTest.Range(
            parts[0].isEmpty() ? Long.MIN_VALUE : Long.parseLong(parts[0]),
            parts[1].isEmpty() ? Long.MAX_VALUE : Long.parseLong(parts[1]));
      }
    };
  }

  @Test
  void linesOfAHeaderAreOneValue() {
    var request =
        OfflineRequest.of("GET", "/")
            .header("X-A", "1")
            .header("x-a", "")
            .header("X-A", "2")
            .build();
    var field = new Field.Header("x-a");
    assertThat(field.text(request)).isEqualTo("1, , 2");
    assertMatches(new Match.FieldMatch(field, new TextTest.Is("1, , 2", false)), request, true);
    assertMatches(new Match.FieldMatch(field, new TextTest.Is("1", false)), request, false);
    assertThat(new Field.Header("x-b").text(request)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "c=1          | 1",
        "a=0; c=1     | 1",
        "a=0;c=1;c=2  | 1",
        "c=\"1\"      | 1",
        "c=\"         | \"",
        "c=a=b        | a=b",
        "c=%41+       | %41+",
        "c = 1 ;      | 1",
        "c=           | ''",
        "c            | none",
        "cc=1         | none",
        "C=1          | none",
        "a=c=1        | none",
        ";;           | none"
      })
  void cookiesAreRead(String line, String expected) {
    var request = OfflineRequest.of("GET", "/").header("Cookie", line).build();
    assertThat(new Field.Cookie("c").text(request)).isEqualTo(expected);
  }

  @Test
  void aCookieMayStandOnASecondLine() {
    var request = OfflineRequest.of("GET", "/").header("Cookie", "a=1").header("Cookie", "c=2");
    assertThat(new Field.Cookie("c").text(request.build())).isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "?q=1          | 1",
        "?a=0&q=1&q=2  | 1",
        "?q            | ''",
        "?q=           | ''",
        "?q=a=b        | a=b",
        "?q=a+b%20c    | a b c",
        "?q=%C3%A9     | é",
        "?q=%zz%4      | %zz%4",
        "?%71=1        | 1",
        "?Q=1          | none",
        "?=1           | none",
        "?&&           | none",
        "?a;q=1        | none",
        "?             | none",
        "''            | none"
      })
  void queriesAreRead(String query, String expected) {
    var request = OfflineRequest.get("a.test/" + query);
    assertThat(new Field.Query("q").text(request)).isEqualTo(expected);
  }

  @Test
  void aRegexSpeaksOfTheWholeTextAlsoWithAlternatives() {
    assertThat(Regex.of("a|b").matches("ab")).isFalse();
    assertThat(Regex.of("a|b").matches("b")).isTrue();
    assertThat(Regex.of("a|ab").matches("ab")).isTrue();
    assertThat(Regex.of("^a$").matches("a")).isTrue();
    assertThat(Regex.of("a")).isEqualTo(Regex.of("a")).isNotEqualTo(Regex.of("b"));
  }

  @Test
  void methodsAreTokensToTheCase() {
    var match = new Match.MethodIs(List.of("GET", "PURGE", "GET"));
    assertThat(match).hasToString("method GET or PURGE");
    assertMatches(match, OfflineRequest.of("PURGE", "/").build(), true);
    assertMatches(match, OfflineRequest.of("get", "/").build(), false);
    assertMatches(match, OfflineRequest.of("HEAD", "/").build(), false);
  }

  @Test
  void connectionsAreAsked() throws Exception {
    var request =
        OfflineRequest.of("GET", "https://a.test/")
            .listener("web")
            .sni("A.test")
            .client(InetAddress.getByName("10.1.2.3"))
            .build();
    var plain = OfflineRequest.get("a.test/");
    var source = new Match.SourceIn(List.of(Cidr.parse("::1"), Cidr.parse("10.0.0.0/8")));
    var sni = new Match.FieldMatch(new Field.Sni(), new TextTest.Is("a.test", false));
    for (var match :
        List.of(new Match.SchemeIs(true), new Match.ListenerIs(List.of("x", "web")), source, sni)) {
      assertMatches(match, request, true);
      assertMatches(match, plain, false);
    }
    assertThat(source).hasToString("source ::1 or 10.0.0.0/8");
    assertThat(sni).hasToString("sni a.test");
  }

  @Test
  void capturesAreWhatStandsInTheNormalisedRequest() {
    var match =
        new Match.All(
            List.of(
                new Match.HostMatches(Regex.of("(?P<tenant>[a-z]+)\\.example\\.com")),
                new Match.Any(List.of(Match.path("/u/{id}"), Match.path("/u/{id}/{rest...}"))),
                new Match.FieldMatch(
                    new Field.Query("v"),
                    new TextTest.Matches(Regex.of("(?<major>\\d+)(\\.(?<minor>\\d+))?")))));
    assertThat(match.captureNames()).containsExactlyInAnyOrder("tenant", "id", "major", "minor");
    var request = OfflineRequest.get("ACME.example.com/u/a%2fb/x/../c%41/?v=%37");
    assertMatches(match, request, true);
    var captures = Captures.of(match, request);
    assertThat(captures.asMap())
        .isEqualTo(
            Map.of("tenant", "acme", "id", "a%2Fb", "rest", "cA/", "major", "7", "minor", ""));
    assertThat(captures.get("nothing")).isNull();
    assertThat(Captures.of(Match.everything(), request).names()).isEmpty();
  }

  @Test
  void conditionsReadAsAConfigurationWritesThem() {
    var header = new Field.Header("x-a");
    assertThat(new Match.Not(new Match.FieldMatch(header, new TextTest.Present())))
        .hasToString("header x-a absent");
    assertThat(new Match.FieldMatch(header, new TextTest.OneOf(List.of("a b", "c"), true)))
        .hasToString("header x-a \"a b\" or c in any case");
    assertThat(
            new Match.FieldMatch(new Field.Header("user-agent"), new TextTest.Contains("x", false)))
        .hasToString("user-agent contains x");
    assertThat(new Match.FieldMatch(new Field.Query("n"), new TextTest.Range(5, Long.MAX_VALUE)))
        .hasToString("query n range 5..");
    assertThat(Match.path("/a/{b}/{c...}")).hasToString("path /a/{b}/{c...}");
    assertThat(new Match.SchemeIs(false)).hasToString("scheme http");
    assertThat(new Match.PathMatches(Regex.of("/a.*"))).hasToString("path regex /a.*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/{a", "/a}", "/{}", "/{a}{b}", "/v{a}", "/{a-b}", "/{a...}/b", "/{a}/{a}"})
  void templatesThatAreNoneAreRefused(String text) {
    assertThatThrownBy(() -> PathTemplate.parse(text)).hasMessageStartingWith(text + " ");
  }

  @Test
  void aTraceSaysWhatARequestHasWhereARouteWantsSomethingElse() {
    var wanted = new Match.FieldMatch(new Field.Header("x-a"), new TextTest.Prefix("b", false));
    var routes =
        List.of(
            new Route<>("one", wanted, 1),
            new Route<>("two", new Match.MethodIs(List.of("PUT")), 2));
    var trace = RouteTrace.of(RouteTable.of(routes), OfflineRequest.get("a.test/"));
    assertThat(trace.rejected())
        .extracting(r -> r.mismatch().toString())
        .containsExactly("header x-a: none (expected: prefix b)", "method: GET (expected: PUT)");
  }

  @Test
  void requestsThatTheServerRefusesAreRefused() {
    assertThatThrownBy(() -> OfflineRequest.get("a.test/../x"))
        .hasMessageContaining("a path that climbs above the root");
    assertThatThrownBy(() -> OfflineRequest.get("ftp://a.test/")).hasMessageContaining("scheme");
    assertThatThrownBy(() -> OfflineRequest.get("http:///x")).hasMessageContaining("no host");
    assertThatThrownBy(() -> OfflineRequest.of("GE T", "/").build()).hasMessageContaining("method");
    assertThatThrownBy(() -> OfflineRequest.of("GET", "/").header("a b", ""))
        .hasMessageContaining("name of a header");
    assertThatThrownBy(() -> OfflineRequest.of("GET", "/").header("a", "b\nc"))
        .hasMessageContaining("control");
  }

  @Test
  void urlsAreReadAsAClientWouldSendThem() {
    var request =
        OfflineRequest.of("GET", "HTTPS://Shop.example.com:8443?a=1#top")
            .header("Connection", "close, X-Gone")
            .header("X-Gone", "1")
            .build();
    assertThat(request.isSecure()).isTrue();
    assertThat(request.head().hostText()).isEqualTo("shop.example.com");
    assertThat(request).hasToString("GET Shop.example.com:8443/?a=1");
    assertThat(request.head().headers().toString()).isEmpty();
    var other = OfflineRequest.of("GET", "http://127.0.0.1/x").header("Host", "shop").build();
    assertThat(other.head().hostText()).isEqualTo("shop");
  }

  private static void assertMatches(Match match, RouteRequest request, boolean expected) {
    assertThat(match.matches(request)).as(match + " of " + request).isEqualTo(expected);
    var table = RouteTable.of(List.of(new Route<>("only", match, 1)));
    assertThat(table.find(request) != null).as("compiled " + match).isEqualTo(expected);
  }
}
