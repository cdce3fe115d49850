package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static dev.signalbox.testkit.Step.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.H2Origin;
import dev.signalbox.testkit.H2Step;
import dev.signalbox.testkit.OriginTls;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that choose in each handshake what they speak. */
@OnOneLoopAndTwo
final class AutoProtocolTest {
  private static final Script ONE = Script.each(respond(200, "one at a time"));
  private static final H2Step MANY = H2Step.respond(200, "many");

  @TempDir static Path folder;
  private static OriginTls tls;
  private static String auto;

  @RegisterExtension final Stage stage;
  private final List<H2Origin> h2Origins = new ArrayList<>();

  AutoProtocolTest(Machine machine) {
    stage = new Stage(machine);
  }

  @BeforeAll
  static void makeCertificates() {
    var root = TestCertificate.authority("Test Root");
    tls = OriginTls.of(root.issue(Kind.EC, "127.0.0.1"));
    auto = "protocol: auto, tls: { ca: \"" + root.writeAuthority(folder, "root.crt") + "\" }";
  }

  @AfterEach
  void close() {
    h2Origins.forEach(H2Origin::close);
  }

  private FakeOrigin one(Script script) {
    return stage.add(FakeOrigin.start(tls, script));
  }

  private H2Origin many(H2Origin origin) {
    h2Origins.add(origin);
    return origin;
  }

  private void start(int port, String more) {
    stage.start(Config.to("127.0.0.1:" + port).upstream(auto + more).timeouts("connect: 60s"));
  }

  private String get() {
    return stage.client().exchange(Wire.GET).body();
  }

  private List<RawHttp1Client> burst(int size) {
    var clients = new ArrayList<RawHttp1Client>();
    for (int i = 0; i < size; i++) {
      clients.add(stage.client().send(Wire.GET));
    }
    return clients;
  }

  // --- what they choose ---

  @Test
  void endpointThatChoosesHttp2CarriesManyRequestsOnOneConnection() {
    var goOn = new Signal();
    var origin = many(H2Origin.start(tls, H2Step.waitFor(goOn).then(H2Step.respond(200, "many"))));
    start(origin.port(), "");
    var clients = burst(30);
    origin.awaitRequests(30);
    goOn.give();
    for (var client : clients) {
      assertThat(client.readResponse().body()).isEqualTo("many");
    }
    assertThat(origin.accepted()).isLessThanOrEqualTo(stage.machine().loops());
  }

  @Test
  void endpointThatChoosesHttp1CarriesEachRequestOnAConnectionAndTheyAreKept() {
    var goOn = new Signal();
    var origin = one(Script.each(waitFor(goOn).then(respond(200, "one at a time"))));
    start(origin.port(), "");
    var clients = burst(30);
    origin.awaitRequests(30);
    goOn.give();
    for (var client : clients) {
      assertThat(client.readResponse().body()).isEqualTo("one at a time");
    }
    assertThat(origin.accepted()).isEqualTo(30);
    for (int i = 0; i < 20; i++) {
      assertThat(get()).isEqualTo("one at a time");
    }
    assertThat(origin.accepted()).isLessThanOrEqualTo(30 + 1); // a loop may have had none
  }

  @Test
  void endpointWithoutAlpnSpeaksHttp1() {
    var origin = stage.add(FakeOrigin.start(tls.withoutAlpn(), ONE));
    start(origin.port(), "");
    assertThat(get()).isEqualTo("one at a time");
    assertThat(stage.client().exchange(Wire.post("order")).status()).isEqualTo(200);
    assertThat(origin.requests().getLast().body()).isEqualTo("order");
  }

  // --- before they have chosen ---

  @Test
  void burstWaitsForTheFirstHandshakeInsteadOfBeginningOneEach() {
    var origin = stage.origin(connection -> connection.awaitClosedByPeer()); // says nothing
    start(origin.port(), "");
    burst(50);
    stage.awaitConnections(50);
    origin.awaitOpen(stage.machine().loops());
    assertThat(origin.accepted()).isEqualTo(stage.machine().loops());
  }

