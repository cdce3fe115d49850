package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Authorities and revocation lists of clients that change while a listener serves. */
@ParameterizedClass
@EnumSource(TlsIdentity.Engine.class)
class WatchedClientsTest {
  private static final Instant YESTERDAY = Instant.now().minus(Duration.ofDays(1));
  private static final String REVOKED = "the certificate of CN=box.example is revoked";

  private static TestCertificate servers;
  private static TestCertificate clients;
  private static TestCertificate others;
  private static TestCertificate box;
  private static TestCertificate stranger;

  @TempDir Path folder;
  private final TlsIdentity.Engine engine;
  private Instant now = Instant.now();
  private Path crl;
  private TlsServer server;

  WatchedClientsTest(TlsIdentity.Engine engine) {
    this.engine = engine;
  }

  @BeforeAll
  static void makeCertificates() {
    servers = TestCertificate.authority("Servers");
    clients = TestCertificate.authority("Clients");
    others = TestCertificate.authority("Others");
    box = clients.issue(Kind.EC, "box.example");
    stranger = others.issue(Kind.EC, "stranger.example");
  }

  @BeforeEach
  void open() throws IOException {
    crl = Files.writeString(folder.resolve("clients.crl"), lists());
    var settings =
        "client-certificate: optional, ca: '%s', crl: '%s'"
            .formatted(clients.writeAuthority(folder, "ca.crt"), crl);
    var config = TlsWire.config(settings, folder, servers.issue(Kind.EC, "shop.example"));
    server = TlsWire.open("web", config, engine, () -> now);
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** Of both authorities. */
  private static String lists(TestCertificate... revoked) {
    return clients.revocationsPem(YESTERDAY, 30, revoked) + others.revocationsPem(YESTERDAY, 30);
  }

  private TlsWire connect(SSLContext client, String version) {
    var wire = new TlsWire(server, client, "shop.example");
    wire.keepServer();
    wire.client.setEnabledProtocols(new String[] {version});
    wire.handshake(0);
    wire.give(wire.clientSays("x"), 0);
    wire.clientReads(); // tickets
    return wire;
  }

  /** Why that client is refused; null if it is let in. */
  private @Nullable String refusal(SSLContext client) {
    try (var wire = connect(client, "TLSv1.3")) {
      wire.loop.advancePast(Duration.ofSeconds(1));
      return wire.told.stream()
          .filter(line -> line.startsWith("failed: "))
          .findFirst()
          .orElse(null);
    }
  }

  private @Nullable String refusal(TestCertificate shown) {
    return refusal(servers.clientContext(shown));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void serialThatTheListGainsIsRefusedFromTheNextHandshakeOnEvenWithASession(String version)
      throws IOException {
    var client = servers.clientContext(box);
    try (var open = connect(client, version)) {
      assertThat(Objects.requireNonNull(open.secure().peer().client()).subject())
          .isEqualTo("CN=box.example");
      Files.writeString(crl, lists(box));
      try (var wire = connect(client, version)) {
        assertThat(wire.told).as("nobody has looked").contains("secure");
      }
      server.keeper().look(true);
      try (var wire = connect(client, version)) {
        wire.loop.advancePast(Duration.ofSeconds(1));
        assertThat(wire.told).anyMatch(line -> line.contains(REVOKED)).doesNotContain("secure");
      }
      open.give(open.clientSays("still here"), 0);
      assertThat(open.received).as("what is open goes on").hasToString("xstill here");
    }
  }

  @Test
  void handshakeThatBeganBeforeTheChangeEndsUnderTheNewList() throws IOException {
    var wire = new TlsWire(server, servers.clientContext(box), "shop.example");
    wire.keepServer();
    try (wire) {
      wire.client.setEnabledProtocols(new String[] {"TLSv1.3"});
      wire.client.beginHandshake();
      wire.give(wire.clientSays(""), 0);
      Files.writeString(crl, lists(box));
      server.keeper().look(true);
      for (int i = 0; i < 5; i++) {
        wire.clientReads();
        wire.give(wire.clientSays(""), 0);
      }
      wire.loop.advancePast(Duration.ofSeconds(1));
      assertThat(wire.told).anyMatch(line -> line.contains(REVOKED)).doesNotContain("secure");
    }
  }

  @Test
  void authoritiesThatComeAndGoCountFromTheNextHandshakeOn() {
    assertThat(refusal(stranger)).contains("its issuer CN=Others is none of the authorities");
    others.writeAuthority(folder, "ca.crt");
    server.keeper().look(true);
    assertThat(refusal(stranger)).isNull();
    assertThat(refusal(box)).contains("its issuer CN=Clients is none of the authorities");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.crt", "clients.crl"})
  void brokenFileKeepsWhatWasBeforeAndItsRepairCounts(String file) throws IOException {
    Files.writeString(folder.resolve(file), "nothing");
    server.keeper().look(true);
    server.keeper().look(true);
    assertThat(refusal(box)).isNull();
    assertThat(refusal(stranger)).isNotNull();
    others.writeAuthority(folder, "ca.crt");
    Files.writeString(crl, lists(box));
    server.keeper().look(true);
    assertThat(refusal(stranger)).isNull();
    clients.writeAuthority(folder, "ca.crt");
    server.keeper().look(true);
    assertThat(refusal(box)).contains(REVOKED);
  }

  @Test
  void listThatHasRunOutIsNotTakenAndTheOneBeforeStays() throws IOException {
    Files.writeString(crl, clients.revocationsPem(YESTERDAY.minus(Duration.ofDays(9)), 5, box));
    server.keeper().look(true);
    server.keeper().look(true);
    assertThat(refusal(box)).isNull();
  }

  @Test
  void changedCertificateOfTheServerKeepsWhoIsLetIn() throws IOException {
    Files.writeString(crl, lists(box));
    server.keeper().look(true);
    servers.issue(Kind.EC, "shop.example").write(folder, "cert0");
    server.keeper().look(true);
    assertThat(refusal(box)).contains(REVOKED);
    assertThat(refusal(servers.clientContext())).isNull();
  }

  @Test
  void filesAreNotLookedAtWhereThatIsNotWanted() throws IOException {
    Files.writeString(crl, lists(box));
    server.keeper().look(false);
    assertThat(refusal(box)).isNull();
  }
}
