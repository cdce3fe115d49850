package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.H2Frame;
import dev.signalbox.testkit.RawH2Client;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that speak HTTP/2, endpoints that speak HTTP/1: what {@link ConversationsTest} can't say
 * of every pair of versions.
 */
@OnEachTransport
final class H2ServerTest {
  @TempDir static Path folder;
  private static TestCertificate root;
  private static String shop;

  @RegisterExtension final Stage stage;
  private final ArrayList<RawH2Client> clients = new ArrayList<>();

  H2ServerTest(Machine machine) {
    stage = new Stage(machine);
  }

  @BeforeAll
  static void makeCertificates() {
    root = TestCertificate.authority("Test Root");
    shop = root.issue(Kind.EC, "shop.example").write(folder, "h2-shop");
  }

  @AfterEach
  void closeClients() {
    clients.forEach(RawH2Client::close);
  }

  private RawH2Client client() {
    var client = RawH2Client.connect(stage.port());
    clients.add(client);
    return client;
  }

  private FakeOrigin answering(String body) {
    return stage.origin(Script.each(respond(200, body)));
  }

  @Test
  void aRequestIsForwardedAsHttp1() {
    var origin = answering("hello");
    stage.start(origin);
    var client = client();
    var response = client.await(client.get("/a/../b?c", "x-y: z", "cookie: a=1", "cookie: b=2"));
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("hello");
    assertThat(response.field("content-length")).isEqualTo("5");
    var request = origin.requests().getFirst();
    assertThat(request.startLine()).isEqualTo("GET /b?c HTTP/1.1");
    assertThat(request.header("Host")).isEqualTo("shop.example");
    assertThat(request.header("Cookie")).isEqualTo("a=1; b=2");
    assertThat(request.header("X-Forwarded-Proto")).isEqualTo("http");
    assertThat(request.header("X-Y")).isEqualTo("z");
  }

  @Test
  void alpnChoosesHttp2OverTls() throws IOException {
    var origin = answering("hello");
    stage.start(Config.to(origin).listener("tls: { certificates: [" + shop + "] }"));
    var socket = TlsClient.connect(stage.port(), root, "shop.example");
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"http/1.1", "h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    var client = RawH2Client.over(socket);
    clients.add(client);
    assertThat(client.await(client.get("/")).body()).isEqualTo("hello");
    assertThat(origin.requests().getFirst().header("X-Forwarded-Proto")).isEqualTo("https");
  }

