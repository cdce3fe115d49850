package dev.signalbox;

import dev.signalbox.admin.AdminConfig;
import dev.signalbox.config.Address;
import dev.signalbox.config.Bytes;
import dev.signalbox.config.ConfigException;
import dev.signalbox.config.ConfigFile;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Values;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.listener.ListenerConfig;
import dev.signalbox.net.LoopsConfig;
import dev.signalbox.proxy.RouteConfig;
import dev.signalbox.proxy.RouteTimeouts;
import dev.signalbox.route.ConnectRoutes;
import dev.signalbox.route.RouteAction;
import dev.signalbox.route.RouteTest;
import dev.signalbox.upstream.UpstreamConfig;
import dev.signalbox.upstream.UpstreamProtocol;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration, checked: names resolve, and nothing is bound twice. Immutable.
 *
 * @param strict whether it is not run while {@code check} has more than notes to say about it
 * @param shutdownDeadline how long requests in flight may take once the process is told to end
 * @param upstreams by name, in the order of the file
 * @param tests requests and what must come of them, beside what routes expect
 * @param matchBodyMax the longest body that routes may ask about
 * @param geoDatabase a file that was a database when it was checked, or null
 * @param admin the address for operators, or null where there is none
 */
public record ServerConfig(
    LoopsConfig loops,
    boolean strict,
    Duration shutdownDeadline,
    List<ListenerConfig> listeners,
    Map<String, UpstreamConfig> upstreams,
    List<RouteConfig> routes,
    List<RouteTest> tests,
    Bytes matchBodyMax,
    @Nullable Path geoDatabase,
    @Nullable AdminConfig admin) {
  private static final Shape<Duration> SHUTDOWN =
      ObjectShape.of(
          "How the process ends.",
          keys -> {
            var deadline =
                keys.optional(
                    "deadline",
                    Shapes.durationOrZero(),
                    "30s",
                    "How long requests in flight may take once the process is told to end.");
            return values -> values.get(deadline);
          });

  private static final Shape<Bytes> MATCH_BODY =
      ObjectShape.of(
          "Bodies that are read to find the route, because a route asks about them.",
          keys -> {
            var max =
                keys.optional(
                    "max",
                    Bytes.between(new Bytes(1), new Bytes(16 << 20)),
                    "64KB",
                    "The longest; for a longer one the answer is 413. Up to so much memory for"
                        + " each such request.");
            return values -> values.get(max);
          });

  private static final Shape<ServerConfig> SHAPE =
      ObjectShape.of(
          "A Signalbox configuration.",
          keys -> {
            var listeners =
                keys.required(
                    "listeners", ListenerConfig.SHAPE, "The addresses at which requests arrive.");
            var upstreams =
                keys.optional(
                    "upstreams", UpstreamConfig.SHAPE, "{}", "Groups of endpoints that answer.");
            var routes =
                keys.optional(
                    "routes",
                    RouteConfig.SHAPE,
                    "[]",
                    "What happens to requests: top to bottom, the first that matches wins, never"
                        + " re-sorted. What matches none is answered with 404.");
            var tests =
                keys.optional(
                    "tests",
                    RouteTest.SHAPE,
                    "[]",
                    "Requests and what must come of each: signalbox test says which fail.");
            var timeouts =
                keys.optional(
                    "timeouts",
                    RouteTimeouts.SHAPE,
                    "{}",
                    "How long an exchange may take, on every route that does not say otherwise.");
            var strict =
                keys.optional(
                    "strict",
                    Shapes.bool(),
                    "false",
                    "Whether the file is refused while check finds errors or warnings in it.");
            var matchBody =
                keys.optional(
                    "match-body",
                    MATCH_BODY,
                    "{}",
                    "Bodies that are read to find the route, because a route asks about them.");
            var geo =
                keys.optional(
                    "geo",
                    GeoFile.SHAPE,
                    "Where clients are, for routes that ask for their country or continent.");
            var admin =
                keys.optional(
                    "admin",
                    AdminConfig.SHAPE,
                    "The address for operators, with metrics and status; none where it is left"
                        + " out.");
            var loops = LoopsConfig.keys(keys);
            var shutdown = keys.optional("shutdown", SHUTDOWN, "{}", "How the process ends.");
            return values -> {
              var all = values.get(routes).apply(values.get(timeouts));
              boolean takesConnect =
                  values.get(listeners).stream().anyMatch(ListenerConfig::takesConnect);
              boolean isFine = canBeTranslated(all, values.get(upstreams), values);
              isFine &= mayTunnel(all, takesConnect, values);
              isFine &= hasItsOwnBind(values.find(admin), values.get(listeners), values, admin);
              if (!isFine) {
                return null;
              }
              return new ServerConfig(
                  loops.apply(values),
                  values.get(strict),
                  values.get(shutdown),
                  values.get(listeners),
                  values.get(upstreams),
                  takesConnect ? all.stream().map(RouteConfig::keptFromConnect).toList() : all,
                  values.get(tests),
                  values.get(matchBody),
                  values.find(geo),
                  values.find(admin));
            };
          });

  /** Whether what gRPC-Web is translated to can be said to the upstreams of those routes. */
  private static boolean canBeTranslated(
      List<RouteConfig> routes, Map<String, UpstreamConfig> upstreams, Values values) {
    boolean isFine = true;
    for (RouteConfig route : routes) {
      if (!route.grpc().isWeb() || !(route.action() instanceof RouteAction.To to)) {
        continue;
      }
      for (var arm : to.arms()) {
        var upstream = upstreams.get(arm.upstream()); // null where that is a mistake by itself
        if (upstream != null && upstream.protocol() == UpstreamProtocol.H1) {
          values.report(
              route.at(),
              "grpc-web: the upstream \"" + upstream.name() + "\" speaks HTTP/1",
              "protocol: h2 on it, which gRPC needs");
          isFine = false;
        }
      }
    }
    return isFine;
  }

  private static boolean hasItsOwnBind(
      @Nullable AdminConfig admin,
      List<ListenerConfig> listeners,
      Values values,
      ObjectShape.Key<AdminConfig> key) {
    for (ListenerConfig listener : listeners) {
      if (admin != null && admin.bind().overlaps(listener.bind())) {
        values.report(
            key,
            (admin.bind().equals(listener.bind())
                    ? admin.bind() + " is taken by"
                    : admin.bind() + " overlaps " + listener.bind() + " of")
                + " listener \""
                + listener.name()
                + "\"",
            "an address of its own");
        return false;
      }
    }
    return true;
  }

  /** Where operators ask: as this file says, or null where it has nothing for them. */
  public @Nullable Address adminAddress() {
    return admin == null ? null : admin.bind();
  }

  /** Where operators ask unless a file says otherwise. */
  public static Address defaultAdminAddress() {
    return AdminConfig.defaultBind();
  }

  /** Whether what routes say of CONNECT can be. */
  private static boolean mayTunnel(List<RouteConfig> routes, boolean takesConnect, Values values) {
    boolean isFine = true;
    for (RouteConfig route : routes) {
      if (!takesConnect && ConnectRoutes.isNamedIn(route.match())) {
        values.report(
            route.at(),
            "match: method CONNECT: every listener refuses it",
            "connect: true on a listener, or another method");
        isFine = false;
        continue;
      }
      var mistake = ConnectRoutes.mistake(route.match(), route.action());
      if (mistake != null) {
        values.report(route.at(), mistake.what(), mistake.expected());
        isFine = false;
      }
    }
    return isFine;
  }

  public ServerConfig {
    listeners = List.copyOf(listeners);
    upstreams = Collections.unmodifiableMap(new LinkedHashMap<>(upstreams));
    routes = List.copyOf(routes);
    tests = List.copyOf(tests);
  }

  /** Whether a listener lets clients ask for tunnels. */
  boolean takesConnect() {
    return listeners.stream().anyMatch(ListenerConfig::takesConnect);
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException with every mistake in it
   */
  public static ServerConfig load(Path file, Function<String, @Nullable String> environment) {
    return ConfigFile.load(file, environment, SHAPE);
  }

  /**
   * Reads a text as if it stood in a file of this name.
   *
   * @throws ConfigException with every mistake in it
   */
  public static ServerConfig read(
      String fileName, String text, Function<String, @Nullable String> environment) {
    return ConfigFile.read(fileName, text, environment, SHAPE);
  }

  /** The JSON Schema (draft 2020-12) of configuration files, for editors. */
  public static String jsonSchema() {
    return ConfigFile.jsonSchema("Signalbox configuration", SHAPE);
  }
}
