package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.ConfigFile;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What endpoints are asked for in place of what was asked for. */
final class RewriteTest {
  private static final Match ANY = new Match.PathMatches(Regex.of("/(?P<a>[^/]*)(?P<rest>.*)"));

  private static Rewrite.RewrittenTarget rewrite(String yaml, String url) {
    var rewrite = ConfigFile.read("test.yaml", yaml, _ -> null, Rewrite.SHAPE);
    var request = OfflineRequest.get(url);
    var captures = Captures.of(ANY, request);
    var offline = rewrite.apply(request, captures);
    var served = rewrite.rewrite(request, captures);
    assertThat(served).isEqualTo(offline.mistake());
    if (served == null) { // serving and explaining must agree
      assertThat(request.head().toString())
          .endsWith(offline.path() + offline.query())
          .contains(offline.host() == null ? "shop.example" : offline.host());
    }
    return offline;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "{ from: /api, to: /v1 }    | /api/x%2Fy/../z?q=1 | /v1/z?q=1",
        "{ from: /api, to: /v1 }    | /api                | /v1",
        "{ from: /api, to: /v1 }    | /apix               | /apix",
        "{ from: /api/, to: /v1/ }  | /api/               | /v1/",
        "/api                       | /api                | /",
        "/api                       | /api/               | /",
        "/api                       | /api//x             | //x",
        "{ from: /, to: /v1 }       | /x                  | /v1/x",
        "{ from: /, to: /v1 }       | /                   | /v1/",
      })
  void aPrefixIsReplacedByWholeSegments(String prefix, String path, String expected) {
    var target = rewrite("{ prefix: " + prefix + " }", "shop.example" + path);
    assertThat(target.path() + target.query()).isEqualTo(expected);
    assertThat(target.mistake()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"/x{rest}\"'      | /a/b/c?q | /x/b/c?q",
        "'\"/x/{a}/y\"'      | /a%20b   | /x/a%20b/y",
        "'\"/x/{a}/../y\"'   | /a       | /x/y",
        "'\"/%61{a}\"'       | /b       | /ab",
        "'\"/x%3F{a}\"'      | /b       | /x%3Fb",
      })
  void aPathIsFilledInAndNormalised(String template, String path, String expected) {
    var target = rewrite("{ path: " + template + " }", "shop.example" + path);
    assertThat(target.path() + target.query()).isEqualTo(expected);
  }

  @Test
  void aRegexHasItsOwnCaptures() {
    var yaml = "{ regex: { match: '/v(?P<n>[0-9]+)/(?P<id>.*)', to: '/{a}/{id}/{n}' } }";
    assertThat(rewrite(yaml, "shop.example/v12/b/c").path()).isEqualTo("/v12/b/c/12");
    assertThat(rewrite(yaml, "shop.example/w12/b/c").path()).isEqualTo("/w12/b/c");
  }

  @Test
  void hostAndQueryChangeWithoutThePath() {
    var target =
        rewrite(
            "{ host: inner.example, query: { set: { id: '{a}' }, remove: t } }",
            "shop.example/x?b=%zz&t=1&id=2");
    assertThat(target)
        .isEqualTo(new Rewrite.RewrittenTarget("/x", "?b=%zz&id=x", "inner.example", null));
  }

  @Test
  void whatWouldClimbAboveTheRootIsAMistake() {
    assertThat(rewrite("{ path: '/{a}/../..' }", "shop.example/x").mistake())
        .contains("climbs above the root");
  }

  @Test
  void theNormalFormIsTheOnlyOne() {
    var random = new Random(11);
    var bits = "/.%2F;:@a\"|<[{~+$";
    for (int i = 0; i < 5_000; i++) {
      var path = new StringBuilder("/");
      for (int n = random.nextInt(12); n > 0; n--) {
        path.append(bits.charAt(random.nextInt(bits.length())));
      }
      var text = path.toString().replaceAll("%(?!2F)", "%25");
      try {
        OfflineRequest.get("shop.example" + text);
      } catch (dev.signalbox.config.InvalidValue e) {
        continue; // climbs above the root
      }
      var target = rewrite("{ path: '/{a}{rest}' }", "shop.example" + text);
      if (target.mistake() == null) {
        var again = OfflineRequest.get("shop.example" + target.path());
        assertThat(again.head().pathText()).isEqualTo(target.path());
      }
    }
  }
}
