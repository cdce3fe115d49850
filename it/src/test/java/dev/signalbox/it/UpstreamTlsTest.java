package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.Signalbox;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.OriginTls;
import dev.signalbox.testkit.RawResponse;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS towards endpoints, whatever the endpoint is, by way of every transport. */
@OnEachTransport
final class UpstreamTlsTest {
  private static final String BODY = "0123456789abcdef".repeat(200_000); // 3.2 MB
  private static final Script HELLO = Script.each(respond(200, "hello"));
  private static final Instant YESTERDAY = Instant.now().minus(Duration.ofDays(1));

  @TempDir static Path folder;
  private static TestCertificate root;
  private static TestCertificate local;
  private static TestCertificate named;
  private static TestCertificate stranger;
  private static TestCertificate self;
  private static String ca;

  @RegisterExtension final Stage stage;

  UpstreamTlsTest(Machine machine) {
    stage = new Stage(machine);
  }

  @BeforeAll
  static void makeCertificates() {
    root = TestCertificate.authority("Test Root");
    local = root.subordinate("Middle").issue(Kind.EC, "127.0.0.1");
    named = root.issue(Kind.RSA, "inner.example");
    stranger = TestCertificate.authority("Other Root").issue(Kind.EC, "127.0.0.1");
    self = TestCertificate.selfSigned(Kind.EC, "127.0.0.1");
    ca = "ca: \"" + root.writeAuthority(folder, "root.crt") + "\"";
  }

  private void start(String tls, FakeOrigin... origins) {
    stage.start(Config.to(origins).upstream("tls: { " + tls + " }"));
  }

