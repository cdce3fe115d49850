package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator switches on around TLS. */
@OnTwoLoops
final class HttpsTest {
  private static final String CLOSE = "Connection: close";
  private static final String ROUTES =
      "\nroutes: [{ name: all, respond: { status: 200, body: hello } }]";

  @TempDir static Path folder;
  private static TestCertificate root;
  private static String shop;
  private static String api;

  @RegisterExtension final Stage stage;

  HttpsTest(Machine machine) {
    stage = new Stage(machine);
  }

  @BeforeAll
  static void makeCertificates() {
    root = TestCertificate.authority("Test Root");
    shop = root.issue(Kind.EC, "shop.example", "www.shop.example").write(folder, "shop");
    api = root.issue(Kind.EC, "*.api.example").write(folder, "api");
  }

  private void start(String settings) {
    stage.start("listeners: { web: { bind: \"127.0.0.1:0\", " + settings + " } }" + ROUTES);
  }

  // --- plain HTTP that is sent to HTTPS ---

  @ParameterizedTest
  @CsvSource({
    "true, https://shop.example/a%20b?x=%2F",
    "{ port: 8443 }, https://shop.example:8443/a%20b?x=%2F"
  })
  void plainRequestsAreSentToHttps(String setting, String location) {
    start("https-redirect: " + setting);
    var response =
        stage
            .client()
            .exchange(
                "POST /x/../a%20b?x=%2F HTTP/1.1\r\nHost: SHOP.example:8080\r\n"
                    + "Content-Length: 3\r\n\r\nabc");
    assertThat(response.status()).isEqualTo(308);
    assertThat(response.header("Location")).isEqualTo(location);
  }

  @Test
  void connectionGoesOnAfterARedirect() {
    start("https-redirect: true");
    var client = stage.client();
    for (int i = 0; i < 3; i++) {
      assertThat(client.exchange(Wire.withBody("POST", "/", "body")).status()).isEqualTo(308);
    }
  }

  @Test
  void challengesOfAuthoritiesGoToTheRoutes() {
    start("https-redirect: true");
    var response = stage.client().exchange(Wire.get("/.well-known/acme-challenge/token"));
    assertThat(response.status()).isEqualTo(200);
    var outside = stage.client().exchange(Wire.get("/.well-known/acme-challenge/../x"));
    assertThat(outside.status()).isEqualTo(308);
  }

  @ParameterizedTest
  @CsvSource({"GET / HTTP/1.0", "OPTIONS * HTTP/1.1"})
  void whoCantBeSentAnywhereIsRefused(String line) {
    start("https-redirect: true");
    var host = line.endsWith("1.0") ? "" : "Host: shop.example\r\n";
    assertThat(stage.client().exchange(line + "\r\n" + host + "\r\n").status()).isEqualTo(400);
  }

  // --- requests that come by the wrong connection ---

