package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates that change while a listener serves. */
@ParameterizedClass
@EnumSource(TlsIdentity.Engine.class)
class TlsKeeperTest {
  private static TestCertificate authority;

  @TempDir Path folder;
  private final TlsIdentity.Engine engine;
  private Instant now = Instant.now();
  private TestCertificate shop;
  private TlsServer server;

  TlsKeeperTest(TlsIdentity.Engine engine) {
    this.engine = engine;
  }

  @BeforeAll
  static void makeAuthority() {
    authority = TestCertificate.authority("Test Root");
  }

  @BeforeEach
  void open() {
    shop = authority.issue(Kind.EC, "shop.example");
    var other = authority.issue(Kind.EC, "other.example");
    server = TlsWire.open("web", TlsWire.config("", folder, shop, other), engine, () -> now);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private TlsWire connect(String name) {
    var wire = new TlsWire(server, authority.clientContext(), name);
    wire.keepServer();
    return wire.handshake(0);
  }

  private X509Certificate shown(String name) throws SSLPeerUnverifiedException {
    try (var wire = connect(name)) {
      assertThat(wire.told).containsExactly("secure");
      return (X509Certificate) wire.client.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void changedPairIsShownFromThenOn() throws IOException {
    assertThat(shown("shop.example")).isEqualTo(shop.certificate());
    var renewed = authority.issue(Kind.EC, "shop.example");
    renewed.write(folder, "cert0");
    assertThat(shown("shop.example")).as("nobody has looked").isEqualTo(shop.certificate());
    server.keeper().look(true);
    assertThat(shown("shop.example")).isEqualTo(renewed.certificate());
  }

  @Test
  void connectionThatHasBegunGoesOn() {
    try (var wire = connect("shop.example")) {
      authority.issue(Kind.EC, "shop.example").write(folder, "cert0");
      server.keeper().look(true);
      wire.give(wire.clientSays("hello"), 0);
      assertThat(wire.received).hasToString("hello");
    }
  }

  @Test
  void keyOfAnotherCertificateChangesNothing() throws IOException {
    Files.writeString(folder.resolve("cert0.key"), authority.issue(Kind.EC, "x.example").keyPem());
    server.keeper().look(true);
    server.keeper().look(true);
    assertThat(shown("shop.example")).isEqualTo(shop.certificate());
  }

  @Test
  void halfOfAPairIsWaitedForAndThenTaken() throws IOException {
    var renewed = authority.issue(Kind.EC, "shop.example");
    Files.writeString(folder.resolve("cert0.crt"), renewed.chainPem());
    server.keeper().look(true);
    assertThat(shown("shop.example")).isEqualTo(shop.certificate());
    Files.writeString(folder.resolve("cert0.key"), renewed.keyPem());
    server.keeper().look(true);
    assertThat(shown("shop.example")).isEqualTo(renewed.certificate());
  }

  @Test
  void expiredCertificateIsNotTaken() throws IOException {
    authority
        .issue(Kind.EC, now.minus(Duration.ofDays(9)), 5, "shop.example")
        .write(folder, "cert0");
    server.keeper().look(true);
    server.keeper().look(true);
    assertThat(shown("shop.example")).isEqualTo(shop.certificate());
  }

  @Test
  void newNamesAreServed() throws IOException {
    var renewed = authority.issue(Kind.EC, "new.example");
    renewed.write(folder, "cert1");
    server.keeper().look(true);
    assertThat(shown("new.example")).isEqualTo(renewed.certificate());
    assertThat(shown("other.example")).as("the default").isEqualTo(shop.certificate());
  }

  @Test
  void filesAreNotLookedAtWhereThatIsNotWanted() throws IOException {
    authority.issue(Kind.EC, "shop.example").write(folder, "cert0");
    server.keeper().look(false);
    assertThat(shown("shop.example")).isEqualTo(shop.certificate());
  }

  @Test
  void daysLeftAreKnown() {
    var first = server.certificates().getFirst();
    assertThat(first.names()).containsExactly("shop.example");
    assertThat(first.keyType()).isEqualTo("ECDSA");
    assertThat(first.isStapled()).isFalse();
    assertThat(first.daysLeft(now)).isBetween(363L, 364L);
    assertThat(first.daysLeft(now.plus(Duration.ofDays(365)))).isNegative();
  }
}
