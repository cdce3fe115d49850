package dev.signalbox;

import dev.signalbox.config.Address;
import dev.signalbox.listener.ListenerConfig;
import dev.signalbox.proxy.RouteConfig;
import dev.signalbox.upstream.UpstreamConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What differs between two configurations beside the decisions of their routes, in words. Pure. */
final class ConfigChanges {
  /** A setting and how it is read. */
  private record Setting<T>(String name, Function<T, ? extends @Nullable Object> value) {}

  private static final List<Setting<ListenerConfig>> LISTENER =
      List.of(
          new Setting<>("bind", ListenerConfig::bind),
          new Setting<>("backlog", ListenerConfig::backlog),
          new Setting<>("max-connections", ListenerConfig::maxConnections),
          new Setting<>("max-connections-per-client", ListenerConfig::maxConnectionsPerClient),
          new Setting<>("half-close", ListenerConfig::halfClose),
          new Setting<>("proxy-protocol", ListenerConfig::proxyProtocol),
          new Setting<>("protocols", ListenerConfig::protocols),
          new Setting<>("tls", ListenerConfig::tls),
          new Setting<>("https-redirect", ListenerConfig::httpsRedirect),
          new Setting<>("connect", ListenerConfig::takesConnect),
          new Setting<>("forwarded", ListenerConfig::forwarded),
          new Setting<>("http2", ListenerConfig::http2),
          new Setting<>("limits", ListenerConfig::limits),
          new Setting<>("timeouts", ListenerConfig::timeouts));

  private static final List<Setting<UpstreamConfig>> UPSTREAM =
      List.of(
          new Setting<>("balance", UpstreamConfig::balance),
          new Setting<>("protocol", UpstreamConfig::protocol),
          new Setting<>("proxy-protocol", UpstreamConfig::proxyProtocol),
          new Setting<>("tls", UpstreamConfig::tls),
          new Setting<>("pool", UpstreamConfig::pool),
          new Setting<>("preserve-host", UpstreamConfig::preserveHost),
          new Setting<>("response-head", UpstreamConfig::responseHead),
          new Setting<>("response-headers", UpstreamConfig::responseHeaders));

  private static final List<Setting<RouteConfig>> ROUTE =
      List.of(
          new Setting<>("timeouts", RouteConfig::timeouts),
          new Setting<>("upgrades", RouteConfig::upgrades),
          new Setting<>("retry or grpc-web", RouteConfig::grpc));

  private static final List<Setting<ServerConfig>> SERVER =
      List.of(
          new Setting<>("shutdown: deadline", ServerConfig::shutdownDeadline),
          new Setting<>("match-body", ServerConfig::matchBodyMax),
          new Setting<>("geo database", ServerConfig::geoDatabase),
          new Setting<>("admin", ServerConfig::admin),
          new Setting<>("transport and loops", ServerConfig::loops));

  private final List<String> changes = new ArrayList<>();

  private ConfigChanges() {}

  /** One sentence for each. */
  static List<String> between(ServerConfig before, ServerConfig after) {
    var all = new ConfigChanges();
    all.named(
        "listener",
        byName(before.listeners(), ListenerConfig::name),
        byName(after.listeners(), ListenerConfig::name),
        (name, one, other) -> all.settings("listener " + name, LISTENER, one, other),
        listener -> " (" + listener.bind() + ")");
    all.named(
        "upstream",
        before.upstreams(),
        after.upstreams(),
        all::upstream,
        upstream -> " (" + endpoints(upstream) + ")");
    var routes = byName(before.routes(), RouteConfig::name);
    for (var route : after.routes()) {
      var old = routes.get(route.name());
      if (old != null) {
        all.settings("route " + route.name(), ROUTE, old, route);
      }
    }
    all.settings("", SERVER, before, after);
    return List.copyOf(all.changes);
  }

  /** Is told of what is in both. */
  private interface Both<T> {
    void compare(String name, T before, T after);
  }

  private <T> void named(
      String kind,
      Map<String, T> before,
      Map<String, T> after,
      Both<T> both,
      Function<T, String> what) {
    before.forEach((name, old) -> {
      var now = after.get(name);
      if (now == null) {
        changes.add(kind + " " + name + " is gone" + what.apply(old));
      } else {
        both.compare(name, old, now);
      }
    });
    after.forEach((name, now) -> {
      if (!before.containsKey(name)) {
        changes.add(kind + " " + name + " is new" + what.apply(now));
      }
    });
  }

  private void upstream(String name, UpstreamConfig before, UpstreamConfig after) {
    var gone = new ArrayList<>(before.endpoints());
    gone.removeAll(after.endpoints());
    var added = new ArrayList<>(after.endpoints());
    added.removeAll(before.endpoints());
    var subject = "upstream " + name + ": ";
    gone.forEach(endpoint -> changes.add(subject + "without " + ConfigSummary.endpoint(endpoint)));
    added.forEach(endpoint -> changes.add(subject + "with " + ConfigSummary.endpoint(endpoint)));
    settings("upstream " + name, UPSTREAM, before, after);
  }

  private static String endpoints(UpstreamConfig upstream) {
    return String.join(", ", upstream.endpoints().stream().map(ConfigSummary::endpoint).toList());
  }

  private <T> void settings(String of, List<Setting<T>> settings, T before, T after) {
    for (var setting : settings) {
      var old = setting.value.apply(before);
      var now = setting.value.apply(after);
      if (!Objects.equals(old, now)) {
        var subject = of.isEmpty() ? setting.name : of + ": " + setting.name;
        changes.add(
            subject + (isShort(old) && isShort(now) ? ": " + old + " -> " + now : ": other"));
      }
    }
  }

  /** Records and functions have no text that a person could read. */
  private static boolean isShort(@Nullable Object value) {
    var text = String.valueOf(value);
    return value instanceof Address
        || (text.length() <= 40 && text.indexOf('[') < 0 && text.indexOf('@') < 0);
  }

  private static <T> Map<String, T> byName(List<T> all, Function<T, String> name) {
    var map = new LinkedHashMap<String, T>();
    all.forEach(one -> map.put(name.apply(one), one));
    return map;
  }
}
