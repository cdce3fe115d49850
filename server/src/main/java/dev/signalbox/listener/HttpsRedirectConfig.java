package dev.signalbox.listener;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;

/**
 * Whether a listener sends plain requests to HTTPS, as it is configured.
 *
 * @param port where HTTPS is spoken, as clients see it
 */
public record HttpsRedirectConfig(boolean isEnabled, int port) {
  static final Shape<HttpsRedirectConfig> SHAPE =
      ObjectShape.of(
              "Sends plain requests to HTTPS.",
              keys -> {
                var enabled =
                    keys.optional(
                        "enabled",
                        Shapes.bool(),
                        "true",
                        "Whether requests are answered with 308 to the same address by HTTPS.");
                var port =
                    keys.optional(
                        "port",
                        Shapes.integer(1, 65_535),
                        "443",
                        "The port of HTTPS, as clients see it.");
                return values -> new HttpsRedirectConfig(values.get(enabled), values.get(port));
              })
          .orJust("enabled");
}
