package dev.signalbox.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.analysis.Finding.Hop;
import dev.signalbox.analysis.Finding.LoopKind;
import dev.signalbox.config.ConfigFile;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Position;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.route.ActionText;
import dev.signalbox.route.Captures;
import dev.signalbox.route.Match;
import dev.signalbox.route.MatchText;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.Redirect;
import dev.signalbox.route.RouteAction;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopsTest {
  private record Read(Match match, RouteAction action) {}

  private static final Shape<Read> ROUTE =
      ObjectShape.of(
          "A route.",
          keys -> {
            var match = keys.optional("match", MatchText.SHAPE, "{}", "What it takes.");
            keys.optional("upstream", Shapes.name("upstream"), "The upstream that there is.");
            var action = ActionText.keys(keys, match);
            return values -> {
              var does = action.build(values);
              return does == null ? null : new Read(values.get(match), does);
            };
          });

  private static final Position NOWHERE = new Position("test", 1, 1, 1);

  private static final Site ONE_DOOR =
      new Site(List.of(new Site.Door("web", 8080, false, NOWHERE)), List.of());

  /** Routes as a file writes them, one a line, named by their numbers. */
  private static List<Rule> rules(String... routes) {
    var rules = new ArrayList<Rule>();
    for (var route : routes) {
      var read = ConfigFile.read("test", route, _ -> null, ROUTE);
      rules.add(
          new Rule(
              rules.size(),
              "r" + rules.size(),
              read.match(),
              read.action(),
              NOWHERE,
              "",
              List.of()));
    }
    return rules;
  }

  private static List<Finding> loops(List<Rule> rules) {
    return loops(rules, ONE_DOOR);
  }

  private static List<Finding> loops(List<Rule> rules, Site site) {
    var found = Loops.of(RuleSet.of(rules), site, () -> false);
    found.forEach(finding -> {
      if (finding instanceof Finding.RedirectLoop loop) {
        assertReplays(rules, loop);
      }
    });
    return found;
  }

  /** Follows the chain again, without the code under test: list, Location, java.net.URI. */
  private static void assertReplays(List<Rule> rules, Finding.RedirectLoop loop) {
    var url = loop.hops().getFirst().request().url();
    var method = loop.hops().getFirst().request().request().head().methodText();
    var request = loop.hops().getFirst().request().request();
    var visits = new HashMap<String, Integer>();
    int longest = 0;
    for (int i = 0; i < 3 * Loops.MOST_HOPS; i++) {
      var asked = request;
      var rule = rules.stream().filter(one -> one.match().matches(asked)).findFirst().orElseThrow();
      if (i < loop.hops().size()) {
        assertThat(rule).isEqualTo(loop.hops().get(i).rule());
        assertThat(new Witness(request).url()).isEqualTo(loop.hops().get(i).request().url());
      }
      var redirect = (Redirect) rule.action();
      var location = redirect.location(request, Captures.of(rule.match(), request));
      assertThat(location).isNotNull();
      visits.merge(method + " " + url, 1, Integer::sum);
      longest = Math.max(longest, url.length());
      url = URI.create(url).resolve(String.valueOf(location)).toString();
      if (redirect.status() == 303 || (redirect.status() < 303 && method.equals("POST"))) {
        method = method.equals("HEAD") ? method : "GET";
      }
      if (i > Loops.MOST_HOPS && loop.kind() == LoopKind.GROWS) {
        break;
      }
      request =
          OfflineRequest.of(method, url)
              .listener(request.listener())
              .client(request.client())
              .build();
    }
    if (loop.kind() == LoopKind.RETURNS) {
      assertThat(visits.values()).allSatisfy(count -> assertThat(count).isGreaterThan(1));
    } else {
      assertThat(longest).isGreaterThan(loop.hops().getFirst().request().url().length());
    }
  }

  private static List<String> urls(Finding finding) {
    return switch (finding) {
      case Finding.RedirectLoop(var hops, _, _) -> hops.stream().map(Hop::leadsTo).toList();
      case Finding.ForwardLoop(var hops, _, _) -> hops.stream().map(Hop::leadsTo).toList();
      default -> throw new AssertionError(finding);
    };
  }

  @Test
  void twoHostsThatSendClientsToEachOtherOnlyBelowAPath() {
    var found =
        loops(
            rules(
                "{ match: { host: b.t, path: /app/** }, redirect: { host: www.b.t } }",
                "{ match: { host: www.b.t }, redirect: { host: b.t } }"));
    assertThat(found).hasSize(1);
    assertThat(urls(found.getFirst())).containsExactly("http://www.b.t/app", "http://b.t/app");
  }

  @Test
  void twoTemplatesThatUndoEachOther() {
    var found =
        loops(
            rules(
                "{ match: { path: '/1/{rest...}' }, redirect: '/2/{rest}' }",
                "{ match: { path: '/2/{rest...}' }, redirect: '/1/{rest}' }"));
    assertThat(found).hasSize(1);
    assertThat(urls(found.getFirst()))
        .containsExactly("http://example.com/2/", "http://example.com/1/");
  }

  @Test
  void pathThatGrowsForEver() {
    var found =
        loops(rules("{ match: { host: c.t, path: '/{rest...}' }, redirect: '/en/{rest}' }"));
    assertThat(found)
        .singleElement()
        .isInstanceOfSatisfying(
            Finding.RedirectLoop.class,
            loop -> {
              assertThat(loop.kind()).isEqualTo(LoopKind.GROWS);
              assertThat(loop.followed()).isEqualTo(Loops.MOST_HOPS);
            });
    assertThat(urls(found.getFirst()))
        .containsExactly("http://c.t/en/", "http://c.t/en/en/", "http://c.t/en/en/en/");
  }

  @Test
  void queryThatGrowsForEver() {
    var found = loops(rules("{ match: { path: /a }, redirect: '/a?from=a' }"));
    assertThat(found)
        .singleElement()
        .isInstanceOfSatisfying(
            Finding.RedirectLoop.class, loop -> assertThat(loop.kind()).isEqualTo(LoopKind.GROWS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // The second never sees what the first makes.
        "{ match: { path: '/old/{rest...}' }, redirect: '/new/{rest}' }\n"
            + "{ match: { path: '/newer/{rest...}' }, redirect: '/old/{rest}' }",
        // A segment more each time, until it no longer matches.
        "{ match: { path: '/x/{a}' }, redirect: '/x/{a}/{a}' }",
        // To a host that no rule names, and to a port and a scheme that no listener has.
        "{ match: { path: /** }, redirect: 'http://elsewhere.example/' }",
        "{ match: { host: a.t }, redirect: 'http://a.t:9999/' }",
        "{ match: { host: a.t }, redirect: https }",
        // What comes after it is a GET.
        "{ match: { path: /form, method: POST }, redirect: { to: /form, status: 303 } }",
        "{ match: { path: /form, method: POST }, redirect: /form }",
        // The header is gone after the first hop.
        "{ match: { header: { X-Try: '1' } }, redirect: /tried }\n{ respond: 200 }",
        "{ match: { query: { old: '1' } }, redirect: { to: /a, query: drop } }\n{ respond: 200 }",
        // The loop would be there, were it not for the rule above.
        "{ match: { path: /b }, respond: 200 }\n{ match: { path: /a }, redirect: /b }\n"
            + "{ match: { path: /b }, redirect: /a }",
      })
  void chainsThatEndAreNoLoops(String routes) {
    assertThat(loops(rules(routes.split("\n", -1)))).isEmpty();
  }

  @Test
  void methodThatIsKeptLoops() {
    assertThat(
            loops(
                rules("{ match: { path: /f, method: POST }, redirect: { to: /f, status: 307 } }")))
        .hasSize(1);
  }

  @Test
  void chainOfManyHopsThatEndsIsNoLoop() {
    var routes = new ArrayList<String>();
    for (int i = 0; i < 990; i++) {
      routes.add("{ match: { path: /p" + i + " }, redirect: /p" + (i + 1) + " }");
    }
    assertThat(loops(rules(routes.toArray(String[]::new)))).isEmpty();
  }

  @Test
  void listenersOfBothSchemesAreOneSite() {
    var site =
        new Site(
            List.of(
                new Site.Door("web", 80, false, NOWHERE),
                new Site.Door("secure", 443, true, NOWHERE)),
            List.of());
    var rules =
        rules(
            "{ match: { scheme: http }, redirect: https }",
            "{ match: { scheme: https, host: a.t }, redirect: 'http://a.t/' }");
    assertThat(loops(rules, site)).hasSize(1);
    assertThat(loops(rules, ONE_DOOR)).isEmpty();
  }

  /** A listener for plain HTTP that sends all but {@code /open} to HTTPS, and one with TLS. */
  private static final Site HTTPS_ONLY =
      new Site(
          List.of(
              new Site.Door(
                  "web",
                  80,
                  false,
                  Set.of(Site.Does.REDIRECT_TO_HTTPS),
                  head ->
                      head.pathText().equals("/open")
                          ? null
                          : new Outcome.Redirected(
                              308, "https://" + head.hostText() + head.pathText()),
                  NOWHERE),
              new Site.Door("secure", 443, true, NOWHERE)),
          List.of());

  @Test
  void aRouteAndTheHttpsRedirectOfAListener() {
    var rules = rules("{ match: { host: a.t }, redirect: { scheme: http } }");
    var found = Loops.of(RuleSet.of(rules), HTTPS_ONLY, () -> false);
    assertThat(found)
        .singleElement()
        .satisfies(loop -> {
          assertThat(loop.rules()).containsExactly(rules.getFirst());
          assertThat(loop.what()).contains("\"r0\" and the https-redirect of a listener");
          assertThat(urls(loop)).containsExactly("http://a.t/", "https://a.t/");
        });
  }

  @Test
  void growsThroughTheHttpsRedirectOfAListener() {
    var rules =
        rules("{ match: { host: a.t, path: '/{rest...}' }, redirect: 'http://a.t/en/{rest}' }");
    var found = Loops.of(RuleSet.of(rules), HTTPS_ONLY, () -> false);
    assertThat(found).hasSize(1);
    assertThat(urls(found.getFirst()))
        .containsExactly("http://a.t/en/", "https://a.t/en/", "http://a.t/en/en/");
  }

  @Test
  void routesAreNotAskedAboutWhatAListenerRedirectsByItself() {
    var plain = rules("{ match: { scheme: http, path: /a }, redirect: /a }");
    assertThat(loops(plain, ONE_DOOR)).hasSize(1);
    assertThat(loops(plain, HTTPS_ONLY)).isEmpty();
    assertThat(
            loops(rules("{ match: { scheme: http, path: /open }, redirect: /open }"), HTTPS_ONLY))
        .hasSize(1);
  }

  @Test
  void endpointThatIsAListenerOfOurs() {
    var site =
        new Site(
            List.of(new Site.Door("web", 8080, false, NOWHERE)),
            List.of(
                new Site.Destination(
                    "app", NOWHERE, new Site.Return("web", "127.0.0.1:8080", false))));
    assertThat(loops(rules("{ match: { host: 127.0.0.1 }, to: app, upstream: app }"), site))
        .hasSize(1);
    assertThat(loops(rules("{ match: { host: a.t }, to: app, upstream: app }"), site)).isEmpty();
    assertThat(
            loops(
                rules(
                    "{ match: { path: /a/** }, to: app, upstream: app, rewrite: { prefix: /a } }",
                    "{ respond: 200 }"),
                site))
        .isEmpty();
  }

  /** Every chain that is reported is followed again by other code, in {@link #loops}. */
  @Test
  void chainsOfRandomRulesReplay() {
    var random = new Random(20_260_701);
    int found = 0;
    for (int i = 0; i < 1_000; i++) {
      var routes = new ArrayList<String>();
      for (int j = random.nextInt(1, 8); j > 0; j--) {
        routes.add(randomRoute(random));
      }
      found += loops(rules(routes.toArray(String[]::new))).size();
    }
    assertThat(found).isGreaterThan(100);
  }

  private static String randomRoute(Random random) {
    var host = one(random, "host: a.t", "host: b.t", "host: '*.t'", "method: GET");
    var path = one(random, "/x", "/x/**", "/y/{rest...}", "/{rest...}", "/{rest...}/", "/y");
    boolean hasRest = path.contains("{");
    path = path.endsWith("}/") ? "/x/{rest...}" : path;
    var to =
        one(
            random,
            "/x",
            "/y/",
            hasRest ? "/x/{rest}" : "/y/x",
            hasRest ? "/{rest}" : "/x/x",
            "http://b.t/x",
            "http://a.t/y/z",
            hasRest ? "http://a.t/{rest}" : "http://b.t/y?q=1");
    var action =
        random.nextInt(6) == 0
            ? "respond: 200"
            : "redirect: { to: '"
                + to
                + "', status: "
                + one(random, "301", "303", "308")
                + ", query: "
                + one(random, "keep", "drop")
                + " }";
    return "{ match: { " + host + ", path: '" + path + "' }, " + action + " }";
  }

  private static String one(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
