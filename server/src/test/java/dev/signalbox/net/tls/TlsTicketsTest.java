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
import java.util.Base64;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** When a client that comes back skips half of the handshake, and when it must not. */
@ParameterizedClass
@ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
class TlsTicketsTest {
  @TempDir static Path folder;
  private static TestCertificate authority;

  private final String version;
  private final SSLContext client = authority.clientContext(); // remembers its sessions
  private final Random random = new Random(42);
  private Instant now = Instant.now();
  private final InstantSource clock = () -> now;

  TlsTicketsTest(String version) {
    this.version = version;
  }

  @BeforeAll
  static void makeAuthority() {
    authority = TestCertificate.authority("Test Root");
  }

  private static TlsConfig config(String settings) {
    return TlsWire.config(
        settings,
        folder,
        authority.issue(Kind.EC, "shop.example", "also.example"),
        authority.issue(Kind.EC, "other.example"));
  }

  private TlsServer server(String listener, TlsConfig config) {
    return TlsWire.open(listener, config, TlsIdentity.Engine.BORINGSSL, clock);
  }

  /** Whether a connection to it resumes what the client remembers. */
  private boolean resumes(TlsServer server, String name) {
    try (var wire = new TlsWire(server, client, name)) {
      wire.keepServer();
      wire.client.setEnabledProtocols(new String[] {version});
      wire.handshake(0);
      wire.give(wire.clientSays("hello"), 0);
      assertThat(wire.received).hasToString("hello");
      answer(wire, "hello, too"); // and the tickets
      return wire.secure().isResumed();
    }
  }

  private static void answer(TlsWire wire, String text) {
    wire.secure().write(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    wire.secure().flush();
    wire.clientReads();
    assertThat(wire.clientReceived).hasToString(text);
    assertThat(wire.told).containsExactly("secure");
  }

  private Path keyFile(String name, int... lengths) throws IOException {
    var text = new StringBuilder();
    for (int length : lengths) {
      byte[] key = new byte[length];
      random.nextBytes(key);
      text.append(Base64.getEncoder().encodeToString(key)).append('\n');
    }
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void clientThatComesBackResumes() {
    try (var server = server("web", config(""))) {
      assertThat(resumes(server, "shop.example")).isFalse();
      assertThat(resumes(server, "shop.example")).isTrue();
      assertThat(resumes(server, "shop.example")).isTrue();
    }
  }

  /** In TLS 1.2 they belong to the handshake. */
  @Test
  void ticketsCostNoWriteOfTheirOwn() throws IOException {
    try (var server = server("web", config(""));
        var wire = new TlsWire(server, client, "shop.example")) {
      wire.keepServer();
      wire.client.setEnabledProtocols(new String[] {version});
      wire.client.beginHandshake();
      for (int i = 0; i < 20 && wire.connection == null; i++) {
        wire.clientReads();
        wire.give(wire.clientSays(""), 0);
      }
      assertThat(wire.below.sent().isEmpty()).isEqualTo(version.equals("TLSv1.3"));
      answer(wire, "hello");
      assertThat(resumes(server, "shop.example")).isTrue();
    }
  }

  @Test
  void withoutTicketsNobodyResumes() {
    try (var server = server("web", config("session-tickets: false"))) {
      assertThat(resumes(server, "shop.example")).isFalse();
      assertThat(resumes(server, "shop.example")).isFalse();
    }
  }

  @Test
  void instancesThatShareKeysShareSessions() throws IOException {
    var settings = "session-tickets: { keys: " + keyFile("shared" + version, 48) + " }";
    try (var one = server("web", config(settings));
        var two = server("web", config(settings))) {
      assertThat(resumes(one, "shop.example")).isFalse();
      assertThat(resumes(two, "shop.example")).isTrue();
    }
  }

  @Test
  void instancesWithKeysOfTheirOwnDoNot() {
    try (var one = server("web", config(""));
        var two = server("web", config(""))) {
      assertThat(resumes(one, "shop.example")).isFalse();
      assertThat(resumes(two, "shop.example")).isFalse();
    }
  }

  @Test
  void sessionStaysWithItsListener() throws IOException {
    var settings = "session-tickets: { keys: " + keyFile("listener" + version, 80) + " }";
    try (var one = server("web", config(settings));
        var two = server("admin", config(settings))) {
      assertThat(resumes(one, "shop.example")).isFalse();
      assertThat(resumes(two, "shop.example")).isFalse();
    }
  }

  /** Java's client never resumes under another name; so the name has another certificate here. */
  @Test
  void sessionStaysWithTheNamesOfItsCertificate(@TempDir Path elsewhere) throws IOException {
    var settings = "session-tickets: { keys: " + keyFile("names" + version, 48) + " }";
    var narrow = TlsWire.config(settings, elsewhere, authority.issue(Kind.EC, "shop.example"));
    try (var one = server("web", config(settings));
        var two = server("web", narrow)) {
      assertThat(resumes(one, "shop.example")).isFalse();
      assertThat(resumes(two, "shop.example")).isFalse();
    }
  }

  @Test
  void newCertificateOfTheSameNamesKeepsSessions() {
    try (var server = server("web", config(""))) {
      assertThat(resumes(server, "shop.example")).isFalse();
      config(""); // writes new ones to the same files
      server.keeper().look(true);
      assertThat(resumes(server, "shop.example")).isTrue();
    }
  }

  @Test
  void ticketsOutliveTheirKeysTurnTwiceAndNoMore() {
    try (var server = server("web", config("session-tickets: { rotate: 1h }"))) {
      assertThat(resumes(server, "shop.example")).isFalse();
      now = now.plus(Duration.ofHours(1));
      server.keeper().look(true);
      now = now.plus(Duration.ofHours(1));
      server.keeper().look(true);
      assertThat(resumes(server, "shop.example")).as("by the oldest of three keys").isTrue();
    }
    try (var server = server("web", config("session-tickets: { rotate: 1h }"))) {
      assertThat(resumes(server, "also.example")).isFalse();
      for (int i = 0; i < 3; i++) {
        now = now.plus(Duration.ofHours(1));
        server.keeper().look(true);
      }
      assertThat(resumes(server, "also.example")).as("its key is gone").isFalse();
    }
  }

  @Test
  void changedFileOfKeysCountsAndBrokenOneDoesNot() throws IOException {
    var name = "changing" + version;
    var settings = "session-tickets: { keys: " + keyFile(name, 48) + " }";
    try (var server = server("web", config(settings))) {
      assertThat(resumes(server, "shop.example")).isFalse();
      Files.writeString(folder.resolve(name), "nothing");
      server.keeper().look(true);
      server.keeper().look(true);
      assertThat(resumes(server, "shop.example")).as("the keys before stay").isTrue();
      keyFile(name, 48, 80);
      server.keeper().look(true);
      assertThat(resumes(server, "shop.example")).as("other keys").isFalse();
      assertThat(resumes(server, "shop.example")).isTrue();
    }
  }
}
