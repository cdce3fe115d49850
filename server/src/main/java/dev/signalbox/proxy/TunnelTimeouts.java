package dev.signalbox.proxy;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How long a tunnel may take: an exchange that has switched protocols, as WebSockets do.
 *
 * @param idle without a byte in either direction
 * @param maxLifetime from the switch to the end; null for any time
 * @param drain from when the server begins to end
 */
public record TunnelTimeouts(Duration idle, @Nullable Duration maxLifetime, Duration drain) {
  private static final Duration ANY = Duration.ZERO;

  /** Those of all routes. */
  static final Shape<Overrides> ALL = shape(true);

  /** What one route says otherwise. */
  static final Shape<Overrides> OVERRIDES = shape(false);

  /** What is null is left out; no lifetime is {@link #ANY}. */
  record Overrides(
      @Nullable Duration idle, @Nullable Duration maxLifetime, @Nullable Duration drain) {
    TunnelTimeouts over(TunnelTimeouts all) {
      return new TunnelTimeouts(
          idle == null ? all.idle() : idle,
          maxLifetime == null ? all.maxLifetime() : ANY.equals(maxLifetime) ? null : maxLifetime,
          drain == null ? all.drain() : drain);
    }

    TunnelTimeouts complete() {
      return new TunnelTimeouts(
          Objects.requireNonNull(idle),
          ANY.equals(maxLifetime) ? null : maxLifetime,
          Objects.requireNonNull(drain));
    }
  }

  private static Shape<Overrides> shape(boolean ofAllRoutes) {
    return ObjectShape.of(
        "How long a tunnel may take: an exchange that has switched protocols, as WebSockets do.",
        keys -> {
          var idle =
              key(
                  keys,
                  "idle",
                  Shapes.duration(),
                  ofAllRoutes ? "1h" : null,
                  "The longest pause without a byte in either direction.");
          var maxLifetime =
              key(
                  keys,
                  "max-lifetime",
                  Shapes.orNone(Shapes.duration(), ANY),
                  ofAllRoutes ? "none" : null,
                  "From the switch to the end; none for any time.");
          var drain =
              key(
                  keys,
                  "drain",
                  Shapes.durationOrZero(),
                  ofAllRoutes ? "10s" : null,
                  "How long it may go on once the process is told to end; shutdown.deadline ends"
                      + " it in any case.");
          return values ->
              new Overrides(values.find(idle), values.find(maxLifetime), values.find(drain));
        });
  }

  private static <T> ObjectShape.Key<T> key(
      Keys keys, String name, Shape<T> shape, @Nullable String fallback, String description) {
    return fallback == null
        ? keys.optional(name, shape, description)
        : keys.optional(name, shape, fallback, description);
  }
}
