package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.H2Origin;
import dev.signalbox.testkit.H2OriginStream;
import dev.signalbox.testkit.H2TunnelClient;
import dev.signalbox.testkit.RawResponse;
import dev.signalbox.testkit.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Browsers that speak gRPC-Web in front of endpoints that speak gRPC. */
@OnEachTransport
final class GrpcWebTest {
  private static final String MESSAGE = "\0\0\0\0\2hi";
  private static final String TRAILERS = "grpc-status:0\r\ngrpc-message:fine\r\n";
  private static final String END = "\u0080\0\0\0" + (char) TRAILERS.length() + TRAILERS;

  @RegisterExtension final Stage stage;

  GrpcWebTest(Machine machine) {
    stage = new Stage(machine);
  }

  private static void answer(H2OriginStream stream) throws IOException, InterruptedException {
    stream.awaitEnd();
    stream.head(false, 200, "content-type: application/grpc+proto");
    stream.data(stream.body(), false);
    stream.fields(true, "grpc-status: 0", "grpc-message: fine");
  }

  private H2Origin start() {
    var origin = stage.h2Origin(GrpcWebTest::answer);
    start(origin, "");
    return origin;
  }

  private void start(H2Origin origin, String match) {
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { shop: { endpoints: ["%s"], protocol: h2 } }
        routes: [{ name: all, %s to: shop, grpc-web: true }]
        """
            .formatted(origin.hostAndPort(), match));
  }

  private static String request(String type, String body, String... fields) {
    var all = new String[fields.length + 1];
    System.arraycopy(fields, 0, all, 1, fields.length);
    all[0] = "Content-Type: " + type;
    return Wire.withBody("POST", "/shop.Shop/Buy", body, all);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Each quantum by itself: padding may stand after each. */
  private static String decoded(String text) {
    var out = new StringBuilder();
    for (int at = 0; at < text.length(); at += 4) {
      byte[] bytes = Base64.getDecoder().decode(text.substring(at, at + 4));
      out.append(new String(bytes, StandardCharsets.ISO_8859_1));
    }
    return out.toString();
  }

  @Test
  void trailersComeAsTheLastFrameOfTheBody() {
    var origin = start();
    RawResponse response =
        stage.client().exchange(request("application/grpc-web+proto", MESSAGE, "X-Grpc-Web: 1"));
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type")).isEqualTo("application/grpc-web+proto");
    assertThat(response.body()).isEqualTo(MESSAGE + END);
    assertThat(origin.requests().getFirst().fields())
        .contains("content-type: application/grpc+proto", "te: trailers", "content-length: 7");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 1000})
  void textIsBase64BothWaysHoweverItIsSplit(int piece) {
    var origin = start();
    var text = base64(MESSAGE) + base64(MESSAGE + "x");
    var client = stage.client();
    client.sendInPieces(request("application/grpc-web-text", text), piece);
    var response = client.readResponse("POST");
    assertThat(response.header("Content-Type")).isEqualTo("application/grpc-web-text+proto");
    assertThat(decoded(response.body())).isEqualTo(MESSAGE + MESSAGE + "x" + END);
    assertThat(origin.requests().getFirst().body()).isEqualTo(MESSAGE + MESSAGE + "x");
    assertThat(origin.requests().getFirst().field("content-length")).isNull();
  }

  @Test
  void theAnswersFormIsTheOneThatIsAccepted() {
    start();
    var client = stage.client();
    var response =
        client.exchange(
            request(
                "application/grpc-web+proto", MESSAGE, "Accept: application/grpc-web-text+proto"));
    assertThat(decoded(response.body())).isEqualTo(MESSAGE + END);
    response =
        client.exchange(
            request(
                "application/grpc-web-text",
                base64(MESSAGE),
                "Accept: application/grpc-web+proto"));
    assertThat(response.body()).isEqualTo(MESSAGE + END);
    response =
        client.exchange(request("application/grpc-web-text", base64(MESSAGE), "Accept: */*"));
    assertThat(decoded(response.body())).isEqualTo(MESSAGE + END);
  }

  @Test
  void eachMessageOfAStreamComesAtOnce() {
    var goOn = new Signal();
    var origin =
        stage.h2Origin(stream -> {
          stream.awaitEnd();
          stream.head(false, 200, "content-type: application/grpc");
          stream.data(MESSAGE, false);
          goOn.await();
          stream.data(MESSAGE, false);
          stream.fields(true, "grpc-status: 0", "grpc-message: fine");
        });
    start(origin, "");
    var client = H2TunnelClient.connect(stage.port());
    int stream =
        client.request(
            true,
            ":method: POST",
            ":scheme: http",
            ":path: /shop.Shop/Watch",
            ":authority: x",
            "content-type: application/grpc-web-text");
    assertThat(client.readHead(stream)).contains("content-type: application/grpc-web-text\n");
    assertThat(decoded(client.read(stream, 12))).isEqualTo(MESSAGE); // padded, not waiting
    goOn.give();
    assertThat(decoded(client.readToEnd(stream))).isEqualTo(MESSAGE + END);
    client.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"AAAAAAJo!Q==", "AAAAAAJoa", "AAAA=AAA"})
  void whatIsNoBase64IsRefused(String text) {
    start();
    var response = stage.client().exchange(request("application/grpc-web-text", text));
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("grpc-status")).isEqualTo("13");
    assertThat(response.header("Content-Type")).isEqualTo("application/grpc-web-text");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void aResponseOfTrailersOnlyKeepsThemInItsHead() {
    var origin =
        stage.h2Origin(stream -> {
          stream.awaitEnd();
          stream.head(true, 200, "content-type: application/grpc", "grpc-status: 5");
        });
    start(origin, "");
    var response = stage.client().exchange(request("application/grpc-web", MESSAGE));
    assertThat(response.header("grpc-status")).isEqualTo("5");
    assertThat(response.header("Content-Type")).isEqualTo("application/grpc-web");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void anEndpointThatIsNotThereIsUnavailableInGrpcWebToo() {
    var origin = stage.h2Origin(GrpcWebTest::answer);
    origin.close();
    start(origin, "");
    var response = stage.client().exchange(request("application/grpc-web-text", base64(MESSAGE)));
    assertThat(response.header("grpc-status")).isEqualTo("14");
    assertThat(response.header("Content-Type")).isEqualTo("application/grpc-web-text");
  }

  private void startWithLimits(H2Origin origin) {
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0", limits: { body: 1KB, headers: 20 } } }
        upstreams: { shop: { endpoints: ["%s"], protocol: h2 } }
        routes: [{ name: all, match: { path: "/shop.Shop/**" }, to: shop, grpc-web: true }]
        """
            .formatted(origin.hostAndPort()));
  }

  private static void assertIsRefusal(RawResponse response, String type, int status, String why) {
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type")).isEqualTo(type);
    assertThat(response.header("grpc-status")).isEqualTo(String.valueOf(status));
    assertThat(response.header("grpc-message")).startsWith(why);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void whatIsRefusedBeforeItIsACallIsToldInTheClientsForm() {
    startWithLimits(stage.h2Origin(GrpcWebTest::answer));
    assertIsRefusal(
        stage.client().exchange(request("application/grpc-web+proto", "x".repeat(2_000))),
        "application/grpc-web",
        8,
        "413 Content Too Large");
    String[] many = new String[30];
    java.util.Arrays.fill(many, "A: b");
    assertIsRefusal(
        stage.client().exchange(request("application/grpc-web-text", MESSAGE, many)),
        "application/grpc-web-text",
        8,
        "431 Request Header Fields Too Large");
    assertIsRefusal(
        stage
            .client()
            .exchange(
                Wire.withBody("POST", "/other", "", "Content-Type: application/grpc-web-text")),
        "application/grpc-web-text",
        12,
        "404 Not Found, request id: ");
    assertThat(stage.client().exchange(request("text/plain", "x".repeat(2_000))).status())
        .isEqualTo(413);
  }

  @Test
  void whatTurnsOutToBeTooLargeIsToldInTheClientsFormToo() {
    startWithLimits(stage.h2Origin(stream -> stream.awaitReset()));
    var client = stage.client();
    client.send(
        "POST /shop.Shop/Buy HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            + "Content-Type: application/grpc-web-text\r\n\r\n7d0\r\n"
            + "AAAA".repeat(500)
            + "\r\n0\r\n\r\n");
    assertIsRefusal(
        client.readResponse("POST"), "application/grpc-web-text", 8, "413 Content Too Large");
    try (var over2 = H2TunnelClient.connect(stage.port())) {
      int stream =
          over2.request(
              false,
              ":method: POST",
              ":scheme: http",
              ":path: /shop.Shop/Buy",
              ":authority: x",
              "content-type: application/grpc-web");
      over2.data(stream, "x".repeat(2_000), false);
      assertThat(over2.readHead(stream))
          .startsWith(":status: 200\n")
          .contains("content-type: application/grpc-web\n", "grpc-status: 8\n");
    }
  }

  @Test
  void otherRequestsOfTheRouteAreNotTouched() {
    var origin =
        stage.h2Origin(stream -> {
          stream.awaitEnd();
          stream.respond(204, "", "access-control-allow-origin: *");
        });
    start(origin, "");
    var client = stage.client();
    assertThat(client.exchange(Wire.request("OPTIONS", "/shop.Shop/Buy")).status()).isEqualTo(204);
    assertThat(client.exchange(request("text/plain", "a=")).status()).isEqualTo(204);
    assertThat(origin.requests().getLast().body()).isEqualTo("a=");
    assertThat(origin.requests().getLast().field("te")).isNull();
  }
}
