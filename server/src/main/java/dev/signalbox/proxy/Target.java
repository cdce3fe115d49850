package dev.signalbox.proxy;

import dev.signalbox.http.ClientConnection.Patience;
import dev.signalbox.upstream.Upstream;

/** What a route leads to, ready to run. Immutable, shared by all loops. */
public sealed interface Target {
  /** The route's name. */
  String route();

  /**
   * An upstream answers.
   *
   * @param totalNanos 0 for any time
   */
  record Forward(
      String route, Upstream upstream, long connectNanos, Patience patience, long totalNanos)
      implements Target {}

  /** We answer by ourselves. */
  record Fixed(String route, LocalReply reply) implements Target {}

  static Target of(RouteConfig config, Upstream upstream) {
    RouteTimeouts timeouts = config.timeouts();
    return new Forward(
        config.name(),
        upstream,
        timeouts.connect().toNanos(),
        new Patience(timeouts.response().toNanos(), timeouts.idle().toNanos()),
        timeouts.total() == null ? 0 : timeouts.total().toNanos());
  }

  static Target of(RouteConfig config, RouteAction.Respond respond) {
    return new Fixed(config.name(), LocalReply.of(respond));
  }
}
