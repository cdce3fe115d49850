package dev.signalbox.proxy;

import dev.signalbox.http.ClientConnection.Patience;
import dev.signalbox.net.Loop;
import dev.signalbox.route.Captures;
import dev.signalbox.route.Match;
import dev.signalbox.route.Redirect;
import dev.signalbox.route.Respond;
import dev.signalbox.route.Rewrite;
import dev.signalbox.route.RouteAction.To;
import dev.signalbox.route.RouteRequest;
import dev.signalbox.route.Split;
import dev.signalbox.upstream.Upstream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a route leads to, ready to run. Immutable, shared by all loops. */
public sealed interface Target {
  /** The route's name. */
  String route();

  /**
   * An upstream answers.
   *
   * @param upstreams one, or those of the split
   * @param split null where there is only one
   * @param match whose captures the rewrite uses
   * @param totalNanos 0 for any time
   */
  record Forward(
      String route,
      List<Upstream> upstreams,
      @Nullable Split split,
      Match match,
      @Nullable Rewrite rewrite,
      @Nullable Mirroring mirroring,
      long connectNanos,
      Patience patience,
      long totalNanos)
      implements Target {
    public Forward {
      upstreams = List.copyOf(upstreams);
    }

    /** The upstream that answers this request. */
    Upstream upstream(RouteRequest request, Loop loop) {
      return upstreams.get(split == null ? 0 : split.choose(request, loop.random()));
    }

    /** What the rewrite fills in; asked before the head is changed. */
    Captures captures(RouteRequest request) {
      return rewrite == null ? Captures.none() : Captures.of(match, request);
    }

    /** Whether the rewrite says what host is asked for. */
    boolean setsHost() {
      return rewrite != null && rewrite.host() != null;
    }
  }

  /** The client is sent elsewhere. */
  record Elsewhere(String route, Match match, Redirect redirect) implements Target {
    /** The answer, or null where the request names no host and needs one. */
    @Nullable LocalReply reply(RouteRequest request) {
      var location = redirect.location(request, Captures.of(match, request));
      return location == null ? null : LocalReply.redirect(redirect.status(), location);
    }
  }

  /** We answer by ourselves. */
  record Fixed(String route, LocalReply reply) implements Target {}

  /**
   * Forwards.
   *
   * @param upstreams those of the arms, in their order
   */
  static Forward of(
      RouteConfig config, To to, List<Upstream> upstreams, @Nullable Mirroring mirroring) {
    RouteTimeouts timeouts = config.timeouts();
    return new Forward(
        config.name(),
        upstreams,
        upstreams.size() == 1 ? null : new Split(config.name(), to),
        config.match(),
        to.rewrite(),
        mirroring,
        timeouts.connect().toNanos(),
        new Patience(timeouts.response().toNanos(), timeouts.idle().toNanos()),
        timeouts.total() == null ? 0 : timeouts.total().toNanos());
  }

  static Target of(RouteConfig config, Redirect redirect) {
    return new Elsewhere(config.name(), config.match(), redirect);
  }

  static Target of(RouteConfig config, Respond respond) {
    return new Fixed(config.name(), LocalReply.of(respond));
  }
}
