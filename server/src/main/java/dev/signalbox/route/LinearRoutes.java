package dev.signalbox.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of a list of routes in its plainest form: ask each in turn. The compiled table must
 * always agree with it. Immutable.
 */
public final class LinearRoutes<V> {
  private final List<Route<V>> routes;

  public LinearRoutes(List<Route<V>> routes) {
    this.routes = List.copyOf(routes);
  }

  /** The first route that matches, or null. */
  public @Nullable Route<V> find(RouteRequest request) {
    for (var route : routes) {
      if (route.match().matches(request)) {
        return route;
      }
    }
    return null;
  }
}
