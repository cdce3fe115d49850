package dev.signalbox.net.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.TreeSet;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What is shown to clients that ask for one of its names: certificates that differ in their kind of
 * key, best first. Made and released by control; loops ask it for engines.
 */
abstract sealed class TlsIdentity {
  private static final char[] NO_PASSWORD = {};

  private final CertificateNames names;

  private TlsIdentity(CertificateNames names) {
    this.names = names;
  }

  /** Who does the cryptography. */
  enum Engine {
    BORINGSSL,
    JDK
  }

  /**
   * Makes one.
   *
   * @param certificates of different kinds of key, best first
   * @param owner in whose name sessions are resumed, and nobody else's
   * @param clients who is let in; null where nobody is asked
   */
  static TlsIdentity of(
      List<TlsCertificate> certificates,
      TlsPolicy policy,
      List<String> protocols,
      Engine engine,
      String owner,
      @Nullable ClientTrust clients)
      throws SSLException {
    var names = CertificateNames.common(certificates);
    try {
      return switch (engine) {
        case BORINGSSL ->
            new BoringSsl(
                names,
                NativeContext.server(
                    certificates, policy, protocols, session(owner, names, clients), clients));
        case JDK -> new Jdk(names, jdk(certificates, policy, protocols, clients), policy.groups());
      };
    } catch (GeneralSecurityException | IOException e) {
      throw e instanceof SSLException known ? known : new SSLException(e);
    }
  }

  /**
   * Equal for the same listener, names and admission of clients, on every instance and after every
   * change of key.
   */
  private static byte[] session(
      String owner, CertificateNames names, @Nullable ClientTrust clients) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update((owner + "\n").getBytes(StandardCharsets.UTF_8));
      for (var name : new TreeSet<>(names.names())) {
        digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
      }
      if (clients != null) {
        digest.update(clients.sessionContext());
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** The names that every one of its certificates covers. */
  CertificateNames names() {
    return names;
  }

  /** A new engine for one connection, to be released by its owner. */
  abstract TlsEngine engine(ByteBufAllocator allocator) throws SSLException;

  /** The same once more, for another owner. */
  abstract TlsIdentity retained();

  /** From now on sessions are resumed by tickets under these keys. */
  abstract void tickets(TicketKeys keys);

  /** Hands that receiver every secret; false where that is not possible. */
  abstract boolean keyLog(KeyLog log);

  /** How many hold what is outside the heap. */
  abstract int references();

  /** Its owner asks it for engines no more. */
  abstract void release();

  private static final class BoringSsl extends TlsIdentity {
    private final NativeContext context;

    BoringSsl(CertificateNames names, NativeContext context) {
      super(names);
      this.context = context;
    }

    @Override
    TlsEngine engine(ByteBufAllocator allocator) throws SSLException {
      return NativeEngine.of(context);
    }

    @Override
    TlsIdentity retained() {
      context.retain();
      return this;
    }

    @Override
    void tickets(TicketKeys keys) {
      context.tickets(keys);
    }

    @Override
    boolean keyLog(KeyLog log) {
      context.keyLog(log);
      return true;
    }

    @Override
    int references() {
      return context.references();
    }

    @Override
    void release() {
      context.release();
    }
  }

  /** Java makes and rotates the keys of its tickets by itself. */
  private static final class Jdk extends TlsIdentity {
    private final SslContext context;
    private final String[] groups;

    Jdk(CertificateNames names, SslContext context, List<TlsGroup> groups) {
      super(names);
      this.context = context;
      this.groups = groups.stream().map(TlsGroup::javaName).toArray(String[]::new);
    }

    @Override
    TlsEngine engine(ByteBufAllocator allocator) {
      SSLEngine engine = context.newEngine(allocator);
      var parameters = engine.getSSLParameters();
      parameters.setNamedGroups(groups); // those that this Java does not know are passed over
      engine.setSSLParameters(parameters);
      return new JavaEngine(engine);
    }

    @Override
    TlsIdentity retained() {
      return this;
    }

    @Override
    void tickets(TicketKeys keys) {}

    @Override
    boolean keyLog(KeyLog log) {
      return false;
    }

    @Override
    int references() {
      return 0;
    }

    @Override
    void release() {}
  }

  private static SslContext jdk(
      List<TlsCertificate> certificates,
      TlsPolicy policy,
      List<String> protocols,
      @Nullable ClientTrust clients)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (var each : certificates) {
      store.setKeyEntry(
          "key" + store.size(),
          each.key(),
          NO_PASSWORD,
          each.chain().toArray(X509Certificate[]::new));
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, NO_PASSWORD);
    return SslContextBuilder.forServer(keys)
        .sslProvider(SslProvider.JDK)
        .protocols(policy.minVersion().andNewer())
        .ciphers(policy.cipherNames())
        .clientAuth(
            clients == null
                ? ClientAuth.NONE
                : clients.isRequired() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL)
        .trustManager(clients == null ? new NobodysTrust() : clients)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                protocols))
        .build();
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
