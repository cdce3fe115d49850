package dev.signalbox.net.tls;

import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Gives the same key to everybody. To clients because Netty asks Java for one and fails where it
 * gets none: BoringSSL tries its own credentials before, so that this one counts for nobody. To
 * servers that ask for a certificate because there is just one to show. Immutable.
 */
final class OneKey extends X509ExtendedKeyManager {
  private static final String ALIAS = "key";

  private final TlsCertificate certificate;

  private OneKey(TlsCertificate certificate) {
    this.certificate = certificate;
  }

  /** One that keeps what it has converted for BoringSSL. */
  static KeyManagerFactory factory(TlsCertificate certificate) {
    return new OpenSslCachingX509KeyManagerFactory(
        new SimpleKeyManagerFactory() {
          @Override
          protected void engineInit(KeyStore store, char[] password) {}

          @Override
          protected void engineInit(ManagerFactoryParameters parameters) {}

          @Override
          protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {new OneKey(certificate)};
          }
        });
  }

  @Override
  public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
    return ALIAS;
  }

  @Override
  public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
    return ALIAS;
  }

  @Override
  public String[] getServerAliases(String type, Principal[] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String[] getClientAliases(String type, Principal[] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
    return ALIAS;
  }

  @Override
  public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
    return ALIAS;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return certificate.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return certificate.key();
  }
}