  private RawResponse get() {
    return stage.client().exchange(Wire.GET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void requestsAreForwardedToAnEndpointThatProvesItsAddress(String version) {
    var origin = stage.add(FakeOrigin.start(OriginTls.of(local, version), HELLO));
    start(ca, origin);
    var client = stage.client();
    for (int i = 0; i < 3; i++) {
      assertThat(client.exchange(Wire.GET).body()).isEqualTo("hello");
    }
    assertThat(origin.accepted()).isEqualTo(1);
    assertThat(origin.requests()).hasSize(3);
  }

  @Test
  void endpointIsAskedForTheServerNameAndMustProveIt() {
    var origin =
        stage.add(
            FakeOrigin.start(
                OriginTls.of(named),
                Script.each((connection, request) -> {
                  var session = (ExtendedSSLSession) connection.session();
                  respond(200, session.getRequestedServerNames() + " " + session.getProtocol())
                      .play(connection, request);
                })));
    start(ca + ", server-name: Inner.Example", origin);
    assertThat(get().body()).contains("value=inner.example").endsWith(" TLSv1.3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void laterConnectionsResumeTheSession(String version) {
    var origin =
        stage.add(
            FakeOrigin.start(
                OriginTls.of(local, version),
                Script.each(
                    (connection, request) -> // the time of the full handshake, for Java
                    respond(200, "" + connection.session().getCreationTime())
                            .play(connection, request))));
    stage.start(Config.to(origin).upstream("tls: { " + ca + " }, connections: { max-idle: 0 }"));
    var client = stage.client();
    var first = client.exchange(Wire.GET).body();
    for (int i = 0; i < 5; i++) {
      assertThat(client.exchange(Wire.GET).body()).isEqualTo(first);
    }
    assertThat(origin.accepted()).isEqualTo(6);
  }

  @Test
  void longBodiesComeThroughBothWays() {
    var origin =
        stage.add(
            FakeOrigin.start(
                OriginTls.of(local),
                Script.each((connection, request) ->
                    connection.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: "
                            + request.body().length()
                            + "\r\n\r\n"
                            + request.body()))));
    start(ca, origin);
    var client = stage.client();
    assertThat(client.exchange(Wire.post(BODY)).body().equals(BODY)).isTrue();
    assertThat(client.exchange(Wire.post(BODY)).body().equals(BODY)).isTrue();
    assertThat(origin.accepted()).isEqualTo(1);
  }

  // --- HTTP/2 ---

  @Test
  void http2IsAgreedByAlpnAndCarriesManyRequests() {
    var origin = stage.origin(Script.each(respond(200, "hello")));
    var behind =
        Config.to(origin)
            .listener("tls: { certificates: [" + local.write(folder, "behind") + "] }");
    try (var second = Signalbox.start(stage.read(behind.text()))) {
      stage.start(
          Config.to("127.0.0.1:" + second.listeners().getFirst().port())
              .upstream("protocol: h2, tls: { " + ca + " }"));
      for (int i = 0; i < 5; i++) {
        assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("hello");
      }
      assertThat(stage.client().exchange(Wire.post("order")).body()).isEqualTo("hello");
      assertThat(second.connections()).isEqualTo(1);
    }
    assertThat(origin.requests()).hasSize(6);
    assertThat(origin.requests().getLast().body()).isEqualTo("order");
    assertThat(origin.requests().getFirst().header("X-Forwarded-Proto")).isEqualTo("https");
  }

  @Test
  void endpointThatDoesNotAgreeToHttp2IsABadGateway() {
    var silent = stage.add(FakeOrigin.start(OriginTls.of(local).withoutAlpn(), HELLO));
    stage.start(Config.to(silent).upstream("protocol: h2, tls: { " + ca + " }"));
    failsBecause(
        "TLS: the endpoint does not speak HTTP/2: it did not agree to h2 by ALPN", silent, 502);
    silent.awaitOpen(0);
    assertThat(silent.requests()).isEmpty();
  }

  @Test
  void endpointThatRefusesHttp2ByAnAlertIsABadGateway() {
    var origin = stage.add(FakeOrigin.start(OriginTls.of(local), HELLO)); // speaks http/1.1
    stage.start(Config.to(origin).upstream("protocol: h2, tls: { " + ca + " }"));
    failsBecause("the alert: no application protocol", origin, 502);
    assertThat(origin.requests()).isEmpty();
  }

  // --- who is not believed ---

  /**
   * @param reason what the log says, where it says more than the client hears
   */
  private record Bad(String name, TestCertificate shown, String settings, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bad> bad() {
    return Stream.of(
        new Bad(
            "expired",
            root.issue(Kind.EC, Instant.parse("2020-01-01T00:00:00Z"), 90, "127.0.0.1"),
            ca,
            "TLS: the certificate of CN=127.0.0.1 expired 2020-03-31 00:00 UTC"),
        new Bad(
            "not yet valid",
            root.issue(Kind.EC, Instant.parse("2100-01-01T00:00:00Z"), 90, "127.0.0.1"),
            ca,
            "TLS: the certificate of CN=127.0.0.1 is not valid before 2100-01-01 00:00 UTC"),
        new Bad(
            "for another name",
            named,
            ca,
            "TLS: the certificate is for inner.example, not for 127.0.0.1"),
        new Bad(
            "for the address as if it were a name",
            named,
            ca + ", server-name: other.example",
            "TLS: the certificate is for inner.example, not for other.example"),
        new Bad(
            "of an unknown issuer",
            stranger,
            ca,
            "TLS: the certificate of CN=127.0.0.1 is not trusted: its issuer CN=Other Root is none"
                + " of the authorities of "),
        new Bad(
            "of an authority that this system does not know",
            local,
            "ca: system",
            "none of the authorities of this system"),
        new Bad(
            "self-signed",
            self,
            ca,
            "TLS: the certificate of CN=127.0.0.1 is self-signed, and none of the authorities of "),
        new Bad(
            "with another key than the pinned one",
            local,
            ca + ", pin: " + stranger.pin(),
            "TLS: the endpoint's key is "
                + local.pin()
                + ", which is none of those that are pinned"),
        new Bad(
            "with another key than the pinned one, not verified",
            self,
            "verify: false, pin: [sha256/" + stranger.pin() + "]",
            "TLS: the endpoint's key is " + self.pin()));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void endpointThatIsNotBelievedGetsNoRequest(Bad bad) {
    var origin = stage.add(FakeOrigin.start(OriginTls.of(bad.shown()), HELLO));
    start(bad.settings(), origin);
    failsBecause(bad.reason(), origin, 502);
    assertThat(origin.requests()).isEmpty();
  }

  /** The log names endpoint and reason; the client hears nothing of either. */
  private void failsBecause(String reason, FakeOrigin origin, int status) {
    try (var log = new HeardLog()) {
      var response = get();
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.raw())
          .doesNotContain("TLS", "ertificate", "shake", "CN=", origin.hostAndPort());
      assertThat(log.lines())
          .anyMatch(line ->
              line.startsWith("upstream shop: endpoint " + origin.hostAndPort() + ": ")
                  && line.contains(reason))
          .anyMatch(line -> line.contains("ConnectFailed") && line.contains(reason));
    }
  }

  static Stream<Arguments> noTls() {

    return Stream.of(
        Arguments.of(
            "plain HTTP",
            (Script)
                connection -> {
                  connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
                  connection.awaitClosedByPeer();
                },
            "TLS: the endpoint does not speak TLS"),
        Arguments.of(
            "an end", (Script) _ -> {}, "TLS: the endpoint closed the connection in the handshake"),
        Arguments.of(
            "an alert",
            (Script)
                connection -> {
                  connection.send("\u0015\u0003\u0003\u0000\u0002\u0002\u0028");
                  connection.awaitClosedByPeer();
                },
            "TLS: the endpoint refused the handshake with the alert: handshake failure"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noTls")
  void endpointThatAnswersOtherwiseIsABadGateway(String name, Script script, String reason) {
    var origin = stage.origin(script);
    start(ca, origin);
    failsBecause(reason, origin, 502);
  }

  @Test
  void handshakeThatIsNeverAnsweredEndsWithTheTimeToConnect() {
    var origin = stage.origin(connection -> connection.awaitClosedByPeer());
    stage.start(Config.to(origin).upstream("tls: { " + ca + " }").timeouts("connect: 300ms"));
    failsBecause("TLS: the handshake took too long", origin, 504);
    origin.awaitOpen(0);
  }

  @Test
  void clientThatGoesAwayEndsTheHandshake() {
    var origin = stage.origin(connection -> connection.awaitClosedByPeer());
    stage.start(Config.to(origin).upstream("tls: { " + ca + " }").timeouts("connect: 60s"));
    var client = stage.client().send(Wire.GET);
    origin.awaitOpen(1);
    client.reset();
    origin.awaitOpen(0);
  }

  @Test
  void othersAnswerForAnEndpointThatIsNotBelievedAndTheLogSaysItOnce() {
    var bad = stage.add(FakeOrigin.start(OriginTls.of(stranger), HELLO));
    var good = stage.add(FakeOrigin.start(OriginTls.of(local), HELLO));
    try (var log = new HeardLog()) {
      start(ca, bad, good);
      for (int i = 0; i < 10; i++) {
        assertThat(stage.client().exchange(Wire.post("order")).status()).isEqualTo(200);
      }
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("upstream shop: endpoint " + bad.hostAndPort() + ": TLS: ");
    }
    assertThat(good.requests()).hasSize(10);
    assertThat(bad.requests()).isEmpty();
  }

  // --- other ways to believe ---

  @Test
  void selfSignedCertificateIsBelievedWhereItStandsAmongTheAuthorities() {
    var origin = stage.add(FakeOrigin.start(OriginTls.of(self), HELLO));
    start("ca: \"" + self.writeAuthority(folder, "self.crt") + "\"", origin);
    assertThat(get().body()).isEqualTo("hello");
  }

  @Test
  void pinnedKeyAloneIsEnoughWhereNothingElseIsVerified() {
    var origin = stage.add(FakeOrigin.start(OriginTls.of(self), HELLO));
    try (var log = new HeardLog()) {
      start("verify: false, pin: [" + stranger.pin() + ", sha256/" + self.pin() + "]", origin);
      assertThat(get().body()).isEqualTo("hello");
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void nothingIsVerifiedOnlyWithALoudWarning() {
    var expired = root.issue(Kind.EC, Instant.parse("2020-01-01T00:00:00Z"), 90, "other.example");
    var origin = stage.add(FakeOrigin.start(OriginTls.of(expired), HELLO));
    try (var log = new HeardLog()) {
      start("verify: false", origin);
      assertThat(get().body()).isEqualTo("hello");
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("upstream shop: tls: verify: false: ENDPOINTS ARE NOT VERIFIED");
    }
  }

  // --- client certificates ---

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void endpointThatAsksIsShownTheCertificate(String version) {
    var clients = TestCertificate.authority("Clients");
    var origin =
        stage.add(
            FakeOrigin.start(
                OriginTls.forClientsOf(clients, local, version),
                Script.each((connection, request) ->
                    respond(200, connection.session().getPeerPrincipal().getName())
                        .play(connection, request))));
    var pair = clients.issue(Kind.RSA, YESTERDAY, 30, "box").write(folder, "box-" + version);
    start(ca + ", certificate: " + pair, origin);
    assertThat(get().body()).isEqualTo("CN=box");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void endpointThatRefusesTheCertificateIsABadGateway(String version) {
    var clients = TestCertificate.authority("Clients");
    var origin =
        stage.add(FakeOrigin.start(OriginTls.forClientsOf(clients, local, version), HELLO));
    var pair = root.issue(Kind.EC, "box").write(folder, "refused-" + version);
    start(ca + ", certificate: " + pair, origin);
    try (var log = new HeardLog()) {
      var response = get();
      assertThat(response.status()).isEqualTo(502);
      assertThat(log.lines()).anyMatch(line -> line.contains("alert"));
    }
  }

  // --- ends ---

  @Test
  void responseThatEndsWithoutCloseNotifyIsNeverTakenForComplete() {
    var origin =
        stage.add(
            FakeOrigin.start(
                OriginTls.of(local),
                Script.each((connection, _) -> {
                  connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf");
                  connection.reset();
                })));
    start(ca, origin);
    var client = stage.client().send(Wire.get("/", "Connection: close"));
    assertThat(client.readUntilClose()).doesNotEndWith("0\r\n\r\n");
  }

  @Test
  void responseThatEndsWithCloseNotifyIsComplete() {
    var origin =
        stage.add(
            FakeOrigin.start(
                OriginTls.of(local),
                Script.each((connection, _) -> {
                  connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it");
                  connection.close();
                })));
    start(ca, origin);
    assertThat(get().body()).isEqualTo("all of it");
  }

  @Test
  void idleConnectionThatTheEndpointClosesIsReplaced() {
    var origin =
        stage.add(
            FakeOrigin.start(
                OriginTls.of(local),
                Script.each((connection, request) -> {
                  respond(200, "connection " + connection.number()).play(connection, request);
                  connection.close();
                })));
    start(ca, origin);
    var client = stage.client();
    for (int i = 0; i < 3; i++) {
      assertThat(client.exchange(Wire.GET).body()).isEqualTo("connection " + i);
      origin.awaitOpen(0);
    }
  }
}
