package dev.signalbox.route;

import dev.signalbox.route.RouteAction.To;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses one of several upstreams for each request, by weight, and for a user always the same.
 * Shared by all loops. Control may change the weights at any time; then only as many users move as
 * the weights say, since users stand in one order and the upstreams share it out from its start.
 */
public final class Split {
  private static final int HEAVIEST = 1000;

  private final List<String> names;
  private final @Nullable UserKey sticky;
  private final long salt;

  /** Where each upstream's share ends. Written by control, read once by each exchange. */
  private volatile int[] ends;

  /**
   * @param route its name: users fall otherwise on another route
   */
  public Split(String route, To to) {
    this.names = to.arms().stream().map(arm -> arm.upstream()).toList();
    this.sticky = to.sticky();
    this.salt = UserKey.salt(route);
    this.ends = ends(to.arms().stream().mapToInt(arm -> arm.weight()).toArray());
  }

  /**
   * The number of the arm that a request takes. On a loop.
   *
   * @param random for whom nobody is known
   */
  public int choose(RouteRequest request, RandomGenerator random) {
    long hash = sticky == null ? 0 : sticky.hash(request, salt);
    if (hash == 0) {
      hash = random.nextLong();
    }
    int[] now = ends;
    int part = UserKey.part(hash, now[now.length - 1]);
    int arm = 0;
    while (part >= now[arm]) {
      arm++;
    }
    return arm;
  }

  /** The weights by the upstreams' names, in the order of the file. From any thread. */
  public Map<String, Integer> weights() {
    int[] now = ends;
    var weights = new LinkedHashMap<String, Integer>();
    for (int i = 0; i < now.length; i++) {
      weights.put(names.get(i), i == 0 ? now[0] : now[i] - now[i - 1]);
    }
    return Collections.unmodifiableMap(weights);
  }

  /**
   * Changes weights; upstreams that are not named keep theirs. From control, by one thread.
   *
   * @throws IllegalArgumentException if an upstream is none of the split, a weight is not from 0 to
   *     1000, or none would be above 0; then nothing has changed
   */
  public void weights(Map<String, Integer> changes) {
    var wanted = new LinkedHashMap<>(weights());
    changes.forEach((name, weight) -> {
      if (!wanted.containsKey(name)) {
        throw new IllegalArgumentException(
            "upstream: " + name + " (expected: one of " + String.join(", ", names) + ")");
      }
      if (weight < 0 || weight > HEAVIEST) {
        throw new IllegalArgumentException(
            name + ": " + weight + " (expected: 0 to " + HEAVIEST + ")");
      }
      wanted.put(name, weight);
    });
    if (wanted.values().stream().allMatch(weight -> weight == 0)) {
      throw new IllegalArgumentException("weights: all 0 (expected: at least one above 0)");
    }
    ends = ends(wanted.values().stream().mapToInt(Integer::intValue).toArray());
  }

  private static int[] ends(int[] weights) {
    var ends = weights.clone();
    for (int i = 1; i < ends.length; i++) {
      ends[i] += ends[i - 1];
    }
    return ends;
  }
}
