package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTPS from real clients, by way of every transport. */
@OnEachTransport
final class TlsTest {
  private static final String CLOSE = "Connection: close";
  private static final String BODY = "0123456789abcdef".repeat(200_000); // 3.2 MB

  @TempDir static Path folder;
  private static TestCertificate root;
  private static String shop;
  private static String api;

  @RegisterExtension final Stage stage;

  TlsTest(Machine machine) {
    stage = new Stage(machine);
  }

  @BeforeAll
  static void makeCertificates() {
    root = TestCertificate.authority("Test Root");
    shop = root.subordinate("Middle").issue(Kind.EC, "shop.example").write(folder, "shop");
    api = root.issue(Kind.EC, "*.api.example").write(folder, "api");
  }

  private void start(FakeOrigin origin) {
    stage.start(Config.to(origin).listener("tls: { certificates: [" + shop + ", " + api + "] }"));
  }

  @ParameterizedTest
  @MethodSource("dev.signalbox.it.TlsClient#all")
  void requestsAreServedAndEndpointsAreToldOfHttps(TlsClient client) throws IOException {
    var origin = stage.origin(Script.each(respond(200, "hello")));
    start(origin);
    var response = client.exchange(stage.port(), root, "shop.example", Wire.get("/", CLOSE));
    assertThat(response).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nhello");
    assertThat(origin.requests().getFirst().header("X-Forwarded-Proto")).isEqualTo("https");
  }

  @ParameterizedTest
  @MethodSource("dev.signalbox.it.TlsClient#all")
  void routesMatchTheNameOfTheHandshakeAndTheScheme(TlsClient client) throws IOException {
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0", tls: { certificates: [%s, %s] } } }
        routes:
          - { name: plain, match: { scheme: http }, respond: 500 }
          - { name: api, match: { sni: "*.api.example" }, respond: { status: 200, body: api } }
          - { name: shop, match: { sni: shop.example }, respond: { status: 200, body: shop } }
        """
            .formatted(shop, api));
    var get = Wire.get("/", CLOSE);
    assertThat(client.exchange(stage.port(), root, "shop.example", get)).endsWith("shop");
    var toApi = get.replace("Host: shop.example", "Host: v1.api.example");
    assertThat(client.exchange(stage.port(), root, "v1.api.example", toApi)).endsWith("api");
    assertThat(client.exchange(stage.port(), root, "other.example", get)).contains(" 404 ");
  }

  @Test
  void longBodiesComeThroughBothWays() throws IOException {
    var origin =
        stage.origin(
            Script.each((connection, request) ->
                connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: "
                        + request.body().length()
                        + "\r\n\r\n"
                        + request.body())));
    start(origin);
    var request = Wire.withBody("POST", "/", BODY, CLOSE).getBytes(StandardCharsets.ISO_8859_1);
    try (var socket = TlsClient.connect(stage.port(), root, "shop.example")) {
      socket.startHandshake();
      OutputStream out = socket.getOutputStream();
      var sending =
          CompletableFuture.runAsync(() -> {
            try {
              out.write(request);
              out.flush();
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });
      var response =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      sending.join();
      assertThat(response).startsWith("HTTP/1.1 200 ").hasSizeGreaterThan(BODY.length());
      assertThat(response.endsWith(BODY)).isTrue();
    }
  }

  @Test
  void oneConnectionServesManyRequests() throws IOException {
    start(stage.origin(Script.each(respond(200, "hello"))));
    try (var socket = TlsClient.connect(stage.port(), root, "shop.example")) {
      var request = Wire.get("/").getBytes(StandardCharsets.ISO_8859_1);
      for (int i = 0; i < 20; i++) {
        socket.getOutputStream().write(request);
        var response = new StringBuilder();
        var buffer = new byte[1000];
        while (response.indexOf("\r\n\r\nhello") < 0) {
          int count = socket.getInputStream().read(buffer);
          assertThat(count).isPositive();
          response.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        }
      }
    }
  }

  @Test
  void plainHttpIsToldThatThePortSpeaksTls() {
    start(stage.origin(Script.each(respond(200, "hello"))));
    var response = stage.client().exchange(Wire.GET);
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.body()).contains("plain HTTP on a port that speaks TLS; use https");
  }

  @Test
  void garbageIsClosed() {
    start(stage.origin(Script.each(respond(200, "hello"))));
    RawHttp1Client client = stage.client();
    client.send("\u0016\u0003\u0001\u0000\u0005garbage");
    assertThat(client.readUntilClose()).startsWith("\u0015\u0003\u0003");
  }

  @Test
  void strictListenerShowsNothingToStrangers() {
    stage.start(
        Config.to(stage.origin(Script.each(respond(200, "hello"))))
            .listener("tls: { certificates: [" + shop + "], strict-sni: true }"));
    assertThatThrownBy(() ->
            TlsClient.JAVA.exchange(stage.port(), root, "other.example", Wire.get("/", CLOSE)))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("unrecognized_name");
  }

  @Test
  void clientThatGoesAwayInTheHandshakeLeavesNothing() {
    start(stage.origin(Script.each(respond(200, "hello"))));
    RawHttp1Client client = stage.client();
    client.send("\u0016\u0003\u0001");
    stage.awaitConnections(1);
    client.close();
    stage.awaitConnections(0);
  }

  @Test
  void silentClientsDoNotHoldUpTheEnd() {
    start(stage.origin(Script.each(respond(200, "hello"))));
    var client = stage.client();
    stage.awaitConnections(1);
    stage.signalbox().close();
    assertThat(client.readUntilClose()).isEmpty();
  }
}
