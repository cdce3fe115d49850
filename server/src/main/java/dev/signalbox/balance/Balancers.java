package dev.signalbox.balance;

import dev.signalbox.config.Catalog;
import dev.signalbox.config.ObjectShape;

/** Every balancer there is. */
public final class Balancers {
  public static final Catalog<Balancer.Factory> ALL =
      Catalog.<Balancer.Factory>of("balancer")
          .with(
              "round-robin", plain("Takes the endpoints in turn, by weight.", RoundRobin.factory()))
          .with("random", plain("Takes any endpoint, by weight.", RandomChoice.factory()))
          .with(
              "least-request",
              plain(
                  "Takes the endpoint with the fewest requests in flight for its weight.",
                  LeastRequest.factory()));

  private Balancers() {}

  private static ObjectShape<Balancer.Factory> plain(String description, Balancer.Factory factory) {
    return ObjectShape.of(description, _ -> _ -> factory);
  }
}
