package dev.signalbox.listener;

import dev.signalbox.config.Address;
import dev.signalbox.config.ConfigNode;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Position;
import dev.signalbox.config.Reading;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.ForwardedConfig;
import dev.signalbox.http.HalfClose;
import dev.signalbox.http.MessageLimits;
import dev.signalbox.http.ServerTimeouts;
import dev.signalbox.net.ClientAuthConfig;
import dev.signalbox.net.TlsConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A listener as it is configured.
 *
 * @param backlog how many connections the kernel may hold before they are accepted
 * @param maxConnections beyond it nothing is accepted until one ends
 * @param maxConnectionsPerClient of one client address; 0 for as many as the listener takes
 * @param tls null for plain connections
 * @param at where its name stands in the file
 */
public record ListenerConfig(
    String name,
    Address bind,
    int backlog,
    int maxConnections,
    int maxConnectionsPerClient,
    HalfClose halfClose,
    @Nullable TlsConfig tls,
    ForwardedConfig forwarded,
    MessageLimits limits,
    ServerTimeouts timeouts,
    Position at) {
  private static final int MOST_CONNECTIONS = 10_000_000;

  private static final Shape<ListenerConfig> ONE =
      ObjectShape.of(
          "An address at which requests arrive.",
          keys -> {
            var bind =
                keys.required(
                    "bind",
                    Address.TO_BIND,
                    "Where to listen: host:port, :port for every address of this machine, or"
                        + " unix:/path. Port 0 takes a free one.");
            var backlog =
                keys.optional(
                    "backlog",
                    Shapes.integer(1, 65_535),
                    "1024",
                    "How many connections the kernel may hold before they are accepted.");
            var maxConnections =
                keys.optional(
                    "max-connections",
                    Shapes.integer(1, MOST_CONNECTIONS),
                    "10000",
                    "How many connections may be open; beyond it nothing is accepted until one"
                        + " ends.");
            var perClient =
                keys.optional(
                    "max-connections-per-client",
                    Shapes.integer(0, MOST_CONNECTIONS),
                    "0",
                    "How many of them may come from one address; 0 for as many as the listener"
                        + " takes.");
            var halfClose =
                keys.optional(
                    "half-close",
                    Shapes.choice(HalfClose.values()),
                    "probe",
                    "When a client closes its side while its answer is due: answer it, cancel its"
                        + " request, or probe whether it is still there.");
            var tls =
                keys.optional(
                    "tls",
                    TlsConfig.SHAPE,
                    "TLS on this address; plain connections where it is left out.");
            var forwarded = ForwardedConfig.keys(keys);
            var limits =
                keys.optional("limits", MessageLimits.SHAPE, "{}", "How large a request may be.");
            var timeouts =
                keys.optional(
                    "timeouts", ServerTimeouts.SHAPE, "{}", "How long a client may take.");
            return values -> {
              ForwardedConfig said = forwarded.apply(values);
              if (said == null || !isAsked(said, values.find(tls), values)) {
                return null;
              }
              return new ListenerConfig(
                  values.name(),
                  values.get(bind),
                  values.get(backlog),
                  values.get(maxConnections),
                  values.get(perClient),
                  values.get(halfClose),
                  values.find(tls),
                  said,
                  values.get(limits),
                  values.get(timeouts),
                  values.keyAt());
            };
          });

  /** All listeners, by name. */
  public static final Shape<List<ListenerConfig>> SHAPE =
      Shapes.named("listener", ONE)
          .checked(ListenerConfig::haveBindsOfTheirOwn)
          .map(byName -> List.copyOf(byName.values()));

  /** Nobody can be told of certificates for which nobody asks. */
  private static boolean isAsked(
      ForwardedConfig said, @Nullable TlsConfig tls, ObjectShape.Values values) {
    boolean isFine =
        !said.clientCert() || (tls != null && tls.clients().mode() != ClientAuthConfig.Mode.NONE);
    if (!isFine) {
      values.report(
          values.keyAt(),
          "listener \""
              + values.name()
              + "\": forward-client-cert: nobody is asked for a certificate",
          "tls: client-certificate: optional or required");
    }
    return isFine;
  }

  private static boolean haveBindsOfTheirOwn(
      Map<String, ListenerConfig> byName, ConfigNode node, Reading reading) {
    var earlier = new ArrayList<ListenerConfig>();
    boolean isFine = true;
    if (node instanceof ConfigNode.Entries map && map.entries().isEmpty()) {
      reading.report(node.at(), node.label("none"), "at least one listener");
      return false;
    }
    for (var listener : byName.values()) {
      for (var other : earlier) {
        if (listener.bind().overlaps(other.bind())) {
          var at = node.find(listener.name(), "bind");
          reading.report(
              at.at(),
              at.label(
                  listener.bind().equals(other.bind())
                      ? listener.bind() + " is taken by listener \"" + other.name() + "\""
                      : listener.bind()
                          + " overlaps "
                          + other.bind()
                          + " of listener \""
                          + other.name()
                          + "\""),
              "an address of its own");
          isFine = false;
          break;
        }
      }
      earlier.add(listener);
    }
    return isFine;
  }
}
