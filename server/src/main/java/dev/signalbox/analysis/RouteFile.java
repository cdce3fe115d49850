package dev.signalbox.analysis;

import dev.signalbox.route.RouteTest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that a configuration says about where requests go. Immutable.
 *
 * @param listeners at least one, in the order of the file
 * @param upstreams by name
 * @param timeouts of each rule, by what they bound
 * @param tests those of the file, and the expectations of each route
 */
public record RouteFile(
    List<Rule> rules,
    List<Entrance> listeners,
    Map<String, Group> upstreams,
    List<Map<String, String>> timeouts,
    List<RouteTest> tests) {
  /**
   * An upstream.
   *
   * @param balance how it chooses, in words
   */
  public record Group(List<String> endpoints, String balance) {
    public Group {
      endpoints = List.copyOf(endpoints);
    }
  }

  public RouteFile {
    rules = List.copyOf(rules);
    listeners = List.copyOf(listeners);
    upstreams = Collections.unmodifiableMap(new LinkedHashMap<>(upstreams));
    timeouts = List.copyOf(timeouts);
    tests = List.copyOf(tests);
  }
}
