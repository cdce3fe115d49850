package dev.signalbox.route;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a route does with its requests: data and pure functions, which serving runs. Immutable. */
public sealed interface RouteAction permits RouteAction.To, Redirect, Respond {
  /**
   * Forwards to an upstream.
   *
   * @param arms at least one; of several, each request takes one by weight
   * @param sticky what keeps a user's requests on one arm, or null
   */
  record To(
      List<Arm> arms, @Nullable UserKey sticky, @Nullable Rewrite rewrite, @Nullable Mirror mirror)
      implements RouteAction {
    public To {
      arms = List.copyOf(arms);
      if (arms.isEmpty()) {
        throw new IllegalArgumentException("arms: none (expected: at least one)");
      }
    }

    /** To one upstream, and nothing else. */
    public static To just(String upstream) {
      return new To(List.of(new Arm(upstream, 1)), null, null, null);
    }

    @Override
    public List<Template> templates() {
      return rewrite == null ? List.of() : rewrite.templates();
    }

    /** In the words of a configuration, on one line. */
    @Override
    public String toString() {
      var to =
          arms.size() == 1
              ? arms.getFirst().upstream()
              : arms.stream().map(Arm::toString).collect(Collectors.joining(", "));
      return "to "
          + to
          + (sticky == null ? "" : " sticky " + sticky)
          + (rewrite == null ? "" : ", " + rewrite)
          + (mirror == null ? "" : ", " + mirror);
    }
  }

  /**
   * One of the upstreams of a split.
   *
   * @param weight its share is that of its weight in the sum; 0 for none
   */
  record Arm(String upstream, int weight) {
    @Override
    public String toString() {
      return upstream + " " + weight;
    }
  }

  /** The templates in it, whose captures the match must provide. */
  List<Template> templates();
}
