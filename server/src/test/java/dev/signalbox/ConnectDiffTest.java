package dev.signalbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.analysis.Witness;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a comparison says where one of two files takes requests for tunnels. */
class ConnectDiffTest {
  private static final String ALL = "  - { name: all, to: shop }\n";
  private static final String TUNNELS =
      "  - { name: tunnels, match: { method: CONNECT, host: db.example.com }, to: proxy }\n";

  private static ConfigDiff between(String before, String after) {
    return ConfigDiff.of(config(before), config(after), Duration.ofSeconds(20));
  }

  private static ServerConfig config(String connectAndRoutes) {
    return ServerConfig.read(
        "signalbox.yaml",
        "upstreams: { shop: [10.0.0.1:80], proxy: [10.0.0.2:3128] }\n"
            + "listeners: { web: { bind: ':8080', connect: "
            + connectAndRoutes,
        _ -> null);
  }

  @Test
  void aCatchAllTakesNoTunnelsInEither() {
    var diff = between("false } }\nroutes:\n" + ALL, "true } }\nroutes:\n" + ALL);
    assertThat(diff.routes().isEquivalent()).isTrue();
    assertThat(diff.others()).as("the listener has changed").isNotEmpty();
  }

  @Test
  void aRouteForTunnelsIsAChange() {
    for (var after : new String[] {ALL + TUNNELS, TUNNELS + ALL}) {
      var diff = between("false } }\nroutes:\n" + ALL, "true } }\nroutes:\n" + after);
      assertThat(diff.routes().changes())
          .singleElement()
          .satisfies(change ->
              assertThat(new Witness(change.witness().request()))
                  .hasToString("CONNECT db.example.com:80"));
    }
  }
}
