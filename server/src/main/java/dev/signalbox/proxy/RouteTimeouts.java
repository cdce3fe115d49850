package dev.signalbox.proxy;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How long an exchange of a route may take.
 *
 * @param connect to open a connection to an endpoint; beyond it another attempt or 504
 * @param response from the end of the request to the head of the response; beyond it 504
 * @param idle within a response without a byte
 * @param total from the head of the request to the end of the response; null for any time
 * @param tunnel of an exchange that has switched protocols
 */
public record RouteTimeouts(
    Duration connect,
    Duration response,
    Duration idle,
    @Nullable Duration total,
    TunnelTimeouts tunnel) {
  private static final Duration NO_TOTAL = Duration.ZERO;

  /** Those of all routes, from {@code timeouts} of the file. */
  public static final Shape<RouteTimeouts> SHAPE = shape(true).map(Overrides::complete);

  /** What one route says otherwise. */
  static final Shape<Overrides> OVERRIDES = shape(false);

  /** What is null is left out; no total is {@link #NO_TOTAL}. */
  record Overrides(
      @Nullable Duration connect,
      @Nullable Duration response,
      @Nullable Duration idle,
      @Nullable Duration total,
      TunnelTimeouts.@Nullable Overrides tunnel) {
    RouteTimeouts over(RouteTimeouts all) {
      return new RouteTimeouts(
          connect == null ? all.connect() : connect,
          response == null ? all.response() : response,
          idle == null ? all.idle() : idle,
          total == null ? all.total() : total.equals(NO_TOTAL) ? null : total,
          tunnel == null ? all.tunnel() : tunnel.over(all.tunnel()));
    }

    private RouteTimeouts complete() {
      // The fallbacks of the declaration leave only the total out.
      return new RouteTimeouts(
          Objects.requireNonNull(connect),
          Objects.requireNonNull(response),
          Objects.requireNonNull(idle),
          NO_TOTAL.equals(total) ? null : total,
          Objects.requireNonNull(tunnel).complete());
    }
  }

  private static Shape<Overrides> shape(boolean ofAllRoutes) {
    return ObjectShape.of(
        ofAllRoutes
            ? "How long an exchange may take, on every route that does not say otherwise."
            : "How long an exchange of this route may take; what is left out is that of all"
                + " routes.",
        keys -> {
          var connect =
              key(
                  keys,
                  "connect",
                  Shapes.duration(),
                  ofAllRoutes ? "3s" : null,
                  "To open a connection to an endpoint; beyond it another attempt, or 504.");
          var response =
              key(
                  keys,
                  "response",
                  Shapes.duration(),
                  ofAllRoutes ? "60s" : null,
                  "From the end of the request to the head of the response; beyond it 504.");
          var idle =
              key(
                  keys,
                  "idle",
                  Shapes.duration(),
                  ofAllRoutes ? "60s" : null,
                  "The longest pause within a response.");
          var total =
              key(
                  keys,
                  "total",
                  Shapes.orNone(Shapes.duration(), NO_TOTAL),
                  ofAllRoutes ? "none" : null,
                  "From the head of the request to the end of the response; none for any time.");
          var tunnel =
              key(
                  keys,
                  "tunnel",
                  ofAllRoutes ? TunnelTimeouts.ALL : TunnelTimeouts.OVERRIDES,
                  ofAllRoutes ? "{}" : null,
                  "Of an exchange that has switched protocols, as WebSockets do; total does not"
                      + " bound it.");
          return values ->
              new Overrides(
                  values.find(connect),
                  values.find(response),
                  values.find(idle),
                  values.find(total),
                  values.find(tunnel));
        });
  }

  private static <T> ObjectShape.Key<T> key(
      Keys keys, String name, Shape<T> shape, @Nullable String fallback, String description) {
    return fallback == null
        ? keys.optional(name, shape, description)
        : keys.optional(name, shape, fallback, description);
  }
}