  private String ask(String name, String host) throws IOException {
    var request = "GET / HTTP/1.1\r\nHost: " + host + "\r\n" + CLOSE + "\r\n\r\n";
    return TlsClient.JAVA.exchange(stage.port(), root, name, request).lines().findFirst().get();
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example, shop.example, 200",
    "shop.example, WWW.shop.example:8443, 200",
    "shop.example, v1.api.example, 421",
    "v1.api.example, shop.example, 421",
    "v1.api.example, v2.api.example., 200",
    "shop.example, unknown.example, 200",
    "unknown.example, unknown.example, 200",
    "unknown.example, v1.api.example, 421",
  })
  void requestForAHostOfAnotherCertificateIsMisdirected(String name, String host, int status)
      throws IOException {
    start("tls: { certificates: [" + shop + ", " + api + "] }");
    assertThat(ask(name, host)).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void strictListenerServesOnlyWhatItsCertificateCovers() throws IOException {
    start("tls: { strict-sni: true, certificates: [" + shop + "] }");
    assertThat(ask("shop.example", "unknown.example")).startsWith("HTTP/1.1 421 Misdirected");
    assertThat(ask("shop.example", "www.shop.example")).startsWith("HTTP/1.1 200");
  }

  @Test
  void connectionGoesOnAfterAMisdirectedRequest() throws IOException {
    start("tls: { certificates: [" + shop + ", " + api + "] }");
    var requests =
        "POST / HTTP/1.1\r\nHost: x.api.example\r\nContent-Length: 4\r\n\r\nbody"
            + "GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n";
    var response = TlsClient.JAVA.exchange(stage.port(), root, "shop.example", requests);
    assertThat(response).startsWith("HTTP/1.1 421 ").contains("HTTP/1.1 200 ").endsWith("hello");
  }

  @Test
  void defaultCertificateIsTheOneThatSaysSo() throws IOException {
    var marked = api.replace("}", ", default: true }");
    start("tls: { certificates: [" + shop + ", " + marked + "] }");
    try (var socket = TlsClient.connect(stage.port(), root, "unknown.example")) {
      socket.startHandshake();
      assertThat(socket.getSession().getPeerPrincipal().getName()).isEqualTo("CN=*.api.example");
    }
  }

  // --- what is kept up to date ---

  @Test
  void answerOfTheResponderIsStapled() throws IOException {
    var responder =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    responder.createContext(
        "/",
        exchange -> {
          byte[] answer = answer(exchange.getRequestBody().readAllBytes());
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    responder.start();
    try {
      var url = "http://127.0.0.1:" + responder.getAddress().getPort() + "/";
      var issued = root.issueWithResponder(url, "stapled.example");
      Files.writeString(
          folder.resolve("stapled.crt"),
          issued.certificatePem() + root.certificatePem()); // the issuer, to ask about
      Files.writeString(folder.resolve("stapled.key"), issued.keyPem());
      start(
          "tls: { ocsp: staple, watch: 5ms, certificates: [{ cert: "
              + folder.resolve("stapled.crt")
              + ", key: "
              + folder.resolve("stapled.key")
              + " }] }");
      Await.until(
          "the staple", () -> stage.signalbox().certificates().get("web").getFirst().isStapled());
      try (var socket = TlsClient.connect(stage.port(), root, "stapled.example")) {
        socket.startHandshake();
        var session = (ExtendedSSLSession) socket.getSession();
        assertThat(session.getStatusResponses()).hasSize(1);
      }
    } finally {
      responder.stop(0);
    }
  }

  private static byte[] answer(byte[] question) throws IOException {
    try {
      var id = new OCSPReq(question).getRequestList()[0].getCertID();
      Instant now = Instant.now();
      var basic =
          new BasicOCSPRespBuilder(new RespID(new X500Name("CN=Test Root")))
              .addResponse(
                  id,
                  CertificateStatus.GOOD,
                  Date.from(now.minusSeconds(60)),
                  Date.from(now.plus(Duration.ofHours(1))))
              .build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(root.keys().getPrivate()),
                  null,
                  Date.from(now));
      return new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic).getEncoded();
    } catch (OCSPException | OperatorCreationException e) {
      throw new IOException(e);
    }
  }

  @Test
  void secretsAreLoggedOnlyWhereThatIsAskedFor(@TempDir Path own) throws IOException {
    Path log = own.resolve("keys.log");
    start("tls: { key-log: \"" + log + "\", certificates: [" + shop + "] }");
    TlsClient.JAVA.exchange(stage.port(), root, "shop.example", Wire.get("/", CLOSE));
    Await.untilAsserted(() ->
        assertThat(lines(log))
            .anyMatch(line -> line.matches("CLIENT_TRAFFIC_SECRET_0 [0-9a-f]{64} [0-9a-f]+"))
            .anyMatch(line -> line.startsWith("SERVER_HANDSHAKE_TRAFFIC_SECRET ")));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
        .isEqualTo("rw-------");
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
