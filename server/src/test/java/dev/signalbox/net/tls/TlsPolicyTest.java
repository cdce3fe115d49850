package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is spoken with clients that know more, or less. */
class TlsPolicyTest {
  @TempDir static Path folder;
  private static TestCertificate authority;
  private static TestCertificate[] certificates;

  @BeforeAll
  static void makeCertificates() {
    authority = TestCertificate.authority("Test Root");
    certificates =
        new TestCertificate[] {
          authority.issue(Kind.EC, "shop.example"), authority.issue(Kind.RSA, "shop.example")
        };
  }

  private static TlsWire wire(String settings) {
    return new TlsWire(
        TlsIdentity.Engine.BORINGSSL,
        authority,
        TlsWire.config(settings, folder, certificates),
        "shop.example");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'X25519MLKEM768,X25519', X25519MLKEM768",
    "'', 'X25519,X25519MLKEM768', X25519MLKEM768",
    "'', 'P-256,X25519', X25519",
    "'', P-384, P-384",
    "'groups: [P-256, X25519]', 'X25519,P-256', P-256",
    "'groups: [P-521]', 'P-521,X25519', P-521",
  })
  void groupIsTheFirstOfOursThatTheClientKnows(String settings, String offered, String agreed)
      throws SSLException {
    SslContext client =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL_REFCNT)
            .trustManager(authority.certificate())
            .option(OpenSslContextOption.GROUPS, offered.split(","))
            .build();
    var engine = client.newEngine(ByteBufAllocator.DEFAULT, "shop.example", 443);
    var config = TlsWire.config(settings, folder, certificates);
    var server =
        TlsWire.open("web", config, TlsIdentity.Engine.BORINGSSL, java.time.InstantSource.system());
    try (var wire = new TlsWire(server, engine)) {
      wire.handshake(0);
      assertThat(wire.secure().group()).isEqualTo(agreed);
    } finally {
      ReferenceCountUtil.release(engine);
      ReferenceCountUtil.release(client);
    }
  }

  @Test
  void clientChoosesBetweenAesAndChaCha() {
    assertThat(cipher("", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"))
        .isEqualTo("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
    assertThat(
            cipher(
                "",
                "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"))
        .isEqualTo("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
  }

  @Test
  void shorterKeyGoesBeforeALongerOne() {
    assertThat(
            cipher(
                "",
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"))
        .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
  }

  @Test
  void orderByHandCounts() {
    var byHand = "ciphers: [ECDHE-ECDSA-AES256-GCM-SHA384, ECDHE-ECDSA-AES128-GCM-SHA256]";
    assertThat(
            cipher(
                byHand,
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"))
        .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
  }

  @Test
  void oldCiphersAreSpokenOnlyByHand() {
    var old = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
    assertThat(cipher("", old)).isEqualTo("none");
    assertThat(cipher("ciphers: [ECDHE-RSA-AES128-SHA]", old)).isEqualTo(old);
  }

  @Test
  void modernRefusesTls12() {
    assertThat(cipher("profile: modern", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"))
        .isEqualTo("none");
    assertThat(cipher("min-version: 1.3", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"))
        .isEqualTo("none");
  }

  /** What is agreed with a client of TLS 1.2 that offers these. */
  private static String cipher(String settings, String... offered) {
    try (var wire = wire(settings)) {
      wire.client.setEnabledProtocols(new String[] {"TLSv1.2"});
      wire.client.setEnabledCipherSuites(offered);
      wire.handshake(0);
      return wire.connection == null ? "none" : wire.client.getSession().getCipherSuite();
    }
  }
}
