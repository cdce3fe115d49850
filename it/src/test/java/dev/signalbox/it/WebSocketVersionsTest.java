package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.H2OriginStream;
import dev.signalbox.testkit.H2TunnelClient;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Step;
import dev.signalbox.testkit.WebSocketOrigin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** WebSockets where HTTP/2 is spoken on one side or on both (RFC 8441). */
@OnEachTransport
final class WebSocketVersionsTest {
  private static final int ENABLE_CONNECT_PROTOCOL = 8;
  private static final int CANCEL = 8;
  private static final String[] OPEN = {
    ":method: CONNECT",
    ":protocol: websocket",
    ":scheme: http",
    ":path: /chat",
    ":authority: shop.example",
    "sec-websocket-version: 13",
    "sec-websocket-protocol: chat.v1"
  };
  private static final String OPEN_1 =
      Wire.get(
          "/chat",
          "Connection: Upgrade",
          "Upgrade: WebSocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: " + WebSocketOrigin.KEY);

  @RegisterExtension final Stage stage;
  private final List<H2TunnelClient> clients = new ArrayList<>();

  WebSocketVersionsTest(Machine machine) {
    stage = new Stage(machine);
  }

  @AfterEach
  void closeClients() {
    clients.forEach(H2TunnelClient::close);
  }

  private H2TunnelClient client() {
    var client = H2TunnelClient.connect(stage.port());
    clients.add(client);
    assertThat(client.awaitSetting(ENABLE_CONNECT_PROTOCOL)).isEqualTo(1);
    return client;
  }

  private int open(H2TunnelClient client) {
    int stream = client.request(false, OPEN);
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    return stream;
  }

  // --- HTTP/2 to HTTP/1 ---

  @Test
  void fromHttp2ToHttp1TheKeyIsMadeAndItsAnswerChecked() {
    var origin = stage.origin(WebSocketOrigin.echo());
    stage.start(origin);
    var client = client();
    int stream = client.request(false, OPEN);
    assertThat(client.readHead(stream))
        .startsWith(":status: 200\n")
        .doesNotContain("accept", "upgrade", "connection", "content-length");
    var request = origin.requests().getFirst();
    assertThat(request.head()).startsWith("GET /chat HTTP/1.1\r\nHost: shop.example\r\n");
    assertThat(request.header("Connection")).isEqualTo("Upgrade");
    assertThat(request.header("Upgrade")).isEqualTo("websocket");
    assertThat(request.header("Sec-WebSocket-Key")).hasSize(24);
    assertThat(request.header("Sec-WebSocket-Protocol")).isEqualTo("chat.v1");
    for (String message : new String[] {"\0\1", "GET / HTTP/1.1\r\n\r\n"}) {
      client.data(stream, message, false);
      assertThat(client.read(stream, message.length())).isEqualTo(message);
    }
    client.data(stream, "bye", true);
    assertThat(client.readToEnd(stream)).isEqualTo("bye");
    origin.awaitClosedByPeer(0);
  }

