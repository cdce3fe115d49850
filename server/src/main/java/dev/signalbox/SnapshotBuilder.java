package dev.signalbox;

import dev.signalbox.analysis.SelfCheck;
import dev.signalbox.http.h1.H1Loop;
import dev.signalbox.http.h2.H2Loop;
import dev.signalbox.net.Loops;
import dev.signalbox.proxy.Mirroring;
import dev.signalbox.proxy.RouteConfig;
import dev.signalbox.proxy.Routing;
import dev.signalbox.proxy.Target;
import dev.signalbox.route.GeoDatabase;
import dev.signalbox.route.Redirect;
import dev.signalbox.route.Respond;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteAction.To;
import dev.signalbox.route.RouteTable;
import dev.signalbox.route.Split;
import dev.signalbox.upstream.Upstream;
import dev.signalbox.upstream.UpstreamConfig;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds snapshots from configurations. Blocks on DNS and files: for control only. */
final class SnapshotBuilder {
  /** So long a start may take for the self-check: enough for a request of each of 10,000 routes. */
  private static final Duration SELF_CHECK = Duration.ofSeconds(2);

  /** And so long for more than one request of each. */
  private static final Duration CLOSER_SELF_CHECK = Duration.ofMillis(250);

  private final Loops loops;
  private final List<H1Loop> h1;
  private final List<H2Loop> h2;

  SnapshotBuilder(Loops loops, List<H1Loop> h1, List<H2Loop> h2) {
    this.loops = loops;
    this.h1 = h1;
    this.h2 = h2;
  }

  /**
   * Builds one.
   *
   * @throws StartupException if an endpoint's host can't be resolved, or a file can't be read
   */
  Snapshot build(ServerConfig config) {
    var upstreams = new HashMap<String, Upstream>();
    try {
      return build(config, upstreams);
    } catch (StartupException e) {
      upstreams.values().forEach(Upstream::release);
      throw e;
    }
  }

  private Snapshot build(ServerConfig config, Map<String, Upstream> upstreams) {
    for (UpstreamConfig upstream : config.upstreams().values()) {
      try {
        upstreams.put(upstream.name(), Upstream.build(upstream, loops.all(), h1, h2));
      } catch (UnknownHostException e) {
        throw new StartupException(
            "upstream "
                + upstream.name()
                + ": "
                + e.getMessage()
                + "; correct the name, or let this machine's resolver know it",
            e);
      } catch (IOException e) {
        throw new StartupException("upstream " + upstream.name() + ": " + e.getMessage(), e);
      }
    }
    var routes = new ArrayList<Route<Target>>();
    var splits = new HashMap<String, Split>();
    var mirrorings = new HashMap<String, Mirroring>();
    for (RouteConfig route : config.routes()) {
      Target target =
          switch (route.action()) {
            case To to -> {
              Mirroring mirroring = mirroring(route, to, upstreams);
              var arms =
                  to.arms().stream().map(arm -> upstream(upstreams, arm.upstream())).toList();
              var forward = Target.of(route, to, arms, mirroring);
              if (forward.split() != null) {
                splits.put(route.name(), forward.split());
              }
              if (mirroring != null) {
                mirrorings.put(route.name(), mirroring);
              }
              yield forward;
            }
            case Redirect redirect -> Target.of(route, redirect);
            case Respond respond -> Target.of(route, respond);
          };
      routes.add(new Route<>(route.name(), route.match(), target));
    }
    int bodyAtMost = config.matchBodyMax().toInt();
    var table = RouteTable.of(routes);
    requireFaithful(table, routes);
    var routing = new Routing(table, geo(config.geoDatabase()), bodyAtMost);
    return new Snapshot(routing, upstreams, splits, mirrorings);
  }

  /** A table that finds other routes than the file says must never serve. */
  static <V> void requireFaithful(RouteTable<V> table, List<Route<V>> file) {
    var disagreements = SelfCheck.of(table, file, SELF_CHECK, CLOSER_SELF_CHECK);
    if (!disagreements.isEmpty()) {
      throw new StartupException(
          "routes: the compiled table differs from the file, which is a bug of Signalbox; please"
              + " report it with these routes: "
              + disagreements.getFirst());
    }
  }

  private @Nullable Mirroring mirroring(RouteConfig route, To to, Map<String, Upstream> upstreams) {
    var mirror = to.mirror();
    return mirror == null
        ? null
        : new Mirroring(
            mirror,
            upstream(upstreams, mirror.upstream()),
            route.timeouts().connect().toNanos(),
            loops.all().size());
  }

  /**
   * What the configuration knows of where clients are.
   *
   * @throws StartupException if the file can't be read
   */
  static GeoDatabase geo(@Nullable Path file) {
    try {
      return file == null ? GeoDatabase.NONE : GeoFile.open(file);
    } catch (IOException e) {
      throw new StartupException(
          "geo: can't read "
              + file
              + ": "
              + e.getMessage()
              + "; it has changed since it was checked",
          e);
    }
  }

  private static Upstream upstream(Map<String, Upstream> upstreams, String name) {
    Upstream upstream = upstreams.get(name);
    if (upstream == null) {
      throw new IllegalStateException(
          "no upstream " + name + ": the configuration was not checked");
    }
    return upstream;
  }
}
