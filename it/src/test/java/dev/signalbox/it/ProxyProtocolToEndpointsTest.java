package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.OriginConnection;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Step;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints that are told of the client by the PROXY protocol, and share no connection. */
@OnEachTransport
final class ProxyProtocolToEndpointsTest {
  private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

  @TempDir static Path folder;
  @RegisterExtension final Stage stage;
  private final List<String> headers = new CopyOnWriteArrayList<>();

  ProxyProtocolToEndpointsTest(Machine machine) {
    stage = new Stage(machine);
  }

  /** Reads a header first, and then answers requests. */
  private FakeOrigin origin(Step step) {
    return stage.origin(connection -> {
      headers.add(header(connection));
      Script.each(step).play(connection);
    });
  }

  private static String header(OriginConnection connection) throws IOException {
    String first = connection.read(6);
    if (first.equals("PROXY ")) {
      return first + connection.readLine();
    }
    String fixed = first + connection.read(10);
    return fixed + connection.read(fixed.charAt(14) << 8 | fixed.charAt(15));
  }

  private FakeOrigin start(String version) {
    var origin = origin(Step.respond(200, "hello"));
    stage.start(Config.to(origin).upstream("proxy-protocol: " + version));
    return origin;
  }

  private static int port(RawHttp1Client client) {
    return ((InetSocketAddress) client.localAddress()).getPort();
  }

  @Test
  void aLineTellsTheClientsAddress() {
    start("v1");
    var client = stage.client();
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("hello");
    assertThat(headers)
        .containsExactly(
            "PROXY TCP4 127.0.0.1 127.0.0.1 " + port(client) + " " + stage.port() + "\r\n");
  }

  @Test
  void aBinaryHeaderTellsItToo() {
    start("v2");
    var client = stage.client();
    assertThat(client.exchange(Wire.GET).body()).isEqualTo("hello");
    var ports =
        HexFormat.of().toHexDigits((short) port(client))
            + HexFormat.of().toHexDigits((short) stage.port());
    assertThat(hex(withoutChecksum(headers.getFirst())))
        .isEqualTo(hex(SIGNATURE) + "21110013" + "7f0000017f000001" + ports + "03000400000000");
  }

  /** The header with nothing in the place of its checksum, which must be the last and right. */
  private static String withoutChecksum(String header) {
    int at = header.length() - 4;
    assertThat(hex(header.substring(at - 3, at))).isEqualTo("030004");
    var without = header.substring(0, at) + "\0\0\0\0";
    assertThat(hex(header.substring(at))).isEqualTo(HexFormat.of().toHexDigits(crc32c(without)));
    return without;
  }

  /** As RFC 3720 §12.1 has it, bit by bit. */
  private static int crc32c(String text) {
    int crc = -1;
    for (char c : text.toCharArray()) {
      crc ^= c;
      for (int i = 0; i < 8; i++) {
        crc = crc >>> 1 ^ (crc & 1) * 0x82f63b78;
      }
    }
    return ~crc;
  }

  @Test
  void theChecksumIsTheOneOfTheStandard() { // RFC 3720 §B.4, whose bytes stand the other way round
    assertThat(crc32c("\0".repeat(32))).isEqualTo(0x8a9136aa);
    assertThat(crc32c("\u00ff".repeat(32))).isEqualTo(0x62a8ab43);
    assertThat(crc32c("123456789")).isEqualTo(0xe3069283);
  }

