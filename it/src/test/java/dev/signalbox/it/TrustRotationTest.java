package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static dev.signalbox.testkit.Step.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.OriginTls;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Files that say whom to believe, changed while requests come and go. */
@OnTwoLoops
final class TrustRotationTest {
  private static final Script HELLO = Script.each(respond(200, "hello"));
  private static final String CLOSE = "Connection: close";
  private static final Instant YESTERDAY = Instant.now().minus(Duration.ofDays(1));

  @TempDir Path folder;
  @RegisterExtension final Stage stage;
  private final TestCertificate root = TestCertificate.authority("Test Root");
  private final TestCertificate other = TestCertificate.authority("Other Root");
  private final TestCertificate local = root.issue(Kind.EC, "127.0.0.1");

  TrustRotationTest(Machine machine) {
    stage = new Stage(machine);
  }

  private void start(FakeOrigin origin, String tls) {
    stage.start(
        Config.to(origin)
            .upstream("tls: { watch: 5ms, " + tls + " }, connections: { max-idle: 0 }"));
  }

  private void writeAuthority(TestCertificate believed) {
    believed.writeAuthority(folder, "ca.crt");
  }

  private void awaitStatus(int status) {
    Await.untilAsserted(
        () -> assertThat(stage.client().exchange(Wire.GET).status()).isEqualTo(status));
  }

  // --- whom an upstream believes ---

  @Test
  void nextConnectionToAnEndpointIsVerifiedByTheNewAuthority() {
    var origin = stage.add(FakeOrigin.start(OriginTls.of(local), HELLO));
    writeAuthority(root);
    start(origin, "ca: \"" + folder.resolve("ca.crt") + "\"");
    assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("hello");
    try (var log = new HeardLog()) {
      writeAuthority(other);
      awaitStatus(502);
      assertThat(log.lines())
          .anyMatch(line -> line.contains("its issuer CN=Test Root is none of the authorities"));
    }
    writeAuthority(root);
    awaitStatus(200);
  }

  @Test
  void brokenAuthorityOfAnUpstreamKeepsTheOneBeforeAndIsToldOnce() throws IOException {
    var origin = stage.add(FakeOrigin.start(OriginTls.of(local), HELLO));
    writeAuthority(root);
    start(origin, "ca: \"" + folder.resolve("ca.crt") + "\"");
    try (var log = new HeardLog()) {
      Files.writeString(folder.resolve("ca.crt"), "nothing");
      Await.until("a line of the log", () -> !log.lines().isEmpty());
      for (int i = 0; i < 10; i++) {
        assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("hello");
      }
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("upstream shop: ca " + folder.resolve("ca.crt") + ": the file has changed")
          .contains("holds no certificate")
          .endsWith("; the authorities before stay");
    }
  }

  @Test
  void requestUnderWayIsAnsweredWhenTheAuthorityChanges() {
    var goOn = new Signal();
    var origin = stage.add(FakeOrigin.start(OriginTls.of(local), HELLO));
    origin.nextScript(Script.each(waitFor(goOn).then(respond(200, "hello"))));
    writeAuthority(root);
    start(origin, "ca: \"" + folder.resolve("ca.crt") + "\"");
    var underWay = stage.client().send(Wire.GET);
    origin.awaitRequests(1);
    writeAuthority(other);
    awaitStatus(502);
    goOn.give();
    assertThat(underWay.readResponse().body()).isEqualTo("hello");
  }

  // --- what an upstream shows ---

  @Test
  void endpointsAreShownTheNewCertificateFromTheNextConnectionOn() {
    var origin =
        stage.add(
            FakeOrigin.start(
                OriginTls.forClientsOf(root, local),
                Script.each((connection, request) ->
                    respond(200, connection.session().getPeerPrincipal().getName())
                        .play(connection, request))));
    writeAuthority(root);
    var pair = root.issue(Kind.EC, "first").write(folder, "box");
    start(origin, "ca: \"" + folder.resolve("ca.crt") + "\", certificate: " + pair);
    assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("CN=first");
    root.issue(Kind.RSA, "second").write(folder, "box");
    Await.untilAsserted(
        () -> assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("CN=second"));
  }

  @Test
  void certificateForEndpointsIsToldOfBeforeItExpires() {
    var origin = stage.add(FakeOrigin.start(OriginTls.of(local), HELLO));
    writeAuthority(root);
    var pair = root.issue(Kind.EC, YESTERDAY, 4, "box").write(folder, "box");
    try (var log = new HeardLog()) {
      start(origin, "ca: \"" + folder.resolve("ca.crt") + "\", certificate: " + pair);
      Await.until("a line of the log", () -> !log.lines().isEmpty());
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("upstream shop: certificate " + folder.resolve("box.crt"))
          .contains(" expires in 2 days, ")
          .endsWith("; renew it now");
    }
  }

  // --- whom a listener lets in ---

  private String ask(SSLContext client) throws IOException {
    try (var socket = TlsClient.connect(stage.port(), client, "127.0.0.1")) {
      socket.getOutputStream().write(Wire.get("/", CLOSE).getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void certificateThatTheRevocationListGainsIsRefusedFromTheNextHandshakeOn() throws IOException {
    var box = other.issue(Kind.EC, "box.example");
    var crl = folder.resolve("clients.crl");
    Files.writeString(crl, other.revocationsPem(YESTERDAY, 30));
    var origin = stage.origin(HELLO);
    stage.start(
        Config.to(origin)
            .listener(
                "tls: { watch: 5ms, certificates: [%s], client-certificate: required,"
                        .formatted(local.write(folder, "local"))
                    + " ca: \"%s\", crl: \"%s\" }"
                        .formatted(other.writeAuthority(folder, "clients.crt"), crl)));
    var client = root.clientContext(box);
    assertThat(ask(client)).endsWith("hello");
    try (var log = new HeardLog()) {
      Files.writeString(crl, "nothing");
      Await.until("a line of the log", () -> !log.lines().isEmpty());
      assertThat(ask(client)).endsWith("hello");
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("listener web: crl " + crl + ": the file has changed")
          .contains("holds no revocation list")
          .endsWith("; the lists before stay");
    }
    Files.writeString(crl, other.revocationsPem(YESTERDAY, 30, box));
    Await.untilAsserted(
        () -> assertThatThrownBy(() -> ask(client)).isInstanceOf(SSLException.class));
    assertThatThrownBy(() -> ask(root.clientContext(box)))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("certificate_revoked");
  }
}
