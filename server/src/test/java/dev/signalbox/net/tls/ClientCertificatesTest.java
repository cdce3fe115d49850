package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in by its certificate, with either engine. */
@ParameterizedClass
@EnumSource(TlsIdentity.Engine.class)
class ClientCertificatesTest {
  private static final Instant YESTERDAY = Instant.now().minus(Duration.ofDays(1));
  private static final String BOTH = "TLSv1.2 TLSv1.3";

  @TempDir static Path folder;
  private static TestCertificate servers;
  private static TestCertificate clients;
  private static TestCertificate middle;
  private static TestCertificate box;
  private static TestCertificate gone;
  private static TlsConfig shown;
  private static Path ca;
  private static Path crl;

  private final TlsIdentity.Engine engine;

  ClientCertificatesTest(TlsIdentity.Engine engine) {
    this.engine = engine;
  }

  @BeforeAll
  static void makeCertificates() throws IOException {
    servers = TestCertificate.authority("Servers");
    clients = TestCertificate.authority("Clients");
    middle = clients.subordinate("Middle");
    box = middle.issue(Kind.EC, "Box.example", "10.0.0.7");
    gone = middle.issue(Kind.EC, "gone.example");
    shown = TlsWire.config(folder, servers.issue(Kind.EC, "shop.example"));
    ca = Path.of(clients.writeAuthority(folder, "clients.crt"));
    crl = folder.resolve("clients.crl");
    Files.writeString(
        crl, clients.revocationsPem(YESTERDAY, 30) + middle.revocationsPem(YESTERDAY, 30, gone));
  }

  private static TlsConfig config(ClientAuthConfig.Mode mode, @Nullable Path lists, int depth) {
    return config(new ClientAuthConfig(mode, ca, lists, depth));
  }

  private static TlsConfig config(ClientAuthConfig asked) {
    return config(shown, asked);
  }

  private static TlsConfig config(TlsConfig from, ClientAuthConfig asked) {
    return new TlsConfig(
        from.certificates(),
        from.policy(),
        false,
        asked,
        TlsWire.TIMEOUT,
        from.tickets(),
        from.ocsp(),
        from.watch(),
        null);
  }

