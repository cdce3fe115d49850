package dev.signalbox.testkit;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows one certificate to everybody, known to them or not. Immutable. */
final class OneKeyManager extends X509ExtendedKeyManager {
  private static final String ALIAS = "key";

  private final TestCertificate certificate;

  OneKeyManager(TestCertificate certificate) {
    this.certificate = certificate;
  }

  private @Nullable String alias(String type) {
    return certificate.certificate().getPublicKey().getAlgorithm().equals(type) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
    return alias(type);
  }

  @Override
  public @Nullable String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
    return Arrays.stream(types).anyMatch(type -> alias(type) != null) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] types, Principal[] issuers, SSLEngine engine) {
    return Arrays.stream(types).anyMatch(type -> alias(type) != null) ? ALIAS : null;
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
  public X509Certificate[] getCertificateChain(String alias) {
    return certificate.chain();
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return certificate.key();
  }
}
