package dev.signalbox.it;

import static dev.signalbox.testkit.H2Step.respond;
import static dev.signalbox.testkit.H2Step.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.H2Frame;
import dev.signalbox.testkit.H2OriginStream;
import dev.signalbox.testkit.RawH2Client;
import dev.signalbox.testkit.Signal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP/2 clients in front of endpoints that speak HTTP/2: what {@link ConversationsTest} can't say
 * of every pair of versions.
 */
@OnEachTransport
final class H2ToH2Test {
  private static final int CANCEL = 8;
  private static final int REFUSED_STREAM = 7;
  private static final int WINDOW = 65_535; // of a connection, at first
  private static final int PART = 1_000;

  @RegisterExtension final Stage stage;
  private final List<RawH2Client> clients = new ArrayList<>();

  H2ToH2Test(Machine machine) {
    stage = new Stage(machine);
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

  private static String[] call(String path) {
    return new String[] {
      ":method: POST",
      ":scheme: http",
      ":authority: shop.example",
      ":path: " + path,
      "content-type: application/grpc",
      "te: trailers"
    };
  }

  @Test
  void aCallStreamsBothWaysAndEndsWithTrailers() {
    var origin =
        stage.h2Origin(stream -> {
          stream.head(false, 200, "content-type: application/grpc");
          stream.data("first", false);
          stream.awaitEnd();
          stream.data("second " + stream.body(), false);
          stream.fields(true, "grpc-status: 0", "grpc-message: fine");
        });
    stage.start(origin);
    var client = client();
    int call = client.request(false, call("/shop.Cart/Add"));
    assertThat(client.awaitHead(call).status()).isEqualTo(200);
    client.data(call, "one ", false);
    client.data(call, "two", true);
    var response = client.await(call);
    assertThat(response.body()).isEqualTo("firstsecond one two");
    assertThat(response.trailers()).containsExactly("grpc-status: 0", "grpc-message: fine");
    H2OriginStream request = origin.requests().getFirst();
    assertThat(request.field("te")).isEqualTo("trailers");
    assertThat(request.field(":path")).isEqualTo("/shop.Cart/Add");
  }

  @Test
  void manyStreamsOfOneClientAreManyStreamsOfOneConnection() {
    var goOn = new Signal();
    var origin =
        stage.h2Origin(
            stream -> {
              goOn.await();
              stream.respond(200, stream.path());
            },
            3,
            100);
    stage.start(origin);
    var client = client();
    var streams = new ArrayList<Integer>();
    for (int i = 0; i < 50; i++) {
      streams.add(client.get("/" + i));
    }
    origin.awaitRequests(50);
    goOn.give();
    for (int i = 0; i < 50; i++) {
      assertThat(client.await(streams.get(i)).body()).isEqualTo("/" + i);
    }
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2", // no error would look as if that were all
    "1, 2", // it is between the endpoint and us
    "2, 2",
    "7, 2", // refused: not after an answer
    "8, 8", // cancelled
    "11, 11", // too much
    "13, 2" // HTTP/1.1 required: the client's is another connection
  })
  void aResetOfTheEndpointIsToldAsFarAsItMeansSomethingToTheClient(int code, int told) {
    stage.start(
        stage.h2Origin(stream -> {
          stream.head(false, 200);
          stream.data("half", false);
          stream.reset(code);
        }));
    var client = client();
    assertThat(client.await(client.get("/")).reset()).isEqualTo(told);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 8, 11})
  void whateverTheClientResetsWithTheEndpointHearsThatItIsCancelled(int code) throws Exception {
    var goOn = new Signal();
    var origin = stage.h2Origin(waitFor(goOn).then(respond(200, "ok")));
    stage.start(origin);
    var client = client();
    int call = client.request(false, call("/a"));
    H2OriginStream there = origin.awaitRequests(1).getFirst();
    client.send(new H2Frame(H2Frame.RST_STREAM, 0, call, H2Frame.numbers(code)));
    assertThat(there.awaitReset()).isEqualTo(CANCEL);
    goOn.give();
  }

  @Test
  void aResetOfTheClientIsAResetToTheEndpoint() throws Exception {
    var goOn = new Signal();
    var origin = stage.h2Origin(waitFor(goOn).then(respond(200, "ok")));
    stage.start(origin);
    var client = client();
    int call = client.request(false, call("/a"));
    H2OriginStream there = origin.awaitRequests(1).getFirst();
    client.reset(call);
    assertThat(there.awaitReset()).isEqualTo(CANCEL);
    goOn.give();
    assertThat(client.await(client.get("/b")).body()).isEqualTo("ok");
    assertThat(origin.accepted()).isEqualTo(1);
  }

  @Test
  void anEndpointSaysWhatIsUrgent() throws Exception { // RFC 9218 §8
    var isFirst = new Signal();
    var isSecond = new Signal();
    stage.start(
        stage.h2Origin(stream -> {
          switch (stream.path()) {
            case "/long" -> stream.respond(200, "x".repeat(WINDOW));
            case "/first" -> {
              stream.respond(200, "y".repeat(PART));
              isFirst.give();
            }
            case "/second" -> {
              stream.respond(200, "z".repeat(PART), "priority: u=0");
              isSecond.give();
            }
            default -> {
              isFirst.await();
              isSecond.await();
              stream.respond(204, "");
            }
          }
        }));
    var client = client();
    client.returnsWindows(false);
    assertThat(client.await(client.get("/long")).body()).hasSize(WINDOW); // it is used up
    int first = client.get("/first");
    int second = client.get("/second", "priority: u=5");
    client.await(client.get("/both-are-there"));
    client.send(new H2Frame(H2Frame.WINDOW_UPDATE, 0, 0, H2Frame.numbers(PART)));
    var urgent = client.await(second);
    assertThat(urgent.body()).isEqualTo("z".repeat(PART));
    assertThat(urgent.field("priority")).isEqualTo("u=0");
    client.send(new H2Frame(H2Frame.WINDOW_UPDATE, 0, 0, H2Frame.numbers(PART)));
    assertThat(client.await(first).body()).isEqualTo("y".repeat(PART));
  }

  @Test
  void aRefusedCallGoesToAnotherEndpoint() {
    var refusing =
        stage.h2Origin(stream -> {
          stream.awaitEnd();
          stream.reset(REFUSED_STREAM);
        });
    var other = stage.h2Origin(respond(200, "done"));
    stage.start(Config.to(refusing, other));
    var client = client();
    for (int i = 0; i < 4; i++) {
      int call = client.request(false, call("/pay"));
      client.data(call, "pay", true);
      assertThat(client.await(call).body()).isEqualTo("done");
    }
    assertThat(other.requests()).hasSize(4).allMatch(r -> r.body().equals("pay"));
  }
}
