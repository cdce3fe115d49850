package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Clients behind a proxy that tells of them by the PROXY protocol. */
@OnEachTransport
final class ProxyProtocolTest {
  private static final String LINE = "PROXY TCP4 192.0.2.7 10.0.0.1 40000 443\r\n";
  private static final String BINARY = binary("21", "c00002070a0000019c4001bb");
  private static final String LOCAL = binary("20", "");

  @TempDir static Path folder;
  @RegisterExtension final Stage stage;

  ProxyProtocolTest(Machine machine) {
    stage = new Stage(machine);
  }

  private static String binary(String command, String rest) {
    var length = HexFormat.of().toHexDigits((short) (rest.length() / 2));
    return new String(
        HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + command + "11" + length + rest),
        StandardCharsets.ISO_8859_1);
  }

  private FakeOrigin start(String mode, String trusted, String more) {
    var origin = stage.origin(Script.each(respond(200, "hello")));
    stage.start(
        Config.to(origin)
            .listener("proxy-protocol: " + mode + ", trusted-proxies: [" + trusted + "]" + more));
    return origin;
  }

  private FakeOrigin start(String mode) {
    return start(mode, "127.0.0.1", "");
  }

  @Test
  void theAddressThatIsToldIsTheClients() {
    var origin = start("required");
    for (String header : new String[] {LINE, BINARY}) {
      var client = stage.client();
      assertThat(client.exchange(header + Wire.GET).body()).isEqualTo("hello");
      assertThat(client.exchange(Wire.get("/", "X-Forwarded-For: 1.2.3.4")).body())
          .isEqualTo("hello");
    }
    assertThat(origin.requests()).hasSize(4);
    for (var request : origin.requests()) {
      assertThat(request.header("X-Forwarded-For")).isEqualTo("192.0.2.7");
      assertThat(request.header("X-Forwarded-Port")).isEqualTo("443");
      assertThat(request.header("X-Forwarded-Proto")).isEqualTo("http");
    }
  }

  @Test
  void aHeaderInPiecesIsOne() {
    var origin = start("required");
    for (String header : new String[] {LINE, BINARY}) {
      var client = stage.client();
      client.sendInPieces(header + Wire.GET, 1);
      assertThat(client.readResponse().body()).isEqualTo("hello");
    }
    assertThat(origin.requests().getLast().header("X-Forwarded-For")).isEqualTo("192.0.2.7");
  }

  @Test
  void aProxyThatAsksForItselfIsTheClient() {
    var origin = start("required");
    for (String header : new String[] {LOCAL, "PROXY UNKNOWN\r\n"}) {
      assertThat(stage.client().exchange(header + Wire.GET).status()).isEqualTo(200);
    }
    assertThat(origin.requests().getFirst().header("X-Forwarded-For")).isEqualTo("127.0.0.1");
  }

  @Test
  void routesMatchTheClientThatIsTold() {
    stage.start(
        """
        listeners:
          web: { bind: "127.0.0.1:0", proxy-protocol: optional, trusted-proxies: [127.0.0.1] }
        routes:
          - { name: there, match: { source: 192.0.2.0/24 }, respond: { status: 200, body: there } }
          - { name: here, match: { source: 127.0.0.0/8 }, respond: { status: 200, body: here } }
        """);
    assertThat(stage.client().exchange(LINE + Wire.GET).body()).isEqualTo("there");
    assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("here");
  }

  @Test
  void whatTheProxySaysOfTlsIsPassedOn() {
    var origin = start("required");
    var fields = "02000c73686f702e6578616d706c65" + "200005" + "0100000000";
    var header = binary("21", "c00002070a0000019c4001bb" + fields);
    assertThat(stage.client().exchange(header + Wire.GET).status()).isEqualTo(200);
    assertThat(origin.requests().getFirst().header("X-Forwarded-Proto")).isEqualTo("https");
  }

  @Test
  void theHeaderComesBeforeTls() throws IOException {
    var root = TestCertificate.authority("Test Root");
    var pair = root.issue(Kind.EC, "shop.example").write(folder, "proxied");
    var origin = start("required", "127.0.0.1", ", tls: { certificates: [" + pair + "] }");
    try (var plain = new Socket(InetAddress.getLoopbackAddress(), stage.port())) {
      plain.getOutputStream().write(BINARY.getBytes(StandardCharsets.ISO_8859_1));
      try (var socket =
          (SSLSocket)
              root.clientContext()
                  .getSocketFactory()
                  .createSocket(plain, "shop.example", stage.port(), true)) {
        var request = Wire.get("/", "Connection: close");
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
            .startsWith("HTTP/1.1 200 ");
      }
    }
    var request = origin.requests().getFirst();
    assertThat(request.header("X-Forwarded-For")).isEqualTo("192.0.2.7");
    assertThat(request.header("X-Forwarded-Proto")).isEqualTo("https");
  }

  @Test
  void othersThanTrustedProxiesAreNotListenedTo() {
    var origin = start("required", "192.0.2.0/24", "");
    closes(stage.client(), LINE + Wire.GET);
    closes(stage.client(), Wire.GET);
    assertThat(origin.accepted()).isZero();
  }

  @Test
  void whereHeadersAreOptionalOthersMayConnectButTellNothing() {
    var origin = start("optional", "192.0.2.0/24", "");
    assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("hello");
    closes(stage.client(), LINE + Wire.GET);
    closes(stage.client(), BINARY + Wire.GET);
    assertThat(origin.requests()).hasSize(1);
  }

  @Test
  void whatIsNoHeaderOrABadOneIsClosedWithoutAnAnswer() {
    var origin = start("required");
    closes(stage.client(), Wire.GET);
    closes(stage.client(), LINE.replace("TCP4", "TCP5") + Wire.GET);
    closes(stage.client(), BINARY.replace("!", "\"") + Wire.GET);
    closes(stage.client(), BINARY.substring(0, 20), true);
    assertThat(origin.accepted()).isZero();
  }

  private static void closes(RawHttp1Client client, String request) {
    closes(client, request, false);
  }

  private static void closes(RawHttp1Client client, String request, boolean ends) {
    client.send(request);
    if (ends) {
      client.halfClose();
    }
    client.awaitClose();
  }

  @Test
  void aHeaderThatDoesNotComeIsWaitedForOnlySoLong() {
    start("required", "127.0.0.1", ", timeouts: { head: 200ms }");
    stage.client().awaitClose();
    closes(stage.client(), BINARY.substring(0, 5));
  }

  @Test
  void connectionsAreCountedForTheClientThatIsTold() {
    start("required", "127.0.0.1", ", max-connections-per-client: 1");
    var first = stage.client();
    assertThat(first.exchange(LINE + Wire.GET).status()).isEqualTo(200);
    closes(stage.client(), LINE + Wire.GET);
    var other = LINE.replace("192.0.2.7", "192.0.2.8");
    assertThat(stage.client().exchange(other + Wire.GET).status()).isEqualTo(200);
    first.close();
    stage.awaitConnections(1);
    assertThat(stage.client().exchange(LINE + Wire.GET).status()).isEqualTo(200);
  }

  @Test
  void connectionsWithoutAHeaderEndWithTheServer() {
    start("required");
    var client = stage.client().send(BINARY.substring(0, 5));
    stage.awaitConnections(1);
    assertThat(stage.signalbox().drain(dev.signalbox.testkit.Await.PATIENCE)).isTrue();
    client.awaitClose();
  }
}
