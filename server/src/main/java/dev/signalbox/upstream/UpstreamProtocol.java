package dev.signalbox.upstream;

import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;

/** What is spoken to the endpoints of an upstream. */
public enum UpstreamProtocol {
  /** HTTP/1.1: one request at a time on a connection. */
  H1,
  /** HTTP/2, many requests at a time; where there is no TLS, unasked (RFC 9113 §3.3). */
  H2;

  static final Shape<UpstreamProtocol> SHAPE = Shapes.choice(values());
}
