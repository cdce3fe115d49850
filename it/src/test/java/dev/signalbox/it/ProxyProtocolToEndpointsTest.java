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
    assertThat(hex(headers.getFirst()))
        .isEqualTo(hex(SIGNATURE) + "2111000c" + "7f0000017f000001" + ports);
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
        .contains(hex("TLS_AES_"));
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
