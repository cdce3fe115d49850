package dev.signalbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a comparison of two files says beside the decisions of routes. */
final class ConfigChangesTest {
  private static ServerConfig config(String listener, String upstream, String route, String top) {
    return ServerConfig.read(
        "signalbox.yaml",
        """
        listeners: { web: { bind: ":8080"%s } }
        upstreams: { shop: { endpoints: ["10.0.0.1:80"]%s } }
        routes: [ { name: all, to: shop%s } ]
        %s
        """
            .formatted(listener, upstream, route, top),
        _ -> null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "listener | http2: { max-streams: 50 } | listener web: http2",
        "listener | connect: true | listener web: connect",
        "upstream | protocol: h2 | upstream shop: protocol: H1 -> H2",
        "upstream | proxy-protocol: v2 | upstream shop: proxy-protocol",
        "upstream | tls: true | upstream shop: tls",
        "upstream | preserve-host: false | upstream shop: preserve-host",
        "route | upgrades: [] | route all: upgrades",
        "route | grpc-web: true | route all: retry or grpc-web",
        "top | admin: 127.0.0.1:9901 | admin",
      })
  void eachSettingThatDiffersIsTold(String where, String text, String told) {
    var more = ", " + text;
    var speaksHttp2 = ", protocol: h2"; // without which there is no gRPC
    var before = where.equals("route") ? config("", speaksHttp2, "", "") : config("", "", "", "");
    var after =
        switch (where) {
          case "listener" -> config(more, "", "", "");
          case "upstream" -> config("", more, "", "");
          case "route" -> config("", speaksHttp2, more, "");
          default -> config("", "", "", text);
        };

    assertThat(ConfigChanges.between(before, after)).singleElement().asString().startsWith(told);
    assertThat(ConfigChanges.between(after, after)).isEmpty();
  }
}
