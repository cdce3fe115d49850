package dev.signalbox.net.tls;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a client said of itself in the handshake, and what it was shown. Immutable.
 *
 * @param serverName the name it asked for (SNI), in lower case and without a trailing dot, or null
 * @param isElsewhere whether a host that its certificate does not cover is to be asked for on
 *     another connection
 * @param client the certificate by which the client has proved who it is, or null
 */
public record TlsPeer(
    @Nullable String serverName,
    CertificateNames certificate,
    Predicate<String> isElsewhere,
    @Nullable ClientCertificate client) {
  TlsPeer(
      @Nullable String serverName, CertificateNames certificate, Predicate<String> isElsewhere) {
    this(serverName, certificate, isElsewhere, null);
  }

  TlsPeer with(ClientCertificate newClient) {
    return new TlsPeer(serverName, certificate, isElsewhere, newClient);
  }

  /** Where we are the client, of the endpoint: the name that we asked it for. */
  static TlsPeer endpoint(String serverName) {
    return new TlsPeer(serverName, CertificateNames.of(List.of()), _ -> false);
  }

  /** Whether the certificate that it was shown is good for this host, in lower case. */
  public boolean isShown(String host) {
    return certificate.cover(host);
  }

  /**
   * Whether a request for this host, in lower case, has come by a connection that was not made for
   * it (RFC 9110 §15.5.20). A client that asked for no name can't do better; and where no
   * certificate covers the host, the default is shown for it, on purpose.
   */
  public boolean isMisdirected(String host) {
    return !host.isEmpty() && !isShown(host) && isElsewhere.test(host);
  }
}
