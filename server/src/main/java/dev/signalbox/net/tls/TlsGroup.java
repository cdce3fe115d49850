package dev.signalbox.net.tls;

import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;

/** How the keys of a connection are agreed (RFC 8446 §4.2.7). */
public enum TlsGroup {
  /** Withstands quantum computers; TLS 1.3 only. */
  X25519MLKEM768("X25519MLKEM768", "X25519MLKEM768"),
  X25519("X25519", "x25519"),
  P_256("P-256", "secp256r1"),
  P_384("P-384", "secp384r1"),
  P_521("P-521", "secp521r1");

  static final List<TlsGroup> USUAL = List.of(X25519MLKEM768, X25519, P_256, P_384);

  static final Shape<TlsGroup> SHAPE = Shapes.choice(List.of(values()), TlsGroup::word);

  private final String word;
  private final String javaName;

  TlsGroup(String word, String javaName) {
    this.word = word;
    this.javaName = javaName;
  }

  /** As it is configured, and as BoringSSL calls it. */
  String word() {
    return word;
  }

  String javaName() {
    return javaName;
  }
}
