package dev.signalbox.upstream;

import dev.signalbox.config.Address;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;

/**
 * An endpoint as it is configured.
 *
 * @param weight its share of the requests, against the others
 */
public record EndpointConfig(Address address, int weight) {
  public static final Shape<EndpointConfig> SHAPE =
      ObjectShape.<EndpointConfig>of(
              "One address of an upstream.",
              keys -> {
                var address = keys.required("address", Address.TO_CONNECT, "Where it listens.");
                var weight =
                    keys.optional(
                        "weight",
                        Shapes.integer(1, 256),
                        "1",
                        "Its share of the requests, against the other endpoints.");
                return values -> new EndpointConfig(values.get(address), values.get(weight));
              })
          .orJust("address");
}
