package dev.signalbox.testkit;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** TLS of a fake origin, by the JDK. All methods may be called by any thread. */
public final class OriginTls {
  private final SSLContext context;
  private final boolean needsCertificate;
  private final String[] versions;
  private final String[] protocols;

  private OriginTls(OriginTls like, String... protocols) {
    this.context = like.context;
    this.needsCertificate = like.needsCertificate;
    this.versions = like.versions;
    this.protocols = protocols;
  }

  private OriginTls(
      TestCertificate certificate, @Nullable TestCertificate clients, String... versions) {
    this.protocols = new String[] {"http/1.1"};
    this.needsCertificate = clients != null;
    this.versions = versions;
    try {
      context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new OneKeyManager(certificate)},
          clients == null ? null : clients.trust(),
          null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Shows this certificate.
   *
   * @param versions as Java names them; none for TLS 1.2 and 1.3
   */
  public static OriginTls of(TestCertificate certificate, String... versions) {
    return new OriginTls(certificate, null, versions);
  }

  /** Shows this certificate, and wants one that this authority has issued. */
  public static OriginTls forClientsOf(
      TestCertificate clients, TestCertificate certificate, String... versions) {
    return new OriginTls(certificate, clients, versions);
  }

  /** The same, but it passes over what clients offer by ALPN. */
  public OriginTls withoutAlpn() {
    return new OriginTls(this);
  }

  /** The same, but it agrees by ALPN to the first of these that it is offered. */
  public OriginTls speaking(String... wanted) {
    return new OriginTls(this, wanted);
  }

  SSLSocket secure(Socket socket) throws IOException {
    var secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
    secured.setUseClientMode(false);
    secured.setNeedClientAuth(needsCertificate);
    if (versions.length > 0) {
      secured.setEnabledProtocols(versions);
    }
    var parameters = secured.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    secured.setSSLParameters(parameters);
    return secured;
  }
}
