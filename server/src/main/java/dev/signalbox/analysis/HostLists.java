package dev.signalbox.analysis;

import dev.signalbox.route.Match;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of a list of routes, nearly in its plainest form: asks each in turn, but for those
 * that say which host they want, and want another. That is plain enough to be right, and of ten
 * thousand routes of a thousand tenants asks the few that matter. Immutable.
 */
final class HostLists<V> {
  private record Entry<V>(int index, Route<V> route) {}

  private final Map<String, List<Entry<V>>> byHost = new HashMap<>();
  private final List<Entry<V>> others = new ArrayList<>();

  HostLists(List<Route<V>> routes) {
    for (int i = 0; i < routes.size(); i++) {
      var entry = new Entry<>(i, routes.get(i));
      var host = host(routes.get(i).match());
      (host == null ? others : byHost.computeIfAbsent(host, _ -> new ArrayList<>())).add(entry);
    }
  }

  /** The one host whose requests it takes; null where that is not said in so many words. */
  private static @Nullable String host(Match match) {
    if (match instanceof Match.HostIs(var host)) {
      return host;
    }
    if (match instanceof Match.All(var all)) {
      for (var one : all) {
        if (one instanceof Match.HostIs(var host)) {
          return host;
        }
      }
    }
    return null;
  }

  /** The first route that matches, or null. */
  @Nullable Route<V> find(RouteRequest request) {
    var ofHost = byHost.getOrDefault(request.head().hostText(), List.of());
    var own = first(ofHost, request, Integer.MAX_VALUE);
    var other = first(others, request, own == null ? Integer.MAX_VALUE : own.index());
    var first = other == null ? own : other;
    return first == null ? null : first.route();
  }

  /** Of those that stand before a place in the list. */
  private @Nullable Entry<V> first(List<Entry<V>> entries, RouteRequest request, int before) {
    for (var entry : entries) {
      if (entry.index() > before) {
        return null;
      }
      if (entry.route().match().matches(request)) {
        return entry;
      }
    }
    return null;
  }
}
