package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that prove who they are, and what routes and endpoints learn of it. */
@OnEachTransport
final class ClientCertificatesTest {
  private static final String CLOSE = "Connection: close";
  private static final String SPOOFED = "Client-Cert: :c3Bvb2ZlZA==:";
  private static final String SPOOFED_CHAIN = "client-cert-chain: :c3Bvb2ZlZA==:";

  @TempDir static Path folder;
  private static TestCertificate servers;
  private static TestCertificate middle;
  private static TestCertificate box;
  private static TestCertificate gone;
  private static String shop;
  private static String ca;
  private static String crl;

  @RegisterExtension final Stage stage;

  ClientCertificatesTest(Machine machine) {
    stage = new Stage(machine);
  }

  @BeforeAll
  static void makeCertificates() throws IOException {
    servers = TestCertificate.authority("Servers");
    shop = servers.issue(Kind.EC, "shop.example").write(folder, "shop");
    var clients = TestCertificate.authority("Clients");
    middle = clients.subordinate("Middle");
    box = middle.issue(Kind.EC, "box.example", "10.0.0.7");
    gone = middle.issue(Kind.EC, "gone.example");
    ca = "ca: \"" + clients.writeAuthority(folder, "clients.crt") + "\"";
    Path lists = folder.resolve("clients.crl");
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));
    Files.writeString(
        lists, clients.revocationsPem(yesterday, 30) + middle.revocationsPem(yesterday, 30, gone));
    crl = "crl: \"" + lists + "\"";
  }

  private static String tls(String clientCertificate) {
    return "tls: { certificates: [" + shop + "], " + clientCertificate + " }";
  }

  private String ask(SSLContext client, String version, String request) throws IOException {
    try (var socket = TlsClient.connect(stage.port(), client, "shop.example")) {
      socket.setEnabledProtocols(new String[] {version});
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static String sequence(TestCertificate certificate) {
    try {
      var der = certificate.certificate().getEncoded();
      return ":" + Base64.getEncoder().encodeToString(der) + ":";
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void endpointsAreToldOfTheCertificateAndNeverOfASpoofedOne(String version) throws IOException {
    var origin = stage.origin(Script.each(respond(200, "hello")));
    stage.start(
        Config.to(origin)
            .listener(
                tls("client-certificate: optional, " + ca + ", " + crl)
                    + ", forward-client-cert: true"));
    var request = Wire.get("/", SPOOFED, SPOOFED_CHAIN, CLOSE);
    assertThat(ask(servers.clientContext(box), version, request)).endsWith("hello");
    assertThat(ask(servers.clientContext(), version, request)).endsWith("hello");
    var proved = origin.requests().getFirst();
    assertThat(proved.header("Client-Cert")).isEqualTo(sequence(box));
    assertThat(proved.header("Client-Cert-Chain")).isEqualTo(sequence(middle));
    assertThat(proved.raw()).doesNotContain("c3Bvb2ZlZA==");
    assertThat(origin.requests().getLast().raw()).doesNotContainIgnoringCase("client-cert");
  }

  @Test
  void listenersThatAskNobodyRemoveTheHeadersToo() {
    var origin = stage.origin(Script.each(respond(200, "hello")));
    stage.start(Config.to(origin).listener("trusted-proxies: [127.0.0.1]"));
    stage.client().exchange(Wire.get("/", SPOOFED, SPOOFED_CHAIN));
    assertThat(origin.requests().getFirst().raw()).doesNotContainIgnoringCase("client-cert");
  }

  @Test
  void trustedProxiesAreBelievedOnlyWhereItSaysSo() {
    var origin = stage.origin(Script.each(respond(200, "hello")));
    stage.start(
        Config.to(origin).listener("trusted-proxies: [127.0.0.1], trust-client-cert: true"));
    stage.client().exchange(Wire.get("/", SPOOFED, SPOOFED_CHAIN));
    assertThat(origin.requests().getFirst().raw()).contains(SPOOFED, SPOOFED_CHAIN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void clientWithoutCertificateIsRefusedWhereItIsRequired(String version) throws IOException {
    var origin = stage.origin(Script.each(respond(200, "hello")));
    stage.start(Config.to(origin).listener(tls("client-certificate: required, " + ca)));
    assertThat(ask(servers.clientContext(box), version, Wire.get("/", CLOSE))).endsWith("hello");
    assertThatThrownBy(() -> ask(servers.clientContext(), version, Wire.get("/", CLOSE)))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining(
            version.equals("TLSv1.3") ? "certificate_required" : "handshake_failure");
    assertThat(origin.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void revokedCertificateIsRefused(String version) {
    var origin = stage.origin(Script.each(respond(200, "hello")));
    stage.start(
        Config.to(origin).listener(tls("client-certificate: optional, " + ca + ", " + crl)));
    assertThatThrownBy(() -> ask(servers.clientContext(gone), version, Wire.get("/", CLOSE)))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("certificate_revoked");
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void routesMatchSubjectNamesAndFingerprint() throws IOException {
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0", %s } }
        routes:
          - { name: none, match: { client-cert: { absent: true } }, respond: { status: 200, body: none } }
          - { name: print, match: { path: /print, client-cert: { fingerprint: "%s" } }, respond: { status: 200, body: print } }
          - { name: san, match: { path: /san, client-cert: { san: 10.0.0.7 } }, respond: { status: 200, body: san } }
          - { name: subject, match: { path: /subject, client-cert: { subject: { prefix: "CN=box" }, san: { suffix: .example } } }, respond: { status: 200, body: subject } }
          - { name: other, match: { client-cert: { present: true } }, respond: { status: 200, body: other } }
        """
            .formatted(
                tls("client-certificate: optional, " + ca),
                box.fingerprint().toUpperCase(Locale.ROOT)));
    var context = servers.clientContext(box);
    for (var path : new String[] {"print", "san", "subject", "other"}) {
      assertThat(ask(context, "TLSv1.3", Wire.get("/" + path, CLOSE))).endsWith("\n" + path);
    }
    assertThat(ask(servers.clientContext(gone), "TLSv1.3", Wire.get("/san", CLOSE)))
        .endsWith("\nother");
    assertThat(ask(servers.clientContext(), "TLSv1.3", Wire.get("/san", CLOSE))).endsWith("\nnone");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void resumedSessionStillKnowsTheCertificate(String version) throws IOException {
    var origin = stage.origin(Script.each(respond(200, "hello")));
    stage.start(
        Config.to(origin)
            .listener(
                tls("client-certificate: required, " + ca + ", " + crl)
                    + ", forward-client-cert: true"));
    var context = servers.clientContext(box);
    long first = 0;
    for (int i = 0; i < 3; i++) {
      try (var socket = TlsClient.connect(stage.port(), context, "shop.example")) {
        socket.setEnabledProtocols(new String[] {version});
        socket.getOutputStream().write(Wire.get("/", CLOSE).getBytes(StandardCharsets.US_ASCII));
        socket.getInputStream().readAllBytes();
        long made = socket.getSession().getCreationTime();
        first = i == 0 ? made : first;
        if (version.equals("TLSv1.3")) { // 1.2 has no tickets here
          assertThat(made).as("the time of the full handshake").isEqualTo(first);
        }
      }
    }
    assertThat(origin.requests())
        .hasSize(3)
        .allSatisfy(request -> assertThat(request.header("Client-Cert")).isEqualTo(sequence(box)));
  }

  @Test
  void endpointsAreNotToldUnlessItSaysSo() throws IOException {
    FakeOrigin origin = stage.origin(Script.each(respond(200, "hello")));
    stage.start(Config.to(origin).listener(tls("client-certificate: optional, " + ca)));
    assertThat(ask(servers.clientContext(box), "TLSv1.3", Wire.get("/", CLOSE))).endsWith("hello");
    assertThat(origin.requests().getFirst().raw()).doesNotContainIgnoringCase("client-cert");
  }
}
