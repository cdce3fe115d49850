package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Redirects, rewrites, splits and files: what a client and an endpoint see of them. */
@OnEachTransport
final class ActionsTest {
  @RegisterExtension final Stage stage;
  @TempDir Path directory;

  ActionsTest(Machine machine) {
    stage = new Stage(machine);
  }

  private static Script named(String name) {
    return Script.each(respond(200, name));
  }

  private void start(String upstreams, String routes) {
    stage.start(
        "listeners: { web: { bind: \"127.0.0.1:0\" } }\nupstreams: { "
            + upstreams
            + " }\nroutes:\n"
            + routes);
  }

  // --- redirects ---

  @Test
  void aRedirectSendsTheClientElsewhere() {
    start(
        "",
        """
          - name: old-links
            match: { path: "/old/{rest...}" }
            redirect: { to: "/new/{rest}", status: 301 }
          - { name: secure, redirect: https }
        """);
    var client = stage.client();
    var moved = client.exchange(Wire.get("/old/a%2Fb/c?x=1&y"));
    assertThat(moved.status()).isEqualTo(301);
    assertThat(moved.header("Location")).isEqualTo("/new/a%2Fb/c?x=1&y");
    assertThat(moved.header("Content-Length")).isEqualTo("0");
    assertThat(client.exchange(Wire.request("HEAD", "/old/x")).header("Location"))
        .isEqualTo("/new/x");
    var secure = client.exchange("GET /a?b HTTP/1.1\r\nHost: Shop.example:8080\r\n\r\n");
    assertThat(secure.status()).isEqualTo(302);
    assertThat(secure.header("Location")).isEqualTo("https://shop.example/a?b");
    assertThat(client.exchange(Wire.withBody("POST", "/old/form", "a=b")).status()).isEqualTo(301);
    assertThat(client.exchange(Wire.get("/old/again")).status()).isEqualTo(301);
  }

  @Test
  void aRedirectWithoutAHostToNameIsABadRequest() {
    start("", "  - { name: secure, redirect: https }\n");
    assertThat(stage.client().exchange("GET / HTTP/1.0\r\n\r\n").status()).isEqualTo(400);
  }

  @Test
  void noPathRedirectsToAnotherSite() {
    start("", "  - { name: old, match: { path: \"/old/{rest...}\" }, redirect: \"/{rest}\" }\n");
    var client = stage.client();
    for (var path :
        new String[] {
          "//evil.example", "/%2Fevil.example", "%5Cevil.example", "@evil.example",
          "https://evil.example", "%0D%0ASet-Cookie:a=b", "%09//evil.example", "/..//evil.example"
        }) {
      var response = client.exchange(Wire.get("/old/" + path));
      assertThat(response.status()).as(path).isEqualTo(302);
      assertThat(response.header("Set-Cookie")).isNull();
      var location = Objects.requireNonNull(response.header("Location"));
      assertThat(location).matches("/(?![/\\\\])[!-~]*");
      assertThat(URI.create("http://shop.example/old/").resolve(location).getRawAuthority())
          .isEqualTo("shop.example");
    }
  }

  // --- rewrites ---

  @Test
  void anEndpointIsAskedForWhatTheRewriteSays() {
    var shop = stage.origin(named("shop"));
    start(
        "shop: [\"" + shop.hostAndPort() + "\"]",
        """
          - { name: api, match: { path: "/api/**" }, to: shop,
              rewrite: { prefix: { from: /api, to: /v1 }, host: inner.example } }
          - { name: item, match: { path: "/item/{id}" }, to: shop,
              rewrite: { path: "/items/{id}/show", query: { set: { id: "{id}" }, remove: t } } }
          - { name: versions, to: shop,
              rewrite: { regex: { match: "/v(?P<n>[0-9]+)/(?P<rest>.*)", to: "/{rest}" },
                         query: drop } }
        """);
    var client = stage.client();
    client.exchange(Wire.get("/api/x/../a%2fb?q=1"));
    client.exchange(Wire.get("/item/7?t=1&id=8&u"));
    client.exchange(Wire.get("/v12/a/b?q"));
    client.exchange(Wire.get("/other?q"));
    assertThat(shop.requests())
        .extracting(r -> r.target())
        .containsExactly("/v1/a%2Fb?q=1", "/items/7/show?u&id=7", "/a/b", "/other");
    assertThat(shop.requests())
        .extracting(r -> r.header("Host"))
        .containsExactly("inner.example", "shop.example", "shop.example", "shop.example");
    assertThat(shop.requests().getFirst().header("X-Forwarded-Host")).isEqualTo("shop.example");
  }