  @Test
  void handshakeThatFailsIsToldToAllWhoWait() {
    var origin = stage.origin(connection -> connection.send("HTTP/1.1 400 Bad Request\r\n\r\n"));
    start(origin.port(), "");
    for (var client : burst(20)) {
      assertThat(client.readResponse().status()).isEqualTo(502);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void burstOnHttp1KeepsToTheBoundOfConnectionsAndForgetsNobody(int max) {
    var open = new AtomicInteger();
    var most = new AtomicInteger();
    var origin =
        one(connection -> {
          most.accumulateAndGet(open.incrementAndGet(), Math::max);
          try {
            ONE.play(connection);
          } finally {
            open.decrementAndGet();
          }
        });
    start(origin.port(), ", connections: { max: " + max + ", queue-timeout: 10s }");
    for (int round = 0; round < 3; round++) {
      for (var client : burst(20)) {
        assertThat(client.readResponse().body()).isEqualTo("one at a time");
      }
    }
    assertThat(origin.requests()).hasSize(60);
    // A script ends a moment after the connection's end, when its place is taken again.
    assertThat(most.get()).isLessThanOrEqualTo(max + stage.machine().loops());
  }

  @Test
  void whoMayNotWaitIsToldSoOnceItIsKnownThatAConnectionCarriesOne() {
    var goOn = new Signal();
    var origin = one(Script.each(waitFor(goOn).then(respond(200, "one at a time"))));
    start(origin.port(), ", connections: { max: 1, queue: 0 }");
    var first = stage.client().send(Wire.GET);
    origin.awaitRequests(1);
    assertThat(stage.client().exchange(Wire.GET).status()).isEqualTo(503);
    goOn.give();
    assertThat(first.readResponse().status()).isEqualTo(200);
  }

  // --- when they choose otherwise ---

  @Test
  void endpointThatRestartsWithTheOtherProtocolLosesNoRequest() {
    var first = many(H2Origin.start(tls, MANY));
    int port = first.port();
    start(port, "");
    for (int round = 0; round < 3; round++) {
      H2Origin http2 = round == 0 ? first : many(H2Origin.startAt(port, tls, MANY));
      for (int i = 0; i < 10; i++) {
        assertThat(get()).isEqualTo("many");
      }
      http2.kill();
      var http1 = stage.add(FakeOrigin.startAt(port, tls, ONE));
      var clients = burst(10); // all at once, so that each loop has idle connections
      for (var client : clients) {
        assertThat(client.readResponse().body()).isEqualTo("one at a time");
      }
      for (int i = 0; i < 10; i++) {
        assertThat(get()).isEqualTo("one at a time");
      }
      http1.kill();
    }
    many(H2Origin.startAt(port, tls, MANY));
    assertThat(get()).isEqualTo("many");
  }

  @Test
  void requestUnderWayOverHttp2IsAnsweredWhileNewOnesGoOverHttp1() {
    var goOn = new Signal();
    var old =
        many(H2Origin.start(tls, H2Step.waitFor(goOn).then(H2Step.respond(200, "the old one"))));
    start(old.port(), "");
    var underWay = stage.client().send(Wire.post("order"));
    old.awaitRequests(1);
    old.leave();
    stage.add(FakeOrigin.startAt(old.port(), tls, ONE));
    for (int i = 0; i < 10; i++) {
      assertThat(stage.client().exchange(Wire.post("order")).body()).isEqualTo("one at a time");
    }
    goOn.give();
    assertThat(underWay.readResponse().body()).isEqualTo("the old one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", connections: { max: 3, queue-timeout: 5s }"})
  void addressBehindWhichBothAreSpokenServesEverybody(String bounds) throws Exception {
    var http1 = one(ONE);
    var http2 = many(H2Origin.start(tls, MANY, 3, 2)); // two streams a connection
    var failures = new ConcurrentLinkedQueue<String>();
    try (var both = new Alternating(http1.port(), http2.port())) {
      start(both.port(), bounds);
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < 12; i++) {
        var client = stage.client();
        threads.add(Thread.ofVirtual().start(() -> exchange(client, failures)));
      }
      for (var thread : threads) {
        thread.join();
      }
      assertThat(failures).isEmpty();
      assertThat(http1.requests()).isNotEmpty();
      assertThat(http2.requests()).isNotEmpty();
      assertThat(http1.requests().size() + http2.requests().size()).isEqualTo(12 * 40);
    }
  }

  private static void exchange(RawHttp1Client client, Queue<String> failures) {
    try {
      for (int n = 0; n < 40; n++) {
        var response = client.exchange(n % 2 == 0 ? Wire.GET : Wire.post("order"));
        if (response.status() != 200) {
          failures.add(response.raw());
        }
      }
    } catch (RuntimeException | Error e) {
      failures.add(e.toString());
    }
  }

  /** Passes each connection on to one of two ports, in turn. Its threads end with it. */
  private static final class Alternating implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    Alternating(int... ports) throws IOException {
      Thread.ofVirtual().start(() -> accept(ports));
    }

    int port() {
      return server.getLocalPort();
    }

    private void accept(int... ports) {
      try {
        for (int i = 0; ; i++) {
          var near = server.accept();
          var far = new Socket(InetAddress.getLoopbackAddress(), ports[i % ports.length]);
          sockets.add(near);
          sockets.add(far);
          Thread.ofVirtual().start(() -> pass(near, far));
          Thread.ofVirtual().start(() -> pass(far, near));
        }
      } catch (IOException e) {
        // It was closed.
      }
    }

    private static void pass(Socket from, Socket to) {
      try (from;
          to) {
        to.setTcpNoDelay(true);
        from.getInputStream().transferTo(to.getOutputStream());
      } catch (IOException e) {
        // One of the two has gone.
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (var socket : sockets) {
        socket.close();
      }
    }
  }
}