  @Test
  void ourOwnListenersTakeOurHeaders() {
    stage.start(
        """
        listeners:
          web: { bind: "127.0.0.1:0" }
          behind: { bind: "unix:%1$s", proxy-protocol: required }
        upstreams: { behind: { endpoints: ["unix:%1$s"], proxy-protocol: v2 } }
        routes:
          - { name: answer, match: { listener: behind, source: 127.0.0.1 }, respond: 204 }
          - { name: pass, match: { listener: web }, to: behind }
        """
            .formatted(folder.resolve("behind-" + System.nanoTime() + ".sock")));
    assertThat(stage.client().exchange(Wire.GET).status()).isEqualTo(204);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void whatIsKnownOfTheClientsTlsIsTold() throws IOException {
    var root = TestCertificate.authority("Test Root");
    var pair = root.issue(Kind.EC, "shop.example").write(folder, "told");
    stage.start(
        Config.to(origin(Step.respond(200, "hello")))
            .listener("tls: { certificates: [" + pair + "] }")
            .upstream("proxy-protocol: v2"));
    var request = Wire.get("/", "Connection: close");
    TlsClient.JAVA.exchange(stage.port(), root, "shop.example", request);
    var fields = hex(headers.getFirst()).substring(2 * 28);
    assertThat(fields)
        .contains("02000c" + hex("shop.example"))
        .contains("0100000001" + "210007" + hex("TLSv1.3") + "2300")
        .contains(hex("TLS_AES_"))
        .doesNotContain("2200");
    withoutChecksum(headers.getFirst());
  }

  @Test
  void theNameInTheClientsCertificateIsTold() throws IOException {
    var root = TestCertificate.authority("Test Root");
    var pair = root.issue(Kind.EC, "shop.example").write(folder, "named");
    var clients = TestCertificate.authority("Clients");
    var shown = clients.issue(Kind.EC, "box.example");
    var ca = clients.writeAuthority(folder, "named-clients.crt");
    stage.start(
        Config.to(origin(Step.respond(200, "hello")))
            .listener(
                "tls: { certificates: ["
                    + pair
                    + "], client-certificate: optional, ca: \""
                    + ca
                    + "\" }")
            .upstream("proxy-protocol: v2"));
    var context = root.clientContext(shown);
    for (int i = 0; i < 2; i++) { // the second resumes the session of the first
      try (var socket = TlsClient.connect(stage.port(), context, "shop.example")) {
        var request = Wire.get("/", "Connection: close");
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
            .endsWith("hello");
      }
    }
    assertThat(hex(headers.get(0)))
        .contains("0700000000" + "210007" + hex("TLSv1.3"))
        .contains("22000b" + hex("box.example"));
    assertThat(hex(headers.get(1)))
        .contains("0500000000" + "210007" + hex("TLSv1.3"))
        .contains("22000b" + hex("box.example"));
    headers.forEach(ProxyProtocolToEndpointsTest::withoutChecksum);
  }

  @Test
  void whatAProxyInFrontHasToldIsToldOn() {
    stage.start(
        Config.to(origin(Step.respond(200, "hello")))
            .listener("proxy-protocol: required, trusted-proxies: [127.0.0.1]")
            .upstream("proxy-protocol: v1"));
    var line = "PROXY TCP6 2001:db8::7 2001:db8::1 40000 443\r\n";
    assertThat(stage.client().exchange(line + Wire.GET).body()).isEqualTo("hello");
    assertThat(headers).containsExactly(line);
  }

  @Test
  void whereThereAreNoAddressesNoneAreTold(@TempDir Path sockets) {
    var socket = sockets.resolve("web.sock");
    stage.start(
        Config.to(origin(Step.respond(200, "hello")))
            .bind("unix:" + socket)
            .upstream("proxy-protocol: v1"));
    try (var client = RawHttp1Client.connect(java.net.UnixDomainSocketAddress.of(socket))) {
      assertThat(client.exchange(Wire.GET).body()).isEqualTo("hello");
    }
    assertThat(headers).containsExactly("PROXY UNKNOWN\r\n");
  }

  @Test
  void aConnectionServesItsClientOnlyAndClosesWithIt() {
    var origin = start("v1");
    var first = stage.client();
    for (int i = 0; i < 3; i++) {
      assertThat(first.exchange(Wire.GET).status()).isEqualTo(200);
    }
    assertThat(origin.accepted()).isEqualTo(1);
    var second = stage.client();
    assertThat(second.exchange(Wire.GET).status()).isEqualTo(200);
    assertThat(origin.accepted()).isEqualTo(2);
    assertThat(headers.getFirst()).contains(" " + port(first) + " ");
    assertThat(headers.getLast()).contains(" " + port(second) + " ");
    first.close();
    origin.awaitClosedByPeer(0);
    assertThat(second.exchange(Wire.GET).status()).isEqualTo(200);
    assertThat(origin.accepted()).isEqualTo(2);
  }

  @Test
  void anUnusedConnectionMakesRoomForAnotherClient() {
    var origin = origin(Step.respond(200, "hello"));
    stage.start(Config.to(origin).upstream("proxy-protocol: v2, connections: { max: 1 }"));
    var clients = List.of(stage.client(), stage.client(), stage.client());
    for (int i = 0; i < 3; i++) {
      for (var client : clients) {
        assertThat(client.exchange(Wire.GET).status()).isEqualTo(200);
      }
    }
    Await.until("at most one connection", () -> origin.open() <= 1);
  }

  @Test
  void webSocketsAreToldOfToo() {
    var origin =
        stage.origin(connection -> {
          headers.add(header(connection));
          dev.signalbox.testkit.WebSocketOrigin.echo().play(connection);
        });
    stage.start(Config.to(origin).upstream("proxy-protocol: v1"));
    var client = stage.client();
    client.send(
        Wire.get(
            "/",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Key: " + dev.signalbox.testkit.WebSocketOrigin.KEY));
    assertThat(client.readHead().toLowerCase(Locale.ROOT)).startsWith("http/1.1 101 ");
    client.send("x");
    assertThat(client.read(1)).isEqualTo("x");
    assertThat(headers.getFirst()).contains(" " + port(client) + " ");
  }
}
