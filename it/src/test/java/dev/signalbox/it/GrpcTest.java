package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.H2Frame;
import dev.signalbox.testkit.H2Origin;
import dev.signalbox.testkit.H2OriginStream;
import dev.signalbox.testkit.H2TunnelClient;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import dev.signalbox.testkit.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** gRPC calls on the wire: what passes, and what is said where nothing can pass. */
@OnEachTransport
final class GrpcTest {
  private static final int REFUSED_STREAM = 7;
  private static final int CANCEL = 8;
  private static final int INTERNAL_ERROR = 2;
  private static final String MESSAGE = "\0\0\0\0\2hi";
  private static final String[] ANSWER = {"content-type: application/grpc"};

  @RegisterExtension final Stage stage;
  private final List<H2TunnelClient> clients = new ArrayList<>();

  GrpcTest(Machine machine) {
    stage = new Stage(machine);
  }

  @AfterEach
  void closeClients() {
    clients.forEach(H2TunnelClient::close);
  }

  private H2TunnelClient client() {
    var client = H2TunnelClient.connect(stage.port());
    clients.add(client);
    return client;
  }

  private static String[] head(String... more) {
    var all =
        new ArrayList<>(
            List.of(
                ":method: POST",
                ":scheme: http",
                ":path: /shop.Shop/Buy",
                ":authority: shop.example",
                "content-type: application/grpc+proto",
                "te: trailers"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** Makes a call of one message; its number. */
  private static int call(H2TunnelClient client, String... more) {
    int stream = client.request(false, head(more));
    client.data(stream, MESSAGE, true);
    return stream;
  }

  private static void answer(H2OriginStream stream) throws IOException {
    stream.head(false, 200, ANSWER);
    stream.data(MESSAGE, false);
    stream.fields(true, "grpc-status: 0");
  }

  /** A route of its own: with a time for all, a retry and the like. */
  private String config(String route, Object... endpoints) {
    var addresses = new ArrayList<String>();
    for (Object endpoint : endpoints) {
      addresses.add('"' + endpoint.toString() + '"');
    }
    return """
    listeners: { web: { bind: "127.0.0.1:0", timeouts: { body: 50ms, min-body-rate: none } } }
    upstreams: { shop: { endpoints: %s, protocol: h2 } }
    routes:
      - { name: gone, match: { path: /gone }, respond: 410 }
      - { name: all, match: { path: "/shop.Shop/**" }, to: shop %s }
    """
        .formatted(addresses, route.isEmpty() ? "" : ", " + route);
  }

  // --- what passes ---

  @Test
  void messagesPassOneByOneAndTrailersBothWays() {
    var origin =
        stage.h2Origin(stream -> {
          stream.head(false, 200, ANSWER);
          int seen = 0;
          for (var more = stream.awaitBody(0); !more.isEmpty(); more = stream.awaitBody(seen)) {
            seen += more.length();
            stream.data(more, false);
          }
          stream.fields(true, "grpc-status: 7", "grpc-message: not%20you", "x-more: 1");
        });
    stage.start(origin);
    var client = client();
    int stream = client.request(false, head("grpc-timeout: 20S"));
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    for (int i = 0; i < 3; i++) {
      client.data(stream, MESSAGE, false);
      assertThat(client.read(stream, MESSAGE.length())).isEqualTo(MESSAGE);
    }
    client.data(stream, "", true);
    assertThat(client.readToEnd(stream)).isEmpty();
    assertThat(client.readHead(stream))
        .isEqualTo("grpc-status: 7\ngrpc-message: not%20you\nx-more: 1\n");
    assertThat(origin.requests().getFirst().fields())
        .contains("te: trailers", "grpc-timeout: 20S", "content-type: application/grpc+proto");
  }

  @Test
  void aResponseOfTrailersOnlyPassesAsOneHead() {
    stage.start(
        stage.h2Origin(stream -> {
          stream.awaitEnd();
          stream.head(true, 200, ANSWER[0], "grpc-status: 5");
        }));
    var client = client();
    int stream = call(client);
    assertThat(client.readHead(stream)).contains("grpc-status: 5\n").doesNotContain("length");
    assertThat(client.readToEnd(stream)).isEmpty();
  }

  @Test
  void aClientThatPausesInItsStreamIsNoSlowClient() {
    var goOn = new Signal();
    var origin =
        stage.h2Origin(stream -> {
          if (stream.field("content-type") == null) {
            return;
          }
          stream.head(false, 200, ANSWER);
          goOn.await();
          stream.data(MESSAGE, false);
          stream.awaitEnd();
          stream.fields(true, "grpc-status: 0");
        });
    stage.start(config("", origin.hostAndPort()));
    var client = client();
    int other = client.request(false, plain("content-length: 10")); // which is none that may pause
    int stream = client.request(false, head());
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    assertThat(client.readHead(other)).startsWith(":status: 408\n");
    goOn.give();
    assertThat(client.read(stream, MESSAGE.length())).isEqualTo(MESSAGE);
    client.data(stream, MESSAGE, true);
    assertThat(client.readToEnd(stream)).isEmpty();
  }

  private static String[] plain(String... more) {
    var all =
        new ArrayList<>(
            List.of(":method: POST", ":scheme: http", ":path: /shop.Shop/", ":authority: x"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void aStreamInWhichNobodySaysAnythingEndsAfterTheIdleTime() {
    var origin = stage.h2Origin(stream -> stream.head(false, 200, ANSWER));
    stage.start(config("timeouts: { idle: 400ms }", origin.hostAndPort()));
    var client = client();
    int stream = client.request(false, head());
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    assertThat(client.readToEnd(stream)).isEmpty();
    assertThat(client.readHead(stream)).startsWith("grpc-status: 4\n");
  }

  @Test
  void aQuietEndpointIsNotAskedSoOftenThatItTakesItForAbuse() throws InterruptedException {
    var goOn = new Signal();
    var origin =
        stage.h2Origin(stream -> {
          stream.awaitEnd();
          goOn.await();
          answer(stream);
        });
    stage.start(Config.to(origin).upstream("protocol: h2, connections: { ping-interval: 100ms }"));
    var client = client();
    int stream = call(client);
    Await.until("three pings", () -> pings(origin) == 3);
    int other = call(client, "grpc-timeout: 1S"); // as long as many intervals
    assertIsAnswer(client, other, 4, "504 Gateway Timeout");
    assertThat(pings(origin)).isEqualTo(3);
    goOn.give();
    assertThat(client.readToEnd(stream)).isEqualTo(MESSAGE);
  }

  private static long pings(H2Origin origin) {
    return origin.requests().isEmpty()
        ? 0
        : origin.connection(0).others().stream()
            .filter(frame -> frame.type() == H2Frame.PING && !frame.has(H2Frame.ACK))
            .count();
  }

  // --- answers of our own ---

  private void assertIsAnswer(H2TunnelClient client, int stream, int status, String message) {
    assertThat(client.readHead(stream))
        .startsWith(":status: 200\n")
        .contains("content-type: application/grpc\n", "grpc-status: " + status + "\n", message)
        .doesNotContain("content-length");
    assertThat(client.readToEnd(stream)).isEmpty();
  }

  @Test
  void whereNoRouteMatchesNothingIsImplemented() {
    var origin = stage.h2Origin(GrpcTest::answer);
    stage.start(config("", origin.hostAndPort()));
    var client = client();
    int stream =
        client.request(
            true,
            ":method: POST",
            ":scheme: http",
            ":path: /other",
            ":authority: x",
            "content-type: application/grpc");
    assertIsAnswer(client, stream, 12, "grpc-message: 404 Not Found, request id: ");
  }

  @Test
  void fixedAnswersStayAsTheyAre() {
    var origin = stage.h2Origin(GrpcTest::answer);
    stage.start(config("", origin.hostAndPort()));
    var client = client();
    int stream =
        client.request(
            true,
            ":method: POST",
            ":scheme: http",
            ":path: /gone",
            ":authority: x",
            "content-type: application/grpc");
    assertThat(client.readHead(stream)).startsWith(":status: 410\n").doesNotContain("grpc");
  }

  @Test
  void anEndpointThatIsNotThereIsUnavailable() {
    var origin = stage.h2Origin(GrpcTest::answer);
    String address = origin.hostAndPort();
    origin.close();
    stage.start(config("", address));
    var client = client();
    assertIsAnswer(client, call(client), 14, "502 Bad Gateway");
  }

  @Test
  void anEndpointThatSpeaksHttp1IsNotAsked() {
    var origin = stage.origin(Script.each(Step.respond(200, "no")));
    stage.start(origin);
    var client = client();
    assertIsAnswer(client, call(client), 13, "502 Bad Gateway");
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void anEndpointThatDiesInItsAnswerIsNoEndOfIt() {
    stage.start(
        stage.h2Origin(stream -> {
          stream.head(false, 200, ANSWER);
          stream.data(MESSAGE, false);
          stream.connection().close();
        }));
    var client = client();
    int stream = call(client);
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    assertThat(client.awaitReset(stream)).isEqualTo(INTERNAL_ERROR);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 13, INTERNAL",
    "8, 1, CANCELLED",
    "11, 8, RESOURCE_EXHAUSTED",
    "7, 14, UNAVAILABLE"
  })
  void anEndpointThatResetsACallIsToldByGrpcsOwnTable(int code, int status, String name) {
    stage.start(stage.h2Origin(stream -> stream.reset(code)));
    var client = client();
    int stream = call(client);
    assertThat(client.readHead(stream)).as(name).contains("grpc-status: " + status + "\n");
  }

  @Test
  void anEndpointThatCancelsInItsAnswerIsToldAsThat() {
    stage.start(
        stage.h2Origin(stream -> {
          stream.head(false, 200, ANSWER);
          stream.data(MESSAGE, false);
          stream.reset(CANCEL);
        }));
    var client = client();
    int stream = call(client);
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    assertThat(client.awaitReset(stream)).isEqualTo(CANCEL);
  }

  @Test
  void aCallThatSendsMoreThanItMayHearsWhyInPlaceOfAnAnswerOrBehindOne() {
    var origin =
        stage.h2Origin(stream -> {
          if (stream.field("x-first") != null) {
            stream.head(false, 200, ANSWER);
            stream.data(MESSAGE, false);
          }
          stream.awaitReset();
        });
    stage.start(
        config("", origin.hostAndPort())
            .replace("timeouts: { body: 50ms", "limits: { body: 1KB }, timeouts: { body: 50ms"));
    var client = client();
    int stream = client.request(false, head());
    client.data(stream, "x".repeat(2_000), false);
    assertIsAnswer(client, stream, 8, "grpc-message: 413 Content Too Large: the body is too large");
    stream = client.request(false, head("x-first: 1"));
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    assertThat(client.read(stream, MESSAGE.length())).isEqualTo(MESSAGE);
    client.data(stream, "x".repeat(2_000), false);
    assertThat(client.readToEnd(stream)).isEmpty();
    assertThat(client.readHead(stream)).startsWith("grpc-status: 8\n");
  }

  // --- deadlines ---

  @Test
  void theClientsDeadlineEndsTheCallOnBothSides() throws InterruptedException {
    var codes = new ArrayList<Integer>();
    var isReset = new Signal();
    stage.start(
        stage.h2Origin(stream -> {
          codes.add(stream.awaitReset());
          isReset.give();
        }));
    var client = client();
    assertIsAnswer(client, call(client, "grpc-timeout: 60m"), 4, "504 Gateway Timeout");
    isReset.await();
    assertThat(codes).containsExactly(CANCEL);
  }

  /** Its clock is finer than ours: it resets the call before our time is up. */
  @Test
  void anEndpointThatIsFirstToEndACallAtItsDeadlineIsNoBrokenOne() {
    stage.start(
        stage.h2Origin(stream -> {
          long begun = System.nanoTime();
          Await.until("the deadline", () -> System.nanoTime() - begun >= 60_000_000);
          stream.reset(CANCEL);
        }));
    var client = client();
    for (int i = 0; i < 10; i++) {
      assertIsAnswer(client, call(client, "grpc-timeout: 60m"), 4, "504 Gateway Timeout");
    }
  }

  @Test
  void theRoutesTimeEndsItWhereItIsShorter() {
    var origin = stage.h2Origin(stream -> stream.awaitReset());
    stage.start(config("timeouts: { total: 60ms }", origin.hostAndPort()));
    var client = client();
    assertIsAnswer(client, call(client, "grpc-timeout: 1H"), 4, "504 Gateway Timeout");
  }

  @Test
  void aDeadlineInTheMiddleOfAnAnswerIsToldInTrailers() {
    stage.start(
        stage.h2Origin(stream -> {
          stream.head(false, 200, ANSWER);
          stream.data(MESSAGE, false);
          stream.awaitReset();
        }));
    var client = client();
    int stream = call(client, "grpc-timeout: 1S");
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    assertThat(client.readToEnd(stream)).isEqualTo(MESSAGE);
    assertThat(client.readHead(stream)).startsWith("grpc-status: 4\n");
  }

  // --- another attempt ---

  @Test
  void whatAnEndpointRefusesIsAskedOfAnother() {
    var calls = new AtomicInteger();
    var origin =
        stage.h2Origin(stream -> {
          if (calls.incrementAndGet() == 1) {
            stream.reset(REFUSED_STREAM);
          } else {
            stream.awaitEnd();
            answer(stream);
          }
        });
    var other =
        stage.h2Origin(stream -> {
          calls.incrementAndGet();
          stream.awaitEnd();
          answer(stream);
        });
    stage.start(config("", origin.hostAndPort(), other.hostAndPort()));
    var client = client();
    int stream = call(client);
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    assertThat(client.readToEnd(stream)).isEqualTo(MESSAGE);
  }

  @Test
  void aStatusOfTheRoutesListIsAskedOfAnotherWithTheWholeRequest() {
    var bodies = new ArrayList<String>();
    var calls = new AtomicInteger();
    var origin =
        stage.h2Origin(stream -> {
          stream.awaitEnd();
          bodies.add(stream.body());
          if (calls.incrementAndGet() < 3) {
            stream.head(true, 200, ANSWER[0], "grpc-status: 14");
          } else {
            answer(stream);
          }
        });
    stage.start(config("retry: { grpc-status: [unavailable] }", origin.hostAndPort()));
    var client = client();
    int stream = call(client);
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    assertThat(client.readToEnd(stream)).isEqualTo(MESSAGE);
    assertThat(client.readHead(stream)).isEqualTo("grpc-status: 0\n");
    assertThat(bodies).containsExactly(MESSAGE, MESSAGE, MESSAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "retry: { grpc-status: [unavailable] }"})
  void theLastAnswerIsPassedOnAsItCame(String route) {
    var calls = new AtomicInteger();
    var origin =
        stage.h2Origin(stream -> {
          stream.awaitEnd();
          stream.head(
              true, 200, ANSWER[0], "grpc-status: 14", "x-call: " + calls.incrementAndGet());
        });
    stage.start(config(route, origin.hostAndPort()));
    var client = client();
    int stream = call(client);
    assertThat(client.readHead(stream))
        .contains("grpc-status: 14\n", "x-call: " + (route.isEmpty() ? 1 : 3) + "\n");
    assertThat(client.readToEnd(stream)).isEmpty();
  }

  @Test
  void anAnswerThatHasBegunIsNeverAskedForAgain() {
    var calls = new AtomicInteger();
    var origin =
        stage.h2Origin(stream -> {
          stream.awaitEnd();
          calls.incrementAndGet();
          stream.head(false, 200, ANSWER);
          stream.fields(true, "grpc-status: 14");
        });
    stage.start(config("retry: { grpc-status: [unavailable] }", origin.hostAndPort()));
    var client = client();
    int stream = call(client);
    assertThat(client.readHead(stream)).startsWith(":status: 200\n");
    assertThat(client.readToEnd(stream)).isEmpty();
    assertThat(client.readHead(stream)).isEqualTo("grpc-status: 14\n");
    assertThat(calls).hasValue(1);
  }
}
