package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which certificate which client is shown. */
@ParameterizedClass
@EnumSource(TlsIdentity.Engine.class)
class TlsIdentitiesTest {
  @TempDir static Path folder;
  private static TestCertificate authority;
  private static TlsConfig config;

  private final TlsIdentity.Engine engine;

  TlsIdentitiesTest(TlsIdentity.Engine engine) {
    this.engine = engine;
  }

  @BeforeAll
  static void makeCertificates() {
    authority = TestCertificate.authority("Test Root");
    config =
        TlsWire.config(
            folder,
            authority.issue(Kind.RSA, "shop.example", "old.example"),
            authority.issue(Kind.EC, "shop.example"),
            authority.issue(Kind.EC, "*.shop.example", "wild.example"),
            authority.subordinate("Middle").issue(Kind.EC, "exact.shop.example"));
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example, shop.example, EC",
    "SHOP.example, shop.example, EC",
    "old.example, shop.example, RSA",
    "any.shop.example, *.shop.example, EC",
    "exact.shop.example, exact.shop.example, EC",
    "wild.example, *.shop.example, EC",
    "a.b.shop.example, shop.example, EC",
    "other.example, shop.example, EC"
  })
  void nameDecidesAndExactGoesBeforeWildcard(String name, String shown, String kind)
      throws SSLPeerUnverifiedException {
    try (var wire = new TlsWire(engine, authority, config, name).handshake(0)) {
      var certificate = shown(wire);
      assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=" + shown);
      assertThat(certificate.getPublicKey().getAlgorithm()).isEqualTo(kind);
      assertThat(wire.client.getSession().getPeerCertificates())
          .hasSize(shown.startsWith("exact") ? 2 : 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, RSA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, EC"
  })
  void clientThatCantTakeEcdsaIsShownRsa(String cipher, String kind)
      throws SSLPeerUnverifiedException {
    try (var wire = new TlsWire(engine, authority, config, "shop.example")) {
      wire.client.setEnabledProtocols(new String[] {"TLSv1.2"});
      wire.client.setEnabledCipherSuites(new String[] {cipher});
      wire.handshake(0);
      assertThat(shown(wire).getPublicKey().getAlgorithm()).isEqualTo(kind);
    }
  }

  @Test
  void strictListenerRefusesNamesThatNoCertificateCovers() {
    var strict =
        new TlsConfig(
            config.certificates(),
            config.policy(),
            true,
            ClientAuthConfig.NONE,
            config.handshakeTimeout(),
            config.tickets(),
            config.ocsp(),
            config.watch(),
            null);
    try (var wire = new TlsWire(engine, authority, strict, "other.example").handshake(0)) {
      assertThat(wire.told)
          .contains("failed: no certificate for other.example (strict-sni)")
          .anyMatch(line -> line.startsWith("client:") && line.contains("unrecognized_name"));
    }
    try (var wire = new TlsWire(engine, authority, strict, "x.shop.example").handshake(0)) {
      assertThat(wire.told).containsExactly("secure");
    }
  }

  @Test
  void peerKnowsWhatItsCertificateCovers() {
    try (var wire = new TlsWire(engine, authority, config, "shop.example").handshake(0)) {
      var peer = wire.secure().peer();
      assertThat(peer.isShown("shop.example")).isTrue();
      assertThat(peer.isShown("old.example")).as("only the RSA one covers it").isFalse();
      assertThat(peer.isShown("x.shop.example")).isFalse();
    }
  }

  private static X509Certificate shown(TlsWire wire) throws SSLPeerUnverifiedException {
    assertThat(wire.told).containsExactly("secure");
    return (X509Certificate) wire.client.getSession().getPeerCertificates()[0];
  }
}
