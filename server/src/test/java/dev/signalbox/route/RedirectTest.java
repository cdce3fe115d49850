package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.ConfigFile;
import java.net.URI;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where clients are sent, and where no request can make us send them. */
final class RedirectTest {
  private static final Match REST = PathTemplate.parse("/old/{rest...}");
  private static final Match ANY_PATH = new Match.PathMatches(Regex.of("/old/(?P<rest>.*)"));
  private static final Match DECODED =
      new Match.FieldMatch(
          new Field.Query("next"), new TextTest.Matches(Regex.of("(?s)(?P<rest>.*)")));

  private static Redirect redirect(String yaml) {
    return ConfigFile.read("test.yaml", yaml, _ -> null, Redirect.SHAPE);
  }

  private static String location(String yaml, Match match, String url) {
    // With a host before it, so that a path with :// in it is one.
    var request =
        OfflineRequest.get(
            url.startsWith("/") && url.contains("://") ? "http://shop.example" + url : url);
    assertThat(match.matches(request)).as(url).isTrue();
    var location = redirect(yaml).location(request, Captures.of(match, request));
    return location == null ? "none" : location;
  }

  private static String location(String yaml, String url) {
    return location(yaml, Match.everything(), url);
  }

  @ParameterizedTest
  @CsvSource({
    "/old/a/b,          /new/a/b",
    "/old/,             /new/",
    "/old/a%2Fb,        /new/a%2Fb",
    "/old/a?x=1&y,      /new/a?x=1&y",
    "/old/%61;v=1,      /new/a;v=1",
    "/old/caf%C3%A9,    /new/caf%C3%A9",
  })
  void capturesStandInThePath(String url, String expected) {
    assertThat(location("/new/{rest}", REST, url)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https                                    | https://shop.example.com/a//b?q=1",
        "{ scheme: https, port: 8443 }            | https://shop.example.com:8443/a//b?q=1",
        "{ scheme: https, port: 443 }             | https://shop.example.com/a//b?q=1",
        "{ host: www.example.com }                | http://www.example.com/a//b?q=1",
        "{ port: 81 }                             | http://shop.example.com:81/a//b?q=1",
        "{ host: WWW.Example.com, query: drop }   | http://www.example.com/a//b",
        "https://www.example.com                  | https://www.example.com/?q=1",
        "https://www.example.com:444/x?y=2#z      | https://www.example.com:444/x?y=2&q=1#z",
        "'http://[::1]:81/'                       | http://[::1]:81/?q=1",
        "{ to: /x, query: drop }                  | /x",
        "{ to: '/x?y=2', query: drop }            | /x?y=2",
        "{ to: '/x#top', query: keep }            | /x?q=1#top",
        "{ query: { set: { q: 'a b&c' } } }       | /a//b?q=a%20b%26c",
        "{ query: { add: { r: 'ü' } } }           | /a//b?q=1&r=%C3%BC",
        "{ query: { remove: q } }                 | /a//b",
      })
  void whatIsLeftOutStaysAsItWasRequested(String yaml, String expected) {
    assertThat(location(yaml, "http://Shop.example.com:8080/a//b?q=1")).isEqualTo(expected);
  }

