package dev.signalbox.net.tls;

/** Versions and ciphers as Mozilla's server-side TLS guidelines, version 5.7, name them. */
public enum TlsProfile {
  /** TLS 1.3 only: for services whose clients are all recent. */
  MODERN(TlsVersion.TLS_1_3),
  /** TLS 1.2 and 1.3, with forward secrecy and authenticated encryption only. */
  INTERMEDIATE(TlsVersion.TLS_1_2);

  private final TlsVersion leastVersion;

  TlsProfile(TlsVersion leastVersion) {
    this.leastVersion = leastVersion;
  }

  TlsVersion leastVersion() {
    return leastVersion;
  }
}
