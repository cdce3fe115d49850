package dev.signalbox;

import dev.signalbox.config.Address;
import dev.signalbox.config.Shown;
import dev.signalbox.listener.ListenerConfig;
import dev.signalbox.proxy.RouteConfig;
import dev.signalbox.upstream.EndpointConfig;
import dev.signalbox.upstream.UpstreamConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration in a few lines, for people. */
public final class ConfigSummary {
  private static final int MOST_ENDPOINTS = 4;
  private static final int MOST_LINES = 50;

  private ConfigSummary() {}

  /** As in {@code 1 listener, 3 upstreams, 5 routes}. */
  public static String counts(ServerConfig config) {
    return String.join(
        ", ",
        count(config.listeners().size(), "listener"),
        count(config.upstreams().size(), "upstream"),
        count(config.routes().size(), "route"));
  }

  /** A line for each listener, upstream and route, as far as a person still reads them. */
  public static List<String> lines(ServerConfig config) {
    var lines = new ArrayList<String>();
    lines.addAll(first(config.listeners().stream().map(ConfigSummary::line).toList(), "listener"));
    lines.addAll(first(upstreams(config), "upstream"));
    Address admin = config.adminAddress();
    if (admin != null) {
      lines.add("admin: " + admin + (isForAll(admin) ? ": open to other machines" : ""));
    }
    lines.addAll(first(config.routes().stream().map(ConfigSummary::line).toList(), "route"));
    return lines;
  }

  private static boolean isForAll(Address bind) {
    return bind instanceof Address.Tcp(String host, _) && !ConfigCheck.isLoopback(host);
  }

  private static List<String> first(List<String> lines, String thing) {
    if (lines.size() <= MOST_LINES) {
      return lines;
    }
    var some = new ArrayList<>(lines.subList(0, MOST_LINES));
    some.add("and " + count(lines.size() - MOST_LINES, thing) + " more");
    return some;
  }

  /** A line for each upstream. */
  public static List<String> upstreams(ServerConfig config) {
    return config.upstreams().values().stream().map(ConfigSummary::line).toList();
  }

  private static String line(ListenerConfig listener) {
    return "listener " + listener.name() + ": " + listener.bind();
  }

  private static String line(UpstreamConfig upstream) {
    var endpoints = upstream.endpoints();
    var shown =
        endpoints.stream()
            .limit(MOST_ENDPOINTS)
            .map(ConfigSummary::endpoint)
            .collect(Collectors.joining(", "));
    var more = endpoints.size() - MOST_ENDPOINTS;
    return "upstream "
        + upstream.name()
        + ": "
        + shown
        + (more > 0 ? " and " + more + " more" : "");
  }

  static String endpoint(EndpointConfig endpoint) {
    var weight = endpoint.weight() == 1 ? "" : " (weight " + endpoint.weight() + ")";
    return endpoint.address() + weight;
  }

  private static String line(RouteConfig route) {
    var why = route.why().isBlank() ? "" : " (" + Shown.clean(route.why()) + ")";
    return "route " + route.name() + ": " + route.match() + " -> " + route.action() + why;
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
