package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.H2Origin;
import dev.signalbox.testkit.H2OriginStream;
import dev.signalbox.testkit.H2TunnelClient;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import dev.signalbox.testkit.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tunnels that clients ask for (CONNECT), through a listener and a route that take them. */
@OnEachTransport
final class ConnectTest {
  private static final int CANCEL = 8;
  private static final String OPEN =
      "CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\n";
  private static final String[] OPEN_2 = {":method: CONNECT", ":authority: db.example:5432"};
  private static final String YES = "HTTP/1.1 200 Connection established\r\n\r\n";

  @RegisterExtension final Stage stage;
  private final List<H2TunnelClient> clients = new ArrayList<>();

  ConnectTest(Machine machine) {
    stage = new Stage(machine);
  }

  @AfterEach
  void closeClients() {
    clients.forEach(H2TunnelClient::close);
  }

  /** The route for tunnels is the second: a catch-all before it takes none. */
  private void start(String upstream, String more) {
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0", connect: true } }
        upstreams:
          proxy: { %s }
          shop: ["127.0.0.1:1"]
        routes:
          - { name: all, to: shop }
          - { name: tunnels, match: { method: CONNECT, host: "*.example" }, to: proxy }
        %s
        """
            .formatted(upstream, more));
  }

  private void start(FakeOrigin origin) {
    start("endpoints: [\"" + origin.hostAndPort() + "\"]", "");
  }

  private void start(H2Origin origin) {
    start("endpoints: [\"" + origin.hostAndPort() + "\"], protocol: h2", "");
  }

  private static Script agree(Step then) {
    return connection -> {
      var request = connection.readRequest();
      if (request != null) {
        connection.send(YES);
        then.play(connection, request);
      }
    };
  }

  private static Script echo() {
    return agree((connection, _) -> connection.echo());
  }

  private RawHttp1Client open() {
    var client = stage.client().send(OPEN);
    assertThat(client.readHead())
        .startsWith("HTTP/1.1 200 ")
        .doesNotContain("Content-Length", "Transfer-Encoding", "Connection:");
    return client;
  }

  private H2TunnelClient client2() {
    var client = H2TunnelClient.connect(stage.port());
    clients.add(client);
    return client;
  }

  private int open(H2TunnelClient client) {
    int stream = client.request(false, OPEN_2);
    assertThat(client.readHead(stream))
        .startsWith(":status: 200\n")
        .doesNotContain("content-length", "connection");
    return stream;
  }

  // --- HTTP/1 to HTTP/1 ---

  @Test
  void theEndpointIsAskedForTheSameTunnelAndBytesPassUnchanged() {
    var origin = stage.origin(echo());
    start(origin);
    var client = open();
    for (String message : new String[] {"\0", "GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001hi"}) {
      client.sendInPieces(message, 1);
      assertThat(client.read(message.length())).isEqualTo(message);
    }
    var request = origin.requests().getFirst();
    assertThat(request.head())
        .startsWith("CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n");
    assertThat(request.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
    assertThat(request.header("Content-Length")).isNull();
    client.halfClose();
    assertThat(client.readUntilClose()).isEmpty();
    assertThat(client.wasReset()).isFalse();
    origin.awaitClosedByPeer(0);
  }

  @Test
  void whatIsSentAheadWaitsForTheYes() throws InterruptedException {
    var asked = new Signal();
    var answered = new Signal();
    start(
        stage.origin(connection -> {
          var request = connection.readRequest();
          if (request != null) {
            asked.give();
            answered.await();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwelcome");
            connection.echo();
          }
        }));
    var client = stage.client().send(OPEN + "sent ahead");
    asked.await();
    answered.give();
    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ").doesNotContain("Content-Length");
    assertThat(client.read(17)).isEqualTo("welcomesent ahead");
  }

  @Test
  void anyOtherAnswerIsAResponseBehindWhichNothingIsRead() {
    var origin =
        stage.origin(
            Script.each(
                Step.respond(
                    "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno")));
    start(origin);
    for (int i = 0; i < 2; i++) {
      var client = stage.client().send(OPEN + Wire.GET);
      var response = client.readResponse();
      assertThat(response.status()).isEqualTo(407);
      assertThat(response.header("Proxy-Authenticate")).isEqualTo("Basic");
      assertThat(response.header("Connection")).isEqualTo("close");
      assertThat(response.body()).isEqualTo("no");
      assertThat(client.readUntilClose()).isEmpty();
    }
    assertThat(origin.requests()).hasSize(2);
    assertThat(origin.accepted()).as("the endpoint's connection is used again").isEqualTo(1);
  }

  @Test
  void whereNoRouteSaysConnectNobodyGetsThrough() {
    var origin = stage.origin(echo());
    start(origin);
    var elsewhere = OPEN.replace("db.example", "db.internal");
    assertThat(stage.client().exchange(elsewhere).status()).isEqualTo(404);
    assertThat(stage.client().exchange(Wire.GET).status()).as("the catch-all").isEqualTo(502);
    assertThat(origin.accepted()).isZero();
  }

  @Test
  void withoutTheListenersConsentItIs405() {
    var origin = stage.origin(echo());
    stage.start(origin);
    var response = stage.client().exchange(OPEN);
    assertThat(response.status()).isEqualTo(405);
    assertThat(response.header("Allow")).doesNotContain("CONNECT");
    var client = client2();
    assertThat(client.readHead(client.request(true, OPEN_2))).startsWith(":status: 405\n");
    assertThat(origin.accepted()).isZero();
  }

  @Test
  void itIsNotRepeatedOnceItWasSent() {
    var origin =
        stage.origin(connection -> {
          var _ = connection.readRequest();
          connection.close();
        });
    start(origin);
    assertThat(stage.client().exchange(OPEN).status()).isEqualTo(502);
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void anotherEndpointIsAskedWhereOneCannotBeReached() {
    var origin = stage.origin(echo());
    start("endpoints: [\"127.0.0.1:1\", \"" + origin.hostAndPort() + "\"]", "");
    for (int i = 0; i < 3; i++) {
      var client = open().send("x");
      assertThat(client.read(1)).isEqualTo("x");
    }
  }

  @Test
  void routesMayAnswerByThemselvesButNeverYes() {
    stage.start(
        """
        listeners: { web: { bind: "127.0.0.1:0", connect: true } }
        routes:
          - name: no
            match: { method: CONNECT, host: a.example }
            respond: { status: 403, body: not there }
          - name: elsewhere
            match: { method: CONNECT }
            redirect: "https://www.example.com/"
        """);
    var client = stage.client();
    var refused = client.exchange(OPEN.replace("db.", "a."));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).isEqualTo("not there");
    assertThat(client.readUntilClose()).isEmpty();
    var sent = stage.client().exchange(OPEN);
    assertThat(sent.status()).isEqualTo(302);
    assertThat(sent.header("Location")).isEqualTo("https://www.example.com/");
  }

  @Test
  void timesAreThoseOfTunnels() {
    start(
        "endpoints: [\"" + stage.origin(echo()).hostAndPort() + "\"]",
        "timeouts: { total: 300ms, tunnel: { max-lifetime: 600ms } }");
    var client = open().send("x");
    assertThat(client.readUntilClose()).isEqualTo("x");
    assertThat(client.wasReset()).isFalse();
  }

  @Test
  void itEndsWithTheServer() {
    start(
        "endpoints: [\"" + stage.origin(echo()).hostAndPort() + "\"]",
        "timeouts: { tunnel: { drain: 300ms } }");
    var client = open();
    var drained =
        CompletableFuture.supplyAsync(() -> stage.signalbox().drain(Duration.ofSeconds(20)));
    client.send("still there");
    assertThat(client.readUntilClose()).isEqualTo("still there");
    assertThat(drained.join()).isTrue();
  }

  // --- the other versions ---

  @Test
  void fromHttp2ToHttp1() {
    var origin = stage.origin(echo());
    start(origin);
    var client = client2();
    int stream = client.request(false, OPEN_2);
    client.data(stream, "ahead", false);
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    assertThat(client.read(stream, 5)).isEqualTo("ahead");
    client.data(stream, "bye", true);
    assertThat(client.readToEnd(stream)).isEqualTo("bye");
    assertThat(origin.requests().getFirst().head())
        .startsWith("CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n");
    origin.awaitClosedByPeer(0);
  }

  @Test
  void fromHttp2ANoIsAnAnswerAndTheConnectionGoesOn() {
    var origin = stage.origin(Script.each(Step.respond(403, "no")));
    start(origin);
    var client = client2();
    for (int i = 0; i < 2; i++) {
      int stream = client.request(false, OPEN_2);
      client.data(stream, Wire.GET, false);
      assertThat(client.readHead(stream)).startsWith(":status: 403\n");
      assertThat(client.read(stream, 2)).isEqualTo("no");
    }
    assertThat(origin.requests()).hasSize(2);
  }

  @Test
  void resetsAreTold() {
    var origin = stage.origin(echo());
    start(origin);
    var client = client2();
    client.reset(open(client), CANCEL);
    origin.awaitClosedByPeer(0);
    origin.script(agree((connection, _) -> connection.reset()));
    assertThat(client.awaitReset(open(client))).isEqualTo(CANCEL);
  }

  @Test
  void fromHttp1ToHttp2() {
    var origin = stage.h2Origin(H2OriginStream::echo); // it need not know RFC 8441
    start(origin);
    for (int i = 0; i < 2; i++) {
      var client = stage.client().send(OPEN + "ahead");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(client.read(5)).isEqualTo("ahead");
      client.halfClose();
      assertThat(client.readUntilClose()).isEmpty();
    }
    assertThat(origin.accepted()).isEqualTo(1);
    assertThat(origin.requests().getFirst().fields())
        .startsWith(":method: CONNECT", ":authority: db.example:5432")
        .noneMatch(field -> field.startsWith(":path") || field.startsWith(":scheme"));
    origin.step(stream -> stream.respond(403, "no"));
    var refused = stage.client().exchange(OPEN);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).isEqualTo("no");
    assertThat(refused.header("Connection")).isEqualTo("close");
  }

  @Test
  void fromHttp2ToHttp2() {
    var origin = stage.h2Origin(H2OriginStream::echo);
    start(origin);
    var client = client2();
    int first = open(client);
    int second = open(client);
    client.data(second, "two", false);
    client.data(first, "one", true);
    assertThat(client.readToEnd(first)).isEqualTo("one");
    assertThat(client.read(second, 3)).isEqualTo("two");
    client.data(second, "", true);
    assertThat(client.readToEnd(second)).isEmpty();
    origin.step(stream -> {
      stream.head(false, 200);
      stream.reset(CANCEL);
    });
    int third = client.request(false, OPEN_2);
    assertThat(client.readHead(third)).startsWith(":status: 200\n");
    assertThat(client.awaitReset(third)).isEqualTo(CANCEL);
  }
}
