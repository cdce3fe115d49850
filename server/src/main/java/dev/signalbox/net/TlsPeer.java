package dev.signalbox.net;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client said of itself in the handshake, and what it was shown. Immutable.
 *
 * @param client the certificate by which the client has proved who it is, or null
 * @param serverName the name it asked for (SNI), in lower case and without a trailing dot, or null
 */
public record TlsPeer(
    @Nullable String serverName, CertificateNames certificate, @Nullable ClientCertificate client) {
  TlsPeer(@Nullable String serverName, CertificateNames certificate) {
    this(serverName, certificate, null);
  }

  TlsPeer with(ClientCertificate newClient) {
    return new TlsPeer(serverName, certificate, newClient);
  }

  /** Where we are the client, of the endpoint: the name that we asked it for. */
  static TlsPeer endpoint(String serverName) {
    return new TlsPeer(serverName, CertificateNames.of(List.of()));
  }

  /** Whether the certificate that it was shown is good for this host, in lower case. */
  public boolean isShown(String host) {
    return certificate.cover(host);
  }
}
