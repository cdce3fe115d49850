package dev.signalbox.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslCredential;
import io.netty.handler.ssl.OpenSslCredentialBuilder;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What is shown to clients that ask for one of its names: certificates that differ in their kind of
 * key, best first. Made and released by control; loops ask it for engines.
 */
final class TlsIdentity {
  /** RFC 8446 §4.2.7; the first of them withstands quantum computers. */
  private static final String[] GROUPS = {"X25519MLKEM768", "x25519", "secp256r1", "secp384r1"};

  static String[] groups() {
    return GROUPS.clone();
  }

  private static final char[] NO_PASSWORD = {};

  private final SslContext context;
  private final CertificateNames names;

  private TlsIdentity(SslContext context, CertificateNames names) {
    this.context = context;
    this.names = names;
  }

  /**
   * Makes one.
   *
   * @param certificates of different kinds of key, best first
   * @param clients who is let in; null where nobody is asked
   */
  static TlsIdentity of(
      List<TlsCertificate> certificates,
      TlsConfig config,
      List<String> protocols,
      Engine engine,
      @Nullable ClientTrust clients)
      throws SSLException {
    try {
      SslContext context =
          switch (engine) {
            case BORINGSSL -> boringSsl(certificates, config, protocols, clients);
            case JDK -> jdk(certificates, config, protocols, clients);
          };
      var common = new LinkedHashSet<>(certificates.getFirst().names().names());
      certificates.forEach(each -> common.retainAll(each.names().names()));
      return new TlsIdentity(context, new CertificateNames(common));
    } catch (GeneralSecurityException | IOException e) {
      throw e instanceof SSLException known ? known : new SSLException(e);
    }
  }

  /** Who does the cryptography. */
  enum Engine {
    BORINGSSL,
    JDK
  }

  private static SslContextBuilder common(
      SslContextBuilder builder,
      TlsConfig config,
      List<String> protocols,
      @Nullable ClientTrust clients) {
    return builder
        .clientAuth(
            clients == null
                ? ClientAuth.NONE
                : clients.isRequired() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL)
        .protocols(config.minVersion().andNewer())
        .ciphers(TlsProfile.ciphers(config.minVersion()))
        .trustManager(clients == null ? new NobodysTrust() : clients)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                protocols));
  }

  private static SslContext boringSsl(
      List<TlsCertificate> certificates,
      TlsConfig config,
      List<String> protocols,
      @Nullable ClientTrust clients)
      throws SSLException {
    var credentials = new ArrayList<OpenSslCredential>();
    try {
      for (var each : certificates) {
        credentials.add(OpenSslCredentialBuilder.forX509(each.key(), chain(each)).build());
      }
      var first = certificates.getFirst();
      SslContext context =
          common(SslContextBuilder.forServer(OneKey.factory(first)), config, protocols, clients)
              .sslProvider(SslProvider.OPENSSL_REFCNT)
              .option(OpenSslContextOption.GROUPS, GROUPS)
              .option(OpenSslContextOption.USE_TASKS, false)
              .addCredentials(credentials)
              .build();
      if (clients != null && context.sessionContext() instanceof OpenSslServerSessionContext own) {
        own.setSessionIdContext(clients.sessionContext());
      }
      return context; // BoringSSL chooses the first credential that the client can take
    } finally {
      credentials.forEach(OpenSslCredential::release); // the context has its own hold on them
    }
  }

  private static SslContext jdk(
      List<TlsCertificate> certificates,
      TlsConfig config,
      List<String> protocols,
      @Nullable ClientTrust clients)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (var each : certificates) {
      store.setKeyEntry("key" + store.size(), each.key(), NO_PASSWORD, chain(each));
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, NO_PASSWORD);
    return common(SslContextBuilder.forServer(keys), config, protocols, clients)
        .sslProvider(SslProvider.JDK)
        .build();
  }

  private static X509Certificate[] chain(TlsCertificate certificate) {
    return certificate.chain().toArray(X509Certificate[]::new);
  }

  /** The names that every one of its certificates covers. */
  CertificateNames names() {
    return names;
  }

  /**
   * A new engine for one connection, to be released by its owner. Netty gives those that take
   * several records a call only inside a handler.
   */
  TlsEngine engine(ByteBufAllocator allocator) {
    return new TlsEngine(context.newHandler(allocator).engine());
  }

  /** Nobody asks it for engines any more. */
  void release() {
    ReferenceCountUtil.release(context);
  }

  /** No client certificate is asked for; without this, Netty would load the system's roots. */
  private static final class NobodysTrust extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws java.security.cert.CertificateException {
      throw new java.security.cert.CertificateException("no client certificate is trusted");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws java.security.cert.CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket)
        throws java.security.cert.CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket)
        throws java.security.cert.CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws java.security.cert.CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws java.security.cert.CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
