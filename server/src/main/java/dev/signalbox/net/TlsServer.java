package dev.signalbox.net;

import io.netty.handler.ssl.OpenSslCredential;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of TLS on one listener: which certificate is shown, and what is spoken. Opened
 * and closed by control; loops ask it once a connection.
 */
public final class TlsServer implements AutoCloseable {
  private final TlsConfig config;
  private final List<String> protocols;
  private final TlsIdentities identities;
  private final @Nullable ClientTrust clients;

  private TlsServer(
      TlsConfig config,
      List<String> protocols,
      TlsIdentities identities,
      @Nullable ClientTrust clients) {
    this.config = config;
    this.protocols = protocols;
    this.identities = identities;
    this.clients = clients;
  }

  /**
   * Reads the certificates.
   *
   * @param protocols what may follow the handshake, by ALPN, best first
   * @throws IOException if they can't be used; the message says which and why
   */
  public static TlsServer open(TlsConfig config, List<String> protocols) throws IOException {
    var engine =
        OpenSslCredential.isAvailable() ? TlsIdentity.Engine.BORINGSSL : TlsIdentity.Engine.JDK;
    return open(config, protocols, engine);
  }

  static TlsServer open(TlsConfig config, List<String> protocols, TlsIdentity.Engine engine)
      throws IOException {
    var certificates = new ArrayList<TlsCertificate>();
    for (var files : config.certificates()) {
      try {
        certificates.add(TlsCertificate.load(files, Instant.now()));
      } catch (BadCertificate e) {
        throw new IOException(e.getMessage(), e);
      }
    }
    var offered = List.copyOf(protocols);
    var clients = ClientTrust.open(config.clients(), engine, InstantSource.system());
    return new TlsServer(
        config, offered, TlsIdentities.of(certificates, config, offered, engine, clients), clients);
  }

  /** Who is let in; null where nobody is asked. */
  @Nullable ClientTrust clients() {
    return clients;
  }

  /** What is shown to a client that asks for that name; null if it gets no handshake. */
  @Nullable TlsIdentity identity(@Nullable String serverName) {
    TlsIdentity found = serverName == null ? null : identities.find(serverName);
    return found != null || config.strictSni() ? found : identities.first();
  }

  boolean speaksAnyOf(List<String> offered) {
    return !Collections.disjoint(protocols, offered);
  }

  /** When no loop asks any more. */
  @Override
  public void close() {
    identities.release();
  }
}
