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
import dev.signalbox.http.h2.H2Config;
import dev.signalbox.net.tls.ClientAuthConfig;
import dev.signalbox.net.tls.TlsConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A listener as it is configured.
 *
 * @param backlog how many connections the kernel may hold before they are accepted
 * @param maxConnections beyond it nothing is accepted until one ends
 * @param maxConnectionsPerClient of one client address; 0 for as many as the listener takes
 * @param proxyProtocol whether connections begin with a header of the PROXY protocol
 * @param protocols what is spoken, at least one
 * @param tls null for plain connections
 * @param httpsRedirect whether plain requests are sent to HTTPS, and where that is
 * @param takesConnect whether clients may ask for tunnels
 * @param at where its name stands in the file
 */
public record ListenerConfig(
    String name,
    Address bind,
    int backlog,
    int maxConnections,
    int maxConnectionsPerClient,
    HalfClose halfClose,
    ProxyProtocol proxyProtocol,
    List<Protocol> protocols,
    @Nullable TlsConfig tls,
    HttpsRedirectConfig httpsRedirect,
    boolean takesConnect,
    ForwardedConfig forwarded,
    MessageLimits limits,
    ServerTimeouts timeouts,
    H2Config http2,
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
                var proxyProtocol =
                    keys.optional(
                        "proxy-protocol",
                        Shapes.choice(ProxyProtocol.values()),
                        "off",
                        "Whether connections begin with a header of the PROXY protocol (version 1 or 2),"
                            + " which tells the client's address: those of trusted-proxies may, or all"
                            + " have to.");
                var protocols =
                    keys.optional(
                        "protocols",
                        Shapes.list(Shapes.choice(Protocol.values()))
                            .checked(ListenerConfig::areSomeProtocols),
                        "[h1, h2]",
                        "What is spoken here: h1, h2 or both. With TLS the client chooses by ALPN;"
                            + " without, HTTP/2 is spoken to a client that begins with it (prior"
                            + " knowledge).");
                var tls =
                    keys.optional(
                        "tls",
                        TlsConfig.SHAPE,
                        "TLS on this address; plain connections where it is left out.");
                var redirect =
                    keys.optional(
                        "https-redirect",
                        HttpsRedirectConfig.SHAPE,
                        "false",
                        "Whether plain requests are answered with 308 to the same address by HTTPS, but"
                            + " for /.well-known/acme-challenge/, which goes to the routes.");
                var connect =
                    keys.optional(
                        "connect",
                        Shapes.bool(),
                        "false",
                        "Whether clients may ask for tunnels (CONNECT), which only routes with"
                            + " method: CONNECT take. Otherwise the answer is 405.");
                var forwarded = ForwardedConfig.keys(keys);
                var limits =
                    keys.optional(
                        "limits", MessageLimits.SHAPE, "{}", "How large a request may be.");
                var timeouts =
                    keys.optional(
                        "timeouts", ServerTimeouts.SHAPE, "{}", "How long a client may take.");
                var http2 =
                    keys.optional(
                        "http2",
                        H2Config.SHAPE,
                        "{}",
                        "What a client may do on an HTTP/2 connection.");
                return values -> {
                  ForwardedConfig said = forwarded.apply(values);
                  if (said == null || !isAsked(said, values.find(tls), values)) {
                    return null;
                  }
                  if (values.get(proxyProtocol) != ProxyProtocol.OFF
                      && values.get(bind) instanceof Address.Tcp
                      && said.trustedProxies().isEmpty()) {
                    values.report(
                        proxyProtocol,
                        "nobody is trusted to send a header",
                        "trusted-proxies with the addresses of the proxies in front");
                    return null;
                  }
                  return new ListenerConfig(
                      values.name(),
                      values.get(bind),
                      values.get(backlog),
                      values.get(maxConnections),
                      values.get(perClient),
                      values.get(halfClose),
                      values.get(proxyProtocol),
                      values.get(protocols),
                      values.find(tls),
                      values.get(redirect),
                      values.get(connect),
                      said,
                      values.get(limits),
                      values.get(timeouts),
                      values.get(http2),
                      values.keyAt());
                };
              })
          .checked(ListenerConfig::redirectsNotToItself);

  /** All listeners, by name. */
  public static final Shape<List<ListenerConfig>> SHAPE =
      Shapes.named("listener", ONE)
          .checked(ListenerConfig::haveBindsOfTheirOwn)
          .map(byName -> List.copyOf(byName.values()));

  private static boolean areSomeProtocols(
      List<Protocol> protocols, ConfigNode node, Reading reading) {
    if (node instanceof ConfigNode.Items list && list.items().isEmpty()) {
      reading.report(node.at(), node.label("none"), "h1, h2 or both");
      return false;
    }
    if (protocols.size() > Set.copyOf(protocols).size()) {
      reading.report(node.at(), node.label("one of them twice"), "each at most once");
      return false;
    }
    return true;
  }

  private static boolean redirectsNotToItself(
      ListenerConfig listener, ConfigNode node, Reading reading) {
    if (listener.takesConnect() && listener.httpsRedirect().isEnabled()) {
      var at = node.find("connect");
      reading.report(
          at.key(),
          at.label("beside https-redirect, which can send no tunnel elsewhere"),
          "one of the two");
      return false;
    }
    boolean isFine = listener.tls() == null || !listener.httpsRedirect().isEnabled();
    if (!isFine) {
      var at = node.find("https-redirect");
      reading.report(at.key(), at.label("on a listener with tls"), "a plain listener beside it");
    }
    return isFine;
  }

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
