package dev.signalbox.net.tls;

import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A cipher suite of TLS 1.2: with forward secrecy, all of them. Those of TLS 1.3 are three, and
 * nothing is to be chosen among them.
 */
public enum TlsCipher {
  ECDHE_ECDSA_AES128_GCM_SHA256("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
  ECDHE_RSA_AES128_GCM_SHA256("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
  ECDHE_ECDSA_AES256_GCM_SHA384("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
  ECDHE_RSA_AES256_GCM_SHA384("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
  ECDHE_ECDSA_CHACHA20_POLY1305("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
  ECDHE_RSA_CHACHA20_POLY1305("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
  // In no profile: for clients from before 2014. Encrypted without authentication, then hashed.
  ECDHE_ECDSA_AES128_SHA("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
  ECDHE_RSA_AES128_SHA("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
  ECDHE_ECDSA_AES256_SHA("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
  ECDHE_RSA_AES256_SHA("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");

  /** Mozilla's, version 5.7. */
  static final List<TlsCipher> INTERMEDIATE =
      List.of(
          ECDHE_ECDSA_AES128_GCM_SHA256,
          ECDHE_RSA_AES128_GCM_SHA256,
          ECDHE_ECDSA_AES256_GCM_SHA384,
          ECDHE_RSA_AES256_GCM_SHA384,
          ECDHE_ECDSA_CHACHA20_POLY1305,
          ECDHE_RSA_CHACHA20_POLY1305);

  /** In TLS 1.3 the client's hardware decides among them. */
  static final List<String> TLS_1_3 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  /** By either of its names: OpenSSL's, or that of IANA. */
  static final Shape<TlsCipher> SHAPE =
      Shapes.choice(
              Stream.concat(
                      Stream.of(values()).map(each -> Map.entry(each.openSslName(), each)),
                      Stream.of(values()).map(each -> Map.entry(each.ianaName, each)))
                  .toList(),
              Map.Entry::getKey)
          .map(Map.Entry::getValue);

  private final String ianaName;

  TlsCipher(String ianaName) {
    this.ianaName = ianaName;
  }

  String ianaName() {
    return ianaName;
  }

  String openSslName() {
    return name().replace('_', '-').toUpperCase(Locale.ROOT);
  }
}