  @Test
  void aQueryIsChangedByItsDecodedNames() {
    assertThat(
            location(
                "{ query: { remove: [b], set: { 'c d': '{rest}' }, add: { e: 1 } } }",
                REST,
                "/old/x+y%2Fz?a=%20&b=1&%62=2&c+d=3&&f"))
        .isEqualTo("/old/x+y%2Fz?a=%20&f&c%20d=x%2By%2Fz&e=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/old//evil.example",
        "/old///evil.example",
        "/old//evil.example/..",
        "/old/%2F%2Fevil.example",
        "/old/%2Fevil.example",
        "/old/%5C%5Cevil.example",
        "/old/%09/evil.example",
        "/old/https:%2F%2Fevil.example",
        "/old/https://evil.example",
        "/old/https:evil.example",
        "/old/@evil.example",
        "/old/user:pass@evil.example",
        "/old/:80@evil.example",
        "/old/.evil.example",
        "/old/%0D%0ALocation:%20//evil.example",
        "/old/javascript:alert(1)",
        "/old/?next=//evil.example",
      })
  void aCaptureNeverLeadsToAnotherSite(String url) {
    for (var match : List.of(REST, ANY_PATH)) {
      for (var to : List.of("/{rest}", "//{rest}".substring(1), "/x{rest}", "/x/{rest}")) {
        isOnTheSite(location("{ to: '" + to + "', query: keep }", match, url));
      }
      var absolute = location("https://www.example.com/{rest}", match, url);
      assertThat(URI.create(absolute).getRawAuthority()).isEqualTo("www.example.com");
    }
    isOnTheSite(location("{ query: drop }", url.substring("/old".length())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%0D%0ASet-Cookie:%20a=b", "%00", "%C2%85", "%FF%FE", "%E2%80%A8", "%7F"})
  void aCaptureNeverEndsTheField(String value) {
    var url = "/?next=" + value;
    isOnTheSite(location("/{rest}", DECODED, url));
    isOnTheSite(location("/x?a={rest}&b=1", DECODED, url));
    isOnTheSite(location("/x#{rest}", DECODED, url));
    isOnTheSite(location("{ to: /x, query: { set: { a: '{rest}' } } }", DECODED, url));
  }

  @Test
  void aCaptureInTheQueryIsOneValue() {
    assertThat(location("/x?a={rest}&b=1", DECODED, "/?next=1%26b=2%2B%23%3F%25"))
        .isEqualTo("/x?a=1%26b%3D2%2B%23?%25&b=1&next=1%26b=2%2B%23%3F%25");
  }

  @Test
  void aCaptureOfTheHostStaysAPartOfTheHost() {
    var match = new Match.HostMatches(Regex.of("(?P<shop>.*)\\.old\\.example"));
    assertThat(location("{ host: '{shop}.new.example' }", match, "http://a.b.old.example/x"))
        .isEqualTo("http://a.b.new.example/x");
  }

  @Test
  void aRequestWithoutHostHasNoLocationThatNeedsOne() {
    assertThat(location("https", "/a")).isEqualTo("none");
    assertThat(location("/b", "/a")).isEqualTo("/b");
  }

  @Test
  void noCaptureWhateverItHoldsLeavesTheSite() {
    var random = new Random(4);
    var bits =
        List.of(
            "/",
            "\\",
            "//",
            ":",
            "@",
            "?",
            "#",
            "%",
            "%2F",
            "%5c",
            "..",
            ".",
            "https:",
            "\r\n",
            "\t",
            "\0",
            " ",
            "a",
            "evil.example",
            "[",
            "]",
            "é",
            "\u2028",
            "😀",
            "&",
            "=",
            ";");
    var templates =
        List.of("/{rest}", "/{rest}{rest}", "/a{rest}", "/a/{rest}", "/a?b={rest}", "/a#{rest}");
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(8); n >= 0; n--) {
        text.append(
            random.nextInt(4) == 0
                ? Character.toString(random.nextInt(0xd800))
                : bits.get(random.nextInt(bits.size())));
      }
      var encoded =
          java.net.URLEncoder.encode(text.toString(), java.nio.charset.StandardCharsets.UTF_8);
      var to = templates.get(i % templates.size());
      isOnTheSite(location("{ to: '" + to + "' }", DECODED, "/?next=" + encoded));
      var absolute =
          location("{ to: 'https://www.example.com" + to + "' }", DECODED, "/?next=" + encoded);
      assertThat(URI.create(absolute).getRawAuthority()).isEqualTo("www.example.com");
    }
  }

  /** What a client makes of it on our site stays there; browsers read backslashes as slashes. */
  private static void isOnTheSite(String location) {
    assertThat(location).matches("/(?![/\\\\])[!-~]*").doesNotContain("\\");
    var there = URI.create("https://shop.example.com/old/x").resolve(URI.create(location));
    assertThat(there.getScheme()).isEqualTo("https");
    assertThat(there.getRawAuthority()).isEqualTo("shop.example.com");
  }
}