  @Test
  void aWrongAnswerToOurKeyIsABadResponse() {
    stage.start(
        stage.origin(
            Script.each(
                Step.respond(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Accept: AAAA\r\n\r\n"))));
    var client = client();
    assertThat(client.readHead(client.request(false, OPEN))).startsWith(":status: 502\n");
  }

  @Test
  void whatIsSentAheadOfTheAnswerIsNotLost() {
    stage.start(stage.origin(WebSocketOrigin.echo()));
    var client = client();
    int stream = client.request(false, OPEN);
    client.data(stream, "ahead", false);
    client.data(stream, " of it", true);
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    assertThat(client.readToEnd(stream)).isEqualTo("ahead of it");
  }

  @Test
  void manyTunnelsAndRequestsShareAConnection() {
    stage.start(
        stage.origin(connection -> {
          var request = connection.readRequest();
          if (request != null && request.header("Upgrade") != null) {
            connection.send(WebSocketOrigin.accept(request));
            connection.echo();
          } else if (request != null) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain");
            connection.awaitClosedByPeer();
          }
        }));
    var client = client();
    var streams = new ArrayList<Integer>();
    for (int i = 0; i < 10; i++) {
      streams.add(open(client));
    }
    int plain =
        client.request(
            true, ":method: GET", ":scheme: http", ":path: /", ":authority: shop.example");
    assertThat(client.readToEnd(plain)).isEqualTo("plain");
    for (int stream : streams) {
      client.data(stream, "n" + stream, false);
    }
    for (int stream : streams) {
      assertThat(client.read(stream, 1 + Integer.toString(stream).length()))
          .isEqualTo("n" + stream);
    }
  }

  @Test
  void anotherAnswerIsAnOrdinaryResponseButNeverAYes() {
    stage.start(stage.origin(Script.of(Step.respond(403, "no"), Step.respond(200, "a page"))));
    var client = client();
    int refused = client.request(false, OPEN);
    assertThat(client.readHead(refused)).startsWith(":status: 403\n");
    assertThat(client.read(refused, 2)).isEqualTo("no");
    assertThat(client.readHead(client.request(false, OPEN))).startsWith(":status: 501\n");
  }

  @Test
  void aProtocolThatTheRouteDoesNotListIsRefused() {
    var origin = stage.origin(WebSocketOrigin.echo());
    stage.start(origin);
    var client = client();
    var fields = OPEN.clone();
    fields[1] = ":protocol: connect-udp";
    assertThat(client.readHead(client.request(false, fields))).startsWith(":status: 501\n");
    fields[1] = "x: y";
    assertThat(client.readHead(client.request(false, fields))).startsWith(":status: 405\n");
    fields[0] = ":method: GET";
    fields[1] = ":protocol: websocket";
    assertThat(client.awaitReset(client.request(true, fields))).isEqualTo(1);
    assertThat(origin.accepted()).isZero();
  }

  @Test
  void resetsAreTold() {
    var origin = stage.origin(WebSocketOrigin.echo());
    stage.start(origin);
    var client = client();
    int stream = open(client);
    client.reset(stream, CANCEL);
    origin.awaitClosedByPeer(0);
    origin.script(WebSocketOrigin.then((connection, _) -> connection.reset()));
    assertThat(client.awaitReset(open(client))).isEqualTo(CANCEL);
  }

  @Test
  void aSlowClientHoldsTheEndpointBack() {
    stage.start(
        stage.origin(
            WebSocketOrigin.then((connection, _) -> {
              connection.send(new byte[8 << 20]);
              connection.awaitClosedByPeer();
            })));
    var client = client();
    client.returnsWindows(false);
    var pressure = new Pressure(stage.signalbox());
    int stream = open(client);
    client.read(stream, 65_535); // no more than the window
    pressure.look();
    assertThat(pressure.growth()).isLessThan(Pressure.BOUND);
    client.reset(stream, CANCEL);
  }

  @Test
  void tunnelsEndWithTheServer() {
    stage.start(
        Config.to(stage.origin(WebSocketOrigin.echo())).timeouts("tunnel: { drain: 300ms }"));
    var client = client();
    int stream = open(client);
    var drained =
        CompletableFuture.supplyAsync(() -> stage.signalbox().drain(Duration.ofSeconds(20)));
    client.data(stream, "still there", false);
    assertThat(client.read(stream, 11)).isEqualTo("still there");
    assertThat(client.readToEnd(stream)).isEmpty();
    client.data(stream, "", true);
    client.close();
    assertThat(drained.join()).isTrue();
  }

  // --- HTTP/1 to HTTP/2 ---

  private RawHttp1Client open1() {
    var client = stage.client();
    assertThat(client.send(OPEN_1).readHead())
        .startsWith("HTTP/1.1 101 ")
        .contains("\r\nUpgrade: WebSocket\r\n")
        .contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    return client;
  }

  @Test
  void fromHttp1ToHttp2TheAnswerToTheKeyIsMade() {
    var origin = stage.h2Origin(H2OriginStream::echo, ENABLE_CONNECT_PROTOCOL, 1);
    stage.start(origin);
    for (int i = 0; i < 3; i++) { // on a new connection, and on one that is known
      var client = open1();
      client.send("hello");
      assertThat(client.read(5)).isEqualTo("hello");
      client.halfClose();
      assertThat(client.readUntilClose()).isEmpty();
      assertThat(client.wasReset()).isFalse();
    }
    assertThat(origin.accepted()).isEqualTo(1);
    assertThat(origin.requests().getFirst().fields())
        .contains(
            ":method: CONNECT",
            ":protocol: websocket",
            ":scheme: http",
            ":authority: shop.example",
            ":path: /chat",
            "sec-websocket-version: 13")
        .noneMatch(field -> field.startsWith("sec-websocket-key"))
        .noneMatch(field -> field.startsWith("upgrade") || field.startsWith("connection"));
  }

  @Test
  void anEndpointThatDoesNotSayThatItSwitchesIsNotAskedTo() {
    var origin = stage.h2Origin(H2OriginStream::echo);
    stage.start(origin);
    try (var log = new HeardLog()) {
      for (int i = 0; i < 2; i++) { // on a new connection, and on one that is known
        var answer = stage.client().exchange(OPEN_1);
        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.body()).startsWith("501 Not Implemented").doesNotContain("8441");
      }
      var client = client();
      assertThat(client.readHead(client.request(false, OPEN))).startsWith(":status: 501\n");
      assertThat(log.lines())
          .hasSize(3)
          .allMatch(line ->
              line.contains("endpoint=" + origin.hostAndPort())
                  && line.contains("its settings lack ENABLE_CONNECT_PROTOCOL (RFC 8441)")
                  && line.contains("protocol: h1"));
    }
    assertThat(origin.requests()).isEmpty();
    origin.step(stream -> stream.respond(200, "plain"));
    assertThat(stage.client().exchange(Wire.GET).body()).isEqualTo("plain");
  }

  @Test
  void aClientThatGivesUpResetsItsStreamOnly() throws Exception {
    var origin = stage.h2Origin(H2OriginStream::echo, ENABLE_CONNECT_PROTOCOL, 1);
    stage.start(origin);
    var client = open1();
    var other = open1();
    client.reset();
    assertThat(origin.requests().getFirst().awaitReset()).isEqualTo(CANCEL);
    other.send("x");
    assertThat(other.read(1)).isEqualTo("x");
  }

  @Test
  void anotherAnswerOfAnEndpointIsAnOrdinaryResponse() {
    var origin = stage.h2Origin(stream -> stream.respond(403, "no"), ENABLE_CONNECT_PROTOCOL, 1);
    stage.start(origin);
    for (int i = 0; i < 2; i++) {
      var response = stage.client().exchange(OPEN_1);
      assertThat(response.status()).isEqualTo(403);
      assertThat(response.body()).isEqualTo("no");
    }
  }

  // --- HTTP/2 to HTTP/2 ---

  @Test
  void fromHttp2ToHttp2BytesPassInFrames() {
    var origin = stage.h2Origin(H2OriginStream::echo, ENABLE_CONNECT_PROTOCOL, 1);
    stage.start(origin);
    var client = client();
    int first = open(client);
    int second = open(client);
    client.data(second, "two", false);
    client.data(first, "one", true);
    assertThat(client.readToEnd(first)).isEqualTo("one");
    assertThat(client.read(second, 3)).isEqualTo("two");
    client.data(second, "", true);
    assertThat(client.readToEnd(second)).isEmpty();
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void anEndpointsResetIsTheClients() {
    stage.start(
        stage.h2Origin(
            stream -> {
              stream.head(false, 200);
              stream.data("words", false);
              stream.reset(CANCEL);
            },
            ENABLE_CONNECT_PROTOCOL,
            1));
    var client = client();
    int stream = open(client);
    assertThat(client.awaitReset(stream)).isEqualTo(CANCEL);
  }
}
