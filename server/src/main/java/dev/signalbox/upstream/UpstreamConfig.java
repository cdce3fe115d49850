package dev.signalbox.upstream;

import dev.signalbox.balance.Balancer;
import dev.signalbox.balance.Balancers;
import dev.signalbox.config.Address;
import dev.signalbox.config.Bytes;
import dev.signalbox.config.ConfigNode;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Position;
import dev.signalbox.config.Reading;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.net.tls.TlsClientConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An upstream as it is configured.
 *
 * @param protocol what its endpoints speak
 * @param proxyProtocol whether connections begin with a PROXY header
 * @param tls null for plain connections
 * @param preserveHost whether endpoints get the Host that the client asked for, not their own
 * @param responseHead how large the head of a response may be; beyond it 502
 * @param responseHeaders how many header lines it may have; beyond it 502
 * @param at where its name stands in the file
 */
public record UpstreamConfig(
    String name,
    List<EndpointConfig> endpoints,
    Balancer.Factory balance,
    UpstreamProtocol protocol,
    PoolConfig pool,
    UpstreamProxyProtocol proxyProtocol,
    @Nullable TlsClientConfig tls,
    boolean preserveHost,
    Bytes responseHead,
    int responseHeaders,
    Position at) {
  private record ResponseLimits(Bytes head, int headers) {
    static final Shape<ResponseLimits> SHAPE =
        ObjectShape.of(
            "How large the head of a response may be.",
            keys -> {
              var head =
                  keys.optional(
                      "response-head",
                      Bytes.between(Bytes.parse("256B"), Bytes.parse("4MB")),
                      "64KB",
                      "Status line and headers of a response together; beyond it the answer is"
                          + " 502.");
              var headers =
                  keys.optional(
                      "response-headers",
                      Shapes.integer(1, 10_000),
                      "200",
                      "How many header lines a response may have; beyond it the answer is 502.");
              return values -> new ResponseLimits(values.get(head), values.get(headers));
            });
  }

  private static final Shape<List<EndpointConfig>> ENDPOINTS =
      Shapes.distinct(
              EndpointConfig.SHAPE,
              EndpointConfig::address,
              "each address once; for more requests, a weight")
          .checked(UpstreamConfig::isNotEmpty);

  private static final Shape<UpstreamConfig> ONE =
      ObjectShape.<UpstreamConfig>of(
              "A named group of endpoints that answer alike. Its short form is just the list of"
                  + " their addresses.",
              keys -> {
                var endpoints = keys.required("endpoints", ENDPOINTS, "The addresses that answer.");
                var balance =
                    keys.optional(
                        "balance",
                        Balancers.ALL,
                        "round-robin",
                        "How an endpoint is picked for a request.");
                var protocol =
                    keys.optional(
                        "protocol",
                        UpstreamProtocol.SHAPE,
                        "h1",
                        "What the endpoints speak: h1 for HTTP/1.1, h2 for HTTP/2, auto for what"
                            + " they choose in each TLS handshake.");
                var connections =
                    keys.optional(
                        "connections", PoolConfig.SHAPE, "{}", "The connections to each endpoint.");
                var proxyProtocol =
                    keys.optional(
                        "proxy-protocol",
                        Shapes.choice(UpstreamProxyProtocol.values()),
                        "off",
                        "Whether connections begin with a header of the PROXY protocol, which tells"
                            + " the endpoint of the client: v1, v2 or off. Each then serves one"
                            + " client only.");
                var tls =
                    keys.optional(
                        "tls",
                        TlsClientConfig.SHAPE,
                        "false",
                        "TLS towards the endpoints; true for what is usual: verified against the"
                            + " authorities that this machine trusts, by each endpoint's host.");
                var preserveHost =
                    keys.optional(
                        "preserve-host",
                        Shapes.bool(),
                        "true",
                        "Whether endpoints get the Host that the client asked for; otherwise their"
                            + " own address.");
                var limits =
                    keys.optional(
                        "limits",
                        ResponseLimits.SHAPE,
                        "{}",
                        "How large the head of a response may be.");
                return values -> {
                  if (values.get(protocol) == UpstreamProtocol.AUTO && values.get(tls).isEmpty()) {
                    values.report(
                        protocol,
                        "auto without \"tls\": endpoints choose in its handshake",
                        "tls: true; or protocol: h2 for HTTP/2 by prior knowledge (h2c)");
                    return null;
                  }
                  if (values.get(proxyProtocol) != UpstreamProxyProtocol.OFF
                      && values.get(protocol) != UpstreamProtocol.H1) {
                    values.report(
                        proxyProtocol,
                        "tells of one client, and an HTTP/2 connection carries those of many",
                        "protocol: h1");
                    return null;
                  }
                  return new UpstreamConfig(
                      values.name(),
                      values.get(endpoints),
                      values.get(balance),
                      values.get(protocol),
                      values.get(connections),
                      values.get(proxyProtocol),
                      values.get(tls).orElse(null),
                      values.get(preserveHost),
                      values.get(limits).head(),
                      values.get(limits).headers(),
                      values.keyAt());
                };
              })
          .orJust("endpoints")
          .checked(UpstreamConfig::hasNames);

  /** All upstreams, by name. */
  public static final Shape<Map<String, UpstreamConfig>> SHAPE = Shapes.named("upstream", ONE);

  public UpstreamConfig {
    endpoints = List.copyOf(endpoints);
  }

  /** A socket in the file system has no host that a certificate could cover. */
  private static boolean hasNames(UpstreamConfig config, ConfigNode node, Reading reading) {
    TlsClientConfig tls = config.tls();
    boolean isMissing =
        tls != null
            && tls.verify()
            && tls.serverName() == null
            && config.endpoints().stream()
                .anyMatch(endpoint -> endpoint.address() instanceof Address.Unix);
    if (isMissing) {
      var at = node.find("tls");
      reading.report(
          at.key(),
          at.label("a unix socket has no name that a certificate could cover"),
          "server-name: the name in the certificate");
    }
    return !isMissing;
  }

  private static boolean isNotEmpty(
      List<EndpointConfig> endpoints, ConfigNode node, Reading reading) {
    // Not if each of them has its mistake.
    if (node instanceof ConfigNode.Items list && list.items().isEmpty()) {
      reading.report(node.at(), node.label("no endpoints"), "at least one address");
      return false;
    }
    return true;
  }
}