  private TlsWire wire(SSLContext client, TlsConfig config, String version) {
    var wire = new TlsWire(engine, client, config, "shop.example");
    wire.client.setEnabledProtocols(version.split(" "));
    return wire;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void goodCertificateTellsWhoTheClientIs(String version) {
    var config = config(ClientAuthConfig.Mode.REQUIRED, crl, 3);
    for (int cut : new int[] {0, 1, 7, 1000}) {
      try (var wire = wire(servers.clientContext(box), config, version).handshake(cut)) {
        wire.give(wire.clientSays("hello"), cut);
        assertThat(wire.received).hasToString("hello");
        var client = Objects.requireNonNull(wire.secure().peer().client());
        assertThat(client.subject()).isEqualTo("CN=Box.example");
        assertThat(client.names()).containsExactly("box.example", "10.0.0.7");
        assertThat(client.fingerprint()).isEqualTo(box.fingerprint());
        assertThat(client.chain()).hasSize(2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void clientWithoutCertificateIsTakenOnlyWhereItIsOptional(String version) {
    var optional = config(ClientAuthConfig.Mode.OPTIONAL, null, 3);
    try (var wire = wire(servers.clientContext(), optional, version).handshake(0)) {
      assertThat(wire.secure().peer().client()).isNull();
    }
    var required = config(ClientAuthConfig.Mode.REQUIRED, null, 3);
    try (var wire = wire(servers.clientContext(), required, version).handshake(0)) {
      wire.clientReads();
      wire.loop.advancePast(Duration.ofSeconds(1));
      assertThat(wire.told)
          .anyMatch(line -> line.startsWith("failed: "))
          .anyMatch(line ->
              line.startsWith("client: ")
                  && (line.endsWith("certificate_required")
                      || line.endsWith("handshake_failure")
                      || line.endsWith("bad_certificate")))
          .doesNotContain("secure");
    }
  }

  /**
   * @param alert what the client is told; the JDK's engine knows fewer of them
   */
  private record Bad(
      String name, TestCertificate certificate, int depth, String why, String alert) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bad> bad() {
    return Stream.of(
        new Bad(
            "unknown issuer",
            TestCertificate.authority("Others").issue(Kind.EC, "box.example"),
            3,
            "its issuer CN=Others is none of the authorities of ",
            "unknown_ca"),
        new Bad(
            "self-signed",
            TestCertificate.selfSigned(Kind.EC, "box.example"),
            3,
            "is self-signed, and none of the authorities of ",
            "unknown_ca"),
        new Bad(
            "expired",
            middle.issue(Kind.EC, Instant.parse("2020-01-01T00:00:00Z"), 90, "box.example"),
            3,
            "expired 2020-03-31 00:00 UTC",
            "certificate_expired"),
        new Bad(
            "revoked",
            gone,
            3,
            "the certificate of CN=gone.example is revoked",
            "certificate_revoked"),
        new Bad(
            "for servers only",
            middle.issueFor(1, Kind.EC, "box.example"),
            3,
            "the certificate of CN=box.example is not for clients",
            "unsupported_certificate"),
        new Bad(
            "too far from its authority",
            clients.subordinate("A").subordinate("B").issue(Kind.EC, "box.example"),
            1,
            "is 2 steps from its authority; 1 are allowed",
            "bad_certificate"),
        new Bad(
            "without a revocation list of its issuer",
            clients.subordinate("C").issue(Kind.EC, "box.example"),
            3,
            "there is no revocation list of CN=C that is up to date",
            "bad_certificate"));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badCertificateIsRefusedEvenWhereNoneIsNeeded(Bad bad) {
    for (var mode : List.of(ClientAuthConfig.Mode.OPTIONAL, ClientAuthConfig.Mode.REQUIRED)) {
      for (var version : List.of("TLSv1.2", "TLSv1.3")) {
        var config = config(mode, crl, bad.depth());
        try (var wire =
            wire(servers.clientContext(bad.certificate()), config, version).handshake(0)) {
          wire.clientReads();
          wire.loop.advancePast(Duration.ofSeconds(1));
          assertThat(wire.told)
              .as(mode + " " + version)
              .anyMatch(line -> line.startsWith("failed: ") && line.contains(bad.why()))
              .doesNotContain("secure");
          var alert = engine == TlsIdentity.Engine.BORINGSSL ? bad.alert() : "certificate_unknown";
          assertThat(wire.told).anyMatch(line -> line.endsWith("Received fatal alert: " + alert));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {BOTH, "TLSv1.3"})
  void nobodyIsAskedWhereNothingIsSaid(String version) {
    var config = config(ClientAuthConfig.NONE);
    try (var wire = wire(servers.clientContext(box), config, version).handshake(0)) {
      assertThat(wire.secure().peer().client()).isNull();
    }
  }

  // --- coming back ---

  private TlsServer server(TlsConfig config) {
    return TlsWire.open("web", config, engine, InstantSource.system());
  }

  private TlsWire again(TlsServer server, SSLContext client, String version) {
    var wire = new TlsWire(server, client, "shop.example");
    wire.keepServer();
    wire.client.setEnabledProtocols(new String[] {version});
    wire.handshake(0);
    wire.give(wire.clientSays("x"), 0); // behind the last of the handshake, which TLS 1.3 needs
    if (wire.connection != null) {
      wire.connection.write(Unpooled.copiedBuffer("y", StandardCharsets.US_ASCII));
      wire.connection.flush();
    }
    wire.clientReads(); // tickets, and what follows them
    assertThat(wire.clientReceived.toString()).isEqualTo(wire.connection == null ? "" : "y");
    return wire;
  }

  /** The certificates are in the ticket, which grows by them. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void clientThatComesBackIsKnownByItsSession(String version) {
    var above = clients;
    for (int i = 0; i < 7; i++) {
      above = above.subordinate("Very long name of the authority with the number " + i);
    }
    String[] names =
        IntStream.range(0, 300).mapToObj(i -> "client-" + i + ".example").toArray(String[]::new);
    var far = above.issue(Kind.RSA, names); // its two tickets are more than one write takes
    for (var each : List.of(box, far)) {
      var client = servers.clientContext(each);
      try (var server = server(config(ClientAuthConfig.Mode.REQUIRED, null, 8))) {
        for (int i = 0; i < 3; i++) {
          try (var wire = again(server, client, version)) {
            var known = wire.secure().peer().client();
            assertThat(known).isNotNull();
            assertThat(known.fingerprint()).isEqualTo(each.fingerprint());
            assertThat(known.chain()).hasSize(each == box ? 2 : 8);
            if (engine == TlsIdentity.Engine.BORINGSSL) { // Java does not tell
              assertThat(wire.secure().isResumed()).as(version + " " + i).isEqualTo(i > 0);
            }
          }
        }
      }
    }
  }

  /** Listeners of one name and under the same keys, as after a change of the file. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void sessionsDoNotOutliveTheAdmissionUnderWhichTheyWereMade(String version) throws IOException {
    var keys = folder.resolve("tickets.keys");
    Files.write(keys, new byte[80]);
    var shared =
        TlsWire.config(
            "session-tickets: { keys: ['" + keys + "'] }",
            Files.createTempDirectory(folder, "shared"),
            servers.issue(Kind.EC, "shop.example"));
    var asking =
        List.of(
            ClientAuthConfig.NONE,
            new ClientAuthConfig(ClientAuthConfig.Mode.OPTIONAL, ca, null, 3),
            new ClientAuthConfig(ClientAuthConfig.Mode.REQUIRED, ca, null, 3));
    var client = servers.clientContext(gone);
    for (var asked : asking) {
      for (int i = 0; i < 2; i++) { // the second of the same is resumed, across servers
        try (var server = server(config(shared, asked));
            var wire = again(server, client, version)) {
          assertThat(wire.secure().peer().client() == null)
              .isEqualTo(asked.mode() == ClientAuthConfig.Mode.NONE);
          if (engine == TlsIdentity.Engine.BORINGSSL) {
            assertThat(wire.secure().isResumed()).as(asked + " " + i).isEqualTo(i > 0);
          }
        }
      }
    }
    var withList = config(shared, new ClientAuthConfig(ClientAuthConfig.Mode.OPTIONAL, ca, crl, 3));
    try (var server = server(withList);
        var wire = again(server, client, version)) {
      wire.loop.advancePast(Duration.ofSeconds(1));
      assertThat(wire.told)
          .anyMatch(line -> line.contains("the certificate of CN=gone.example is revoked"))
          .doesNotContain("secure");
    }
  }
}
