package dev.signalbox.route;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Routes, compiled: finds the first that matches without asking each. Immutable; any thread may use
 * it.
 *
 * <p>Routes are kept in one tree of paths for each host that is named, one for each wildcard, and
 * one for those that name none. A request opens the trees of its own host and its parent domains,
 * and walks down each along its path; of all routes on the way that match, the one that stands
 * first in the list wins. A tree whose first route stands behind the best so far is not opened.
 * Where many routes stand in one place, those with an exact value of a method, header, cookie or
 * query parameter are found by it. So a lookup costs by the length of host and path, and hardly by
 * the number of routes; only of those that nothing but a regular expression, a network or a
 * negation tells apart is each one asked.
 */
public final class RouteTable<V> {
  static final int NONE = Integer.MAX_VALUE;

  private final List<Route<V>> routes;
  private final ByteMap<PathTree> hosts;
  private final ByteMap<PathTree> domains;
  private final PathTree anyHost;

  private RouteTable(List<Route<V>> routes) {
    this.routes = List.copyOf(routes);
    var matches = routes.stream().map(Route::match).toArray(Match[]::new);
    var shared = new Shared();
    var trees = new Trees();
    for (int i = 0; i < matches.length; i++) {
      matches[i] = trees.add(i, matches[i], shared);
    }
    Function<PathTree.Builder, PathTree> build = builder -> builder.build(matches, shared);
    this.hosts = ByteMap.of(trees.hosts, build, shared);
    this.domains = ByteMap.of(trees.domains, build, shared);
    this.anyHost = build.apply(trees.anyHost);
  }

  /** Collects the routes. For the thread that builds the table. */
  private static final class Trees {
    final Map<String, PathTree.Builder> hosts = new HashMap<>();
    final Map<String, PathTree.Builder> domains = new HashMap<>();
    final PathTree.Builder anyHost = new PathTree.Builder();

    /** Adds one, and returns what must be asked of a request that is found where it stands. */
    Match add(int route, Match match, Shared shared) {
      var boxes = Box.cover(match);
      for (var box : boxes) {
        if (box.hosts().isEmpty()) {
          anyHost.add(route, box);
        }
        for (var host : box.hosts()) {
          switch (host) {
            case Match.HostIs(var name) -> tree(hosts, name).add(route, box);
            case Match.HostBelow(var domain) -> tree(domains, domain).add(route, box);
            case Match.HostMatches _ -> throw new IllegalArgumentException("not in a box: " + host);
          }
        }
      }
      return shared.match(Box.asked(match, boxes));
    }

    private static PathTree.Builder tree(Map<String, PathTree.Builder> trees, String name) {
      return trees.computeIfAbsent(name, _ -> new PathTree.Builder());
    }
  }

  public static <V> RouteTable<V> of(List<Route<V>> routes) {
    return new RouteTable<>(routes);
  }

  public List<Route<V>> routes() {
    return routes;
  }

  /** The first route that matches, or null. Allocates only what its conditions do. */
  public @Nullable Route<V> find(RouteRequest request) {
    int index = findIndex(request);
    return index == NONE ? null : routes.get(index);
  }

  int findIndex(RouteRequest request) {
    var head = request.head();
    byte[] bytes = head.bytes();
    int start = head.hostStart();
    int end = head.hostEnd();
    int best = NONE;
    int hash = ByteMap.EMPTY_HASH;
    for (int at = end - 1; at >= start; at--) {
      if (bytes[at] == '.' && at > start) {
        best = find(domains.get(hash, bytes, at + 1, end), request, best);
      }
      hash = ByteMap.hash(hash, bytes[at]);
    }
    best = find(hosts.get(hash, bytes, start, end), request, best);
    return anyHost.find(request, best);
  }

  private static int find(@Nullable PathTree tree, RouteRequest request, int best) {
    return tree == null ? best : tree.find(request, best);
  }
}
