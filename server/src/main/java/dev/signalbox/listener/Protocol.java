package dev.signalbox.listener;

import java.util.List;
import java.util.stream.Stream;

/** A version of HTTP that a listener speaks. */
public enum Protocol {
  H1("http/1.1"),
  H2("h2");

  private final String alpn;

  Protocol(String alpn) {
    this.alpn = alpn;
  }

  /** How a handshake calls it (RFC 7301 §6). */
  String alpn() {
    return alpn;
  }

  /** What may follow a handshake, best first. */
  static List<String> alpn(List<Protocol> protocols) {
    return Stream.of(H2, H1).filter(protocols::contains).map(Protocol::alpn).toList();
  }
}