  @Test
  void aRewrittenHostIsAskedForWhateverTheUpstreamPreserves() {
    var shop = stage.origin(named("shop"));
    start(
        "shop: { endpoints: [\"" + shop.hostAndPort() + "\"], preserve-host: false }",
        "  - { name: all, to: shop, rewrite: { host: inner.example } }\n");
    stage.client().exchange(Wire.GET);
    assertThat(shop.requests().getFirst().header("Host")).isEqualTo("inner.example");
  }

  @Test
  void aRewriteThatLeadsAboveTheRootIsABadRequest() {
    var shop = stage.origin(named("shop"));
    start(
        "shop: [\"" + shop.hostAndPort() + "\"]",
        """
          - name: up
            to: shop
            rewrite: { regex: { match: "/(?P<a>[^/]*)", to: "/{a}/../.." } }
        """);
    var client = stage.client();
    assertThat(client.exchange(Wire.get("/a")).status()).isEqualTo(400);
    assertThat(client.exchange(Wire.get("/a/b")).body()).isEqualTo("shop");
    assertThat(shop.requests()).hasSize(1);
  }

  @Test
  void aRewrittenRequestIsRepeatedAsItWasRewritten() {
    var shop = stage.origin(named("shop"));
    shop.nextScript(connection -> {
      connection.readRequest();
      connection.close();
    });
    start(
        "shop: [\"" + shop.hostAndPort() + "\"]",
        "  - { name: all, to: shop, rewrite: { prefix: { from: /, to: /v1 } } }\n");
    assertThat(stage.client().exchange(Wire.get("/a")).body()).isEqualTo("shop");
    assertThat(shop.requests()).extracting(r -> r.target()).containsExactly("/v1/a", "/v1/a");
  }

  // --- splits ---

  @Test
  void aSplitSharesRequestsAndKeepsUsersAndCanBeChanged() {
    var shop = stage.origin(named("shop"));
    var canary = stage.origin(named("canary"));
    start(
        "shop: [\"" + shop.hostAndPort() + "\"], canary: [\"" + canary.hostAndPort() + "\"]",
        "  - { name: all, to: { shop: 80, canary: 20 }, sticky: \"cookie:UID\" }\n");
    var client = stage.client();
    var firsts = new HashMap<Integer, String>();
    for (int round = 0; round < 3; round++) {
      for (int user = 0; user < 200; user++) {
        var body = client.exchange(Wire.get("/", "Cookie: UID=user" + user)).body();
        assertThat(firsts.computeIfAbsent(user, _ -> body)).isEqualTo(body);
      }
    }
    assertThat(firsts.values().stream().filter("canary"::equals).count()).isBetween(20L, 65L);

    var split = Objects.requireNonNull(stage.signalbox().split("all"));
    split.weights(Map.of("shop", 0, "canary", 100));
    for (int user = 0; user < 20; user++) {
      assertThat(client.exchange(Wire.get("/", "Cookie: UID=user" + user)).body())
          .isEqualTo("canary");
    }
    split.weights(Map.of("shop", 80, "canary", 20));
    for (int user = 0; user < 200; user++) {
      assertThat(client.exchange(Wire.get("/", "Cookie: UID=user" + user)).body())
          .isEqualTo(firsts.get(user));
    }
  }

  // --- files ---

  @Test
  void aFileIsAnAnswer() throws IOException {
    var page = Files.writeString(directory.resolve("Page.HTML"), "<p>Grüße</p>");
    start(
        "",
        "  - { name: all, respond: { status: 200, headers: { Cache-Control: no-cache }, file: \""
            + page
            + "\" } }\n");
    Files.delete(page); // what is served was read with the configuration
    var client = stage.client();
    var response = client.exchange(Wire.GET);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(response.header("Content-Length")).isEqualTo("14");
    var tag = Objects.requireNonNull(response.header("ETag"));
    assertThat(tag).matches("\"[0-9a-f]{32}\"");
    assertThat(client.exchange(Wire.request("HEAD", "/")).header("Content-Length")).isEqualTo("14");
    for (var known : new String[] {tag, "W/" + tag, "\"x\", " + tag, "*"}) {
      var same = client.exchange(Wire.get("/", "If-None-Match: " + known));
      assertThat(same.status()).isEqualTo(304);
      assertThat(same.header("ETag")).isEqualTo(tag);
      assertThat(same.header("Cache-Control")).isEqualTo("no-cache");
      assertThat(same.header("Content-Type")).isNull();
      assertThat(same.body()).isEmpty();
    }
    assertThat(client.exchange(Wire.get("/", "If-None-Match: \"x\"")).status()).isEqualTo(200);
    assertThat(client.exchange(Wire.withBody("POST", "/", "a", "If-None-Match: " + tag)).status())
        .isEqualTo(200);
  }
}
