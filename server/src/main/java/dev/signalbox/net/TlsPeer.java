package dev.signalbox.net;

import org.jspecify.annotations.Nullable;

/**
 * What a client said of itself in the handshake, and what it was shown. Immutable.
 *
 * @param serverName the name it asked for (SNI), in lower case and without a trailing dot, or null
 */
public record TlsPeer(@Nullable String serverName, CertificateNames certificate) {
  /** Whether the certificate that it was shown is good for this host, in lower case. */
  public boolean isShown(String host) {
    return certificate.cover(host);
  }
}
