package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.RawHttp1Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real requests against each kind of condition. */
@OnEachTransport
final class MatchingTest {
  @RegisterExtension final Stage stage;

  MatchingTest(Machine machine) {
    stage = new Stage(machine);
  }

  @Test
  void requestsTakeTheRouteWhoseConditionsTheyMeet() {
    stage.start(
        """
        listeners:
          web: { bind: "127.0.0.1:0", trusted-proxies: [127.0.0.0/8] }
        routes:
          - { name: source, match: { source: [192.0.2.0/24, "2001:db8::/32"] }, respond: { status: 200, body: source } }
          - { name: header, match: { header: { X-Version: { range: 2..4 }, X-Off: { absent: true } } }, respond: { status: 200, body: header } }
          - { name: cookie, match: { cookie: { beta: ["1", yes] } }, respond: { status: 200, body: cookie } }
          - { name: query, match: { query: { "a b": { prefix: "é" } } }, respond: { status: 200, body: query } }
          - { name: agent, match: { user-agent: { contains: CURL, ignore-case: true } }, respond: { status: 200, body: agent } }
          - { name: method, match: { method: [PUT, PURGE] }, respond: { status: 200, body: method } }
          - { name: template, match: { path: "/users/{id}/posts" }, respond: { status: 200, body: template } }
          - { name: rest, match: { path: "/old/{rest...}" }, respond: { status: 200, body: rest } }
          - { name: regex, match: { path: { regex: "/v[0-9]+" }, not: { scheme: https } }, respond: { status: 200, body: regex } }
          - { name: other, match: { listener: web }, respond: { status: 200, body: other } }
        """);
    var client = stage.client();
    assertThat(body(client, "GET / HTTP/1.1", "")).isEqualTo("other");
    assertThat(body(client, "GET / HTTP/1.1", "X-Forwarded-For: 192.0.2.1, 127.0.0.2"))
        .isEqualTo("source");
    assertThat(body(client, "GET / HTTP/1.1", "X-Forwarded-For: 192.0.2.1, 198.51.100.1"))
        .isEqualTo("other");
    assertThat(body(client, "GET / HTTP/1.1", "X-Forwarded-For: 2001:db8::7")).isEqualTo("source");
    assertThat(body(client, "GET / HTTP/1.1", "x-version: 3")).isEqualTo("header");
    assertThat(body(client, "GET / HTTP/1.1", "x-version: 5")).isEqualTo("other");
    assertThat(body(client, "GET / HTTP/1.1", "X-Version: 3\r\nX-Off: ")).isEqualTo("other");
    assertThat(body(client, "GET / HTTP/1.1", "Cookie: a=2; beta=\"1\"")).isEqualTo("cookie");
    assertThat(body(client, "GET / HTTP/1.1", "Cookie: beta=0; beta=1")).isEqualTo("other");
    assertThat(body(client, "GET /?x&a+b=%C3%A9t HTTP/1.1", "")).isEqualTo("query");
    assertThat(body(client, "GET /?a+b=e HTTP/1.1", "")).isEqualTo("other");
    assertThat(body(client, "GET / HTTP/1.1", "User-Agent: Curl/8")).isEqualTo("agent");
    assertThat(body(client, "PURGE /users/7/posts HTTP/1.1", "")).isEqualTo("method");
    assertThat(body(client, "GET /users/7/posts HTTP/1.1", "")).isEqualTo("template");
    assertThat(body(client, "GET /users/a%2Fb/./posts HTTP/1.1", "")).isEqualTo("template");
    assertThat(body(client, "GET /users//posts HTTP/1.1", "")).isEqualTo("other");
    assertThat(body(client, "GET /old/ HTTP/1.1", "")).isEqualTo("rest");
    assertThat(body(client, "GET /old HTTP/1.1", "")).isEqualTo("other");
    assertThat(body(client, "GET /v12 HTTP/1.1", "")).isEqualTo("regex");
    assertThat(body(client, "GET /v12/x HTTP/1.1", "")).isEqualTo("other");
  }

  private static String body(RawHttp1Client client, String line, String field) {
    var fields = field.isEmpty() ? "" : field + "\r\n";
    return client.exchange(line + "\r\nHost: a.test\r\n" + fields + "\r\n").body();
  }
}
