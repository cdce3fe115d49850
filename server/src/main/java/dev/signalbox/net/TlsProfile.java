package dev.signalbox.net;

import java.util.List;
import java.util.stream.Stream;

/** Versions and ciphers as Mozilla's server-side TLS guidelines, version 5.7, name them. */
public enum TlsProfile {
  /** TLS 1.3 only: for services whose clients are all recent. */
  MODERN(TlsVersion.TLS_1_3),
  /** TLS 1.2 and 1.3, with forward secrecy and authenticated encryption only. */
  INTERMEDIATE(TlsVersion.TLS_1_2);

  /** In TLS 1.3 the client's hardware decides among them. */
  private static final List<String> TLS_1_3 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private static final List<String> TLS_1_2 =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final TlsVersion leastVersion;

  TlsProfile(TlsVersion leastVersion) {
    this.leastVersion = leastVersion;
  }

  TlsVersion leastVersion() {
    return leastVersion;
  }

  /** The ciphers for that version and above. */
  static List<String> ciphers(TlsVersion least) {
    return switch (least) {
      case TLS_1_3 -> TLS_1_3;
      case TLS_1_2 -> Stream.concat(TLS_1_3.stream(), TLS_1_2.stream()).toList();
    };
  }
}
