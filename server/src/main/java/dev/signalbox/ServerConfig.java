package dev.signalbox;

import dev.signalbox.config.Bytes;
import dev.signalbox.config.ConfigException;
import dev.signalbox.config.ConfigFile;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.listener.ListenerConfig;
import dev.signalbox.net.LoopsConfig;
import dev.signalbox.proxy.RouteConfig;
import dev.signalbox.proxy.RouteTimeouts;
import dev.signalbox.upstream.UpstreamConfig;
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
 * @param shutdownDeadline how long requests in flight may take once the process is told to end
 * @param upstreams by name, in the order of the file
 * @param matchBodyMax the longest body that routes may ask about
 * @param geoDatabase a file that was a database when it was checked, or null
 */
public record ServerConfig(
    LoopsConfig loops,
    Duration shutdownDeadline,
    List<ListenerConfig> listeners,
    Map<String, UpstreamConfig> upstreams,
    List<RouteConfig> routes,
    Bytes matchBodyMax,
    @Nullable Path geoDatabase) {
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
            var timeouts =
                keys.optional(
                    "timeouts",
                    RouteTimeouts.SHAPE,
                    "{}",
                    "How long an exchange may take, on every route that does not say otherwise.");
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
            var loops = LoopsConfig.keys(keys);
            var shutdown = keys.optional("shutdown", SHUTDOWN, "{}", "How the process ends.");
            return values ->
                new ServerConfig(
                    loops.apply(values),
                    values.get(shutdown),
                    values.get(listeners),
                    values.get(upstreams),
                    values.get(routes).apply(values.get(timeouts)),
                    values.get(matchBody),
                    values.find(geo));
          });

  public ServerConfig {
    listeners = List.copyOf(listeners);
    upstreams = Collections.unmodifiableMap(new LinkedHashMap<>(upstreams));
    routes = List.copyOf(routes);
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
