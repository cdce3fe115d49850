package dev.signalbox.balance;

import dev.signalbox.config.Catalog;
import dev.signalbox.config.ObjectShape;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Every balancer there is. */
public final class Balancers {
  public static final Catalog<Balancer.Factory> ALL =
      Catalog.<Balancer.Factory>of("balancer")
          .with(
              "round-robin",
              plain("round-robin", "Takes the endpoints in turn, by weight.", RoundRobin.factory()))
          .with("random", plain("random", "Takes any endpoint, by weight.", RandomChoice.factory()))
          .with(
              "least-request",
              plain(
                  "least-request",
                  "Takes the endpoint with the fewest requests in flight for its weight.",
                  LeastRequest.factory()));

  private Balancers() {}

  /** One that can say what it is. */
  private static final class Named implements Balancer.Factory {
    private final String name;
    private final String description;
    private final Balancer.Factory factory;

    Named(String name, String description, Balancer.Factory factory) {
      this.name = name;
      this.description = description;
      this.factory = factory;
    }

    @Override
    public Balancer build(List<? extends Balancer.Candidate> candidates, RandomGenerator random) {
      return factory.build(candidates, random);
    }

    @Override
    public String toString() {
      var does = description.substring(0, 1).toLowerCase(Locale.ROOT) + description.substring(1);
      return name + ", " + does.replaceFirst("\\.$", "");
    }
  }

  private static ObjectShape<Balancer.Factory> plain(
      String name, String description, Balancer.Factory factory) {
    var named = new Named(name, description, factory);
    return ObjectShape.of(description, _ -> _ -> named);
  }
}
