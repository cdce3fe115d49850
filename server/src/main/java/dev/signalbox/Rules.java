package dev.signalbox;

import dev.signalbox.analysis.Rule;
import dev.signalbox.proxy.RouteConfig;
import java.util.ArrayList;
import java.util.List;

/** The routes of a configuration as the proofs see them. */
public final class Rules {
  private Rules() {}

  /** In the order of the file, which is their meaning. */
  public static List<Rule> of(ServerConfig config) {
    return of(config, false);
  }

  /**
   * Those of a configuration that is compared with another.
   *
   * @param hasConnect whether either takes requests for tunnels: of one that refuses them, no route
   *     does
   */
  public static List<Rule> of(ServerConfig config, boolean hasConnect) {
    var rules = new ArrayList<Rule>();
    for (RouteConfig written : config.routes()) {
      var route = hasConnect && !config.takesConnect() ? written.keptFromConnect() : written;
      rules.add(
          new Rule(
              rules.size(),
              route.name(),
              route.match(),
              route.action(),
              List.of(route.timeouts(), route.upgrades(), route.grpc()),
              route.at(),
              route.why(),
              route.allow()));
    }
    return rules;
  }
}