  @Test
  void aBodyOfUnknownLengthGoesInChunksAndOneOfKnownLengthAsItIs() {
    var origin = answering("ok");
    stage.start(origin);
    var client = client();
    int unknown = client.post("/");
    client.data(unknown, "hello", true);
    assertThat(client.await(unknown).status()).isEqualTo(200);
    int known = client.post("/", "content-length: 5");
    client.data(known, "hello", true);
    assertThat(client.await(known).status()).isEqualTo(200);
    assertThat(origin.requests().get(0).header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(origin.requests().get(0).body()).isEqualTo("hello");
    assertThat(origin.requests().get(1).header("Content-Length")).isEqualTo("5");
    assertThat(origin.requests().get(1).header("Transfer-Encoding")).isNull();
  }

  @Test
  void anEndpointThatBreaksOffItsAnswerResetsTheStreamAlone() {
    var origin =
        stage.origin(
            Script.each((connection, request) -> {
              if (request.target().equals("/bad")) {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
                connection.close();
              } else {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
              }
            }));
    stage.start(origin);
    var client = client();
    int bad = client.get("/bad");
    int good = client.get("/good");
    assertThat(client.await(bad).reset()).isEqualTo(2);
    assertThat(client.await(good).body()).isEqualTo("fine");
  }

  @Test
  void whatIsRefusedIsAnsweredOnItsStream() {
    stage.start(answering("hello"));
    var client = client();
    assertThat(client.await(client.get("/../x")).status()).isEqualTo(400);
    int connect = client.request(true, ":method: CONNECT", ":authority: shop.example:443");
    var refused = client.await(connect);
    assertThat(refused.status()).isEqualTo(405);
    assertThat(refused.field("allow")).contains("GET");
    assertThat(client.await(client.get("/" + "0".repeat(9000))).status()).isEqualTo(414);
    assertThat(client.await(client.get("/")).body()).isEqualTo("hello");
  }

  @Test
  void drainingAnswersWhatIsUnderWay() {
    var origin = stage.origin(Script.each((connection, _) -> connection.awaitClosedByPeer()));
    stage.start(origin);
    var client = client();
    int stream = client.get("/");
    origin.awaitRequests(1);
    origin.kill(); // which answers it with 502, or a second try fails
    assertThat(client.await(stream).status()).isEqualTo(502);
    int last = client.get("/");
    client.await(last);
    var draining =
        CompletableFuture.supplyAsync(() -> stage.signalbox().drain(Duration.ofSeconds(10)));
    var first = client.awaitFrame(H2Frame.GOAWAY);
    assertThat(first.number(0)).isEqualTo(Integer.MAX_VALUE);
    var second = client.awaitFrame(H2Frame.GOAWAY);
    assertThat(second.number(0)).isEqualTo(last);
    client.awaitClose();
    client.close();
    assertThat(draining.join()).isTrue();
  }

  @Test
  void aFloodEndsItsOwnConnectionAndNoOther() {
    stage.start(answering("hello"));
    var other = client();
    assertThat(other.await(other.get("/")).status()).isEqualTo(200);
    var flooding = client();
    byte[] ping = new H2Frame(H2Frame.PING, 0, 0, new byte[8]).bytes();
    for (int i = 0; i < 1100; i++) {
      flooding.send(ping);
    }
    assertThat(flooding.awaitFrame(H2Frame.GOAWAY).number(4)).isEqualTo(11); // ENHANCE_YOUR_CALM
    assertThat(other.await(other.get("/")).body()).isEqualTo("hello");
  }

  @Test
  void thePrefaceIsKnownHoweverItIsCut() throws IOException {
    stage.start(answering("hello"));
    for (int cut : new int[] {1, 3, 14, 16, 23}) {
      var socket = new Socket("127.0.0.1", stage.port());
      socket.setTcpNoDelay(true);
      byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      socket.getOutputStream().write(preface, 0, cut);
      stage.awaitConnections(1);
      socket.getOutputStream().write(preface, cut, preface.length - cut);
      socket.getOutputStream().write(H2Frame.settings().bytes());
      assertThat(socket.getInputStream().readNBytes(5)[3]).isEqualTo((byte) H2Frame.SETTINGS);
      socket.close();
      stage.awaitConnections(0);
    }
  }

  @Test
  void requestsThatBeginLikeThePrefaceAreHttp1() {
    var origin = answering("hello");
    stage.start(origin);
    for (String method : new String[] {"POST", "PUT", "PRI", "PRIX", "P"}) {
      var client = stage.client();
      client.sendInPieces(Wire.request(method, "/", "Content-Length: 0", "Connection: close"), 2);
      assertThat(client.readResponse().status()).as(method).isEqualTo(200);
      client.close();
    }
  }

  @Test
  void onlyWhatAListenerSpeaksIsSpoken() {
    var origin = answering("hello");
    stage.start(Config.to(origin).listener("protocols: [h1]"));
    RawHttp1Client client = stage.client();
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assertThat(client.readResponse().status()).isEqualTo(505);
  }

  @Test
  void aListenerOfHttp2AloneTellsOthersSo() {
    var origin = answering("hello");
    stage.start(Config.to(origin).listener("protocols: [h2]"));
    var client = client();
    assertThat(client.await(client.get("/")).body()).isEqualTo("hello");
    var other = stage.client();
    other.send(Wire.GET);
    Await.until(
        "the end of the one that speaks HTTP/1", () -> stage.signalbox().connections() == 1);
  }
}
