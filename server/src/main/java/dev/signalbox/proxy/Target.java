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
   * @param captured the match whose captures the rewrite uses; null where it uses none
   * @param totalNanos 0 for any time
   */
  record Forward(
      String route,
      List<Upstream> upstreams,
      @Nullable Split split,
      @Nullable Match captured,
      @Nullable Rewrite rewrite,
      @Nullable Mirroring mirroring,
      long connectNanos,
      Patience patience,
      long totalNanos,
      Upgrades upgrades,
      TunnelTimeouts tunnel,
      GrpcOptions grpc)
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
      return captured == null ? Captures.none() : Captures.of(captured, request);
    }

    /** Whether the rewrite says what host is asked for. */
    boolean setsHost() {
      return rewrite != null && rewrite.host() != null;
    }
  }

  /**
   * The client is sent elsewhere.
   *
   * @param captured the match whose captures the redirect uses; null where it uses none
   */
  record Elsewhere(String route, @Nullable Match captured, Redirect redirect) implements Target {
    /** The answer, or null where the request names no host and needs one. */
    @Nullable LocalReply reply(RouteRequest request) {
      var captures = captured == null ? Captures.none() : Captures.of(captured, request);
      var location = redirect.location(request, captures);
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
        captured(config),
        to.rewrite(),
        mirroring,
        timeouts.connect().toNanos(),
        new Patience(timeouts.response().toNanos(), timeouts.idle().toNanos()),
        timeouts.total() == null ? 0 : timeouts.total().toNanos(),
        config.upgrades(),
        timeouts.tunnel(),
        config.grpc());
  }

  private static @Nullable Match captured(RouteConfig config) {
    boolean isUsed =
        config.action().templates().stream().anyMatch(template -> !template.captures().isEmpty());
    return isUsed ? config.match() : null;
  }

  static Target of(RouteConfig config, Redirect redirect) {
    return new Elsewhere(config.name(), captured(config), redirect);
  }

  static Target of(RouteConfig config, Respond respond) {
    return new Fixed(config.name(), LocalReply.of(respond));
  }
}
