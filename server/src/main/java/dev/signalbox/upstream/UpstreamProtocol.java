package dev.signalbox.upstream;

import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;

/** What is spoken to the endpoints of an upstream. */
public enum UpstreamProtocol {
  /** HTTP/1.1: one request at a time on a connection. */
  H1,
  /**
   * HTTP/2, many requests at a time; agreed by ALPN where there is TLS, else unasked (RFC 9113
   * §3.3).
   */
  H2,
  /** Either; the endpoint chooses by ALPN, for each connection anew. Only where there is TLS. */
  AUTO;

  static final String ALPN_H2 = "h2"; // RFC 9113 §3.2

  private static final String ALPN_H1 = "http/1.1"; // RFC 7301 §6

  static final Shape<UpstreamProtocol> SHAPE = Shapes.choice(values());

  /** What endpoints are offered in the handshake, where there is one (RFC 7301). */
  List<String> alpn() {
    return switch (this) {
      case H1 -> List.of(ALPN_H1);
      case H2 -> List.of(ALPN_H2);
      case AUTO -> List.of(ALPN_H2, ALPN_H1);
    };
  }
}
