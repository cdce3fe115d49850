package dev.signalbox.http.h2;

import static dev.signalbox.http.h2.H2Wire.GET;
import static dev.signalbox.http.h2.H2Wire.NONE;
import static dev.signalbox.http.h2.H2Wire.data;
import static dev.signalbox.http.h2.H2Wire.head;
import static dev.signalbox.http.h2.H2Wire.headers;
import static dev.signalbox.http.h2.H2Wire.join;
import static dev.signalbox.http.h2.H2Wire.numbers;
import static dev.signalbox.http.h2.H2Wire.setting;
import static dev.signalbox.http.h2.H2Wire.windowUpdate;
import static dev.signalbox.http.h2.H2Wire.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.Bytes;
import dev.signalbox.net.TestLoop;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who is urgent: what the request says, what comes before and after it, and what the answer says.
 */
class H2PriorityTest {
  private static final int PARTS = 2 * 16_384;

  private final TestLoop loop = new TestLoop();

  @AfterEach
  void closeLoop() {
    loop.close();
  }

  private static byte[] update(int stream, String field) {
    byte[] text = field.getBytes(StandardCharsets.US_ASCII);
    return H2Wire.frame(Frames.PRIORITY_UPDATE, 0, 0, join(numbers(stream), text));
  }

  /** A connection whose window is used up by a first response, so that all others wait. */
  private H2Wire full() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(setting(Frames.INITIAL_WINDOW_SIZE, 1 << 20));
    wire.receive(headers(1, GET));
    H2Wire.respond(wire.request(0).stream, 200, "x".repeat(65_535));
    loop.run();
    wire.frames();
    return wire;
  }

  /** Answers with two frames' worth of data, and with that field where it is not empty. */
  private static void answer(H2Wire wire, int index, String priority) {
    var head = head(200, PARTS);
    if (!priority.isEmpty()) {
      head.headers().add("Priority", priority);
    }
    var stream = wire.request(index).stream;
    stream.sendHead(head);
    stream.write(data("x".repeat(PARTS)));
    stream.end(null);
  }

  /** Opens the window; the streams of the data that leaves, in order. */
  private List<Integer> turns(H2Wire wire) {
    loop.run();
    wire.frames();
    wire.receive(windowUpdate(0, 1 << 20));
    var turns =
        wire.frames().stream()
            .filter(frame -> frame.startsWith("DATA "))
            .map(frame -> Integer.parseInt(frame.split(" ")[1]))
            .toList();
    wire.finish();
    return turns;
  }

  private static List<Integer> order(String streams) {
    return List.of(streams.split(" ")).stream().map(Integer::valueOf).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "u=3    | u=1      | 5 5 3 3", // the answer is more urgent than the client thinks
        "u=1    | u=5      | 3 3 5 5",
        "u=3, i | u=2      | 5 5 3 3",
        "u=3, i | i        | 3 5 3 5", // and both are still of use in parts
        "u=3, i | i=?0     | 3 5 5 3", // the answer knows better
        "u=1    | i        | 5 5 3 3", // what it does not name is the client's
        "u=1    | u=9, x=1 | 5 5 3 3", // and so is what makes no sense
      })
  void whatTheResponseNamesOverridesTheClient(String client, String endpoint, String turns) {
    var wire = full(); // RFC 9218 §8
    wire.receive(headers(3, with(GET, "priority: u=3, i")));
    wire.receive(headers(5, with(GET, "priority: " + client)));
    answer(wire, 1, "");
    answer(wire, 2, endpoint);
    assertThat(turns(wire)).isEqualTo(order(turns));
  }

  @Test
  void theFieldOfTheResponseGoesOn() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(headers(1, GET));
    answer(wire, 0, "u=1, i");
    loop.run();
    assertThat(wire.frames().getFirst()).contains("priority: u=1, i");
    wire.finish();
  }

  @Test
  void severalFieldsAreOne() { // RFC 8941 §3.2
    var wire = full();
    wire.receive(headers(3, with(GET, "priority: u=2")));
    wire.receive(headers(5, with(GET, "priority: u=5", "priority: i", "priority: u=1")));
    answer(wire, 1, "");
    answer(wire, 2, "");
    assertThat(turns(wire)).isEqualTo(order("5 5 3 3"));
  }

  @Test
  void anUpdateSaysAllAndWhatItLeavesOutIsTheDefault() {
    var wire = full();
    wire.receive(headers(3, with(GET, "priority: u=2")));
    wire.receive(headers(5, with(GET, "priority: u=1")));
    answer(wire, 1, "");
    answer(wire, 2, "");
    wire.receive(update(5, "i"));
    assertThat(turns(wire)).isEqualTo(order("3 3 5 5"));
  }

  @Test
  void anUpdateDoesNotUndoWhatTheResponseNames() {
    var wire = full();
    wire.receive(headers(3, GET));
    wire.receive(headers(5, GET));
    answer(wire, 1, "u=1");
    answer(wire, 2, "");
    wire.receive(update(3, "u=6, i"));
    assertThat(turns(wire)).isEqualTo(order("3 3 5 5"));
  }

  @Test
  void anUpdateThatComesBeforeItsStreamIsKeptAndOverridesTheRequest() { // RFC 9218 §7
    var wire = full();
    wire.receive(join(update(5, "u=6"), update(5, "u=0"), update(7, "u=5")));
    wire.receive(headers(3, GET));
    wire.receive(headers(5, with(GET, "priority: u=7")));
    wire.receive(headers(7, GET));
    answer(wire, 1, "");
    answer(wire, 2, "");
    answer(wire, 3, "");
    assertThat(turns(wire)).isEqualTo(order("5 5 3 3 7 7"));
  }

  @Test
  void anUpdateForAStreamThatIsOverIsIgnored() {
    var wire = H2Wire.open(loop, H2Wire.ECHO);
    wire.receive(headers(5, GET));
    wire.frames();
    wire.receive(join(update(5, "u=0"), update(3, "u=0"))); // 3 was closed by 5
    assertThat(wire.frames()).isEmpty();
    wire.receive(headers(7, GET));
    assertThat(wire.frames()).isNotEmpty();
    wire.finish();
  }

  private H2Wire narrow() {
    var bounds = new H2Config(3, Bytes.parse("256KB"), Bytes.parse("1MB"), 500, 1000, 8);
    var config = new H2ServerConfig(H2Wire.LIMITS, H2Wire.TIMEOUTS, bounds, false);
    return H2Wire.open(loop, config, H2Wire.ECHO);
  }

  @Test
  void noMoreIsKeptThanThereMayBeStreams() { // RFC 9218 §7.1
    var wire = narrow();
    wire.receive(H2Wire.open(1, H2Wire.POST));
    wire.receive(join(update(3, "u=0"), update(5, "u=0"), update(5, "u=1")));
    assertThat(wire.frames()).isEmpty();
    wire.receive(update(7, "u=0"));
    assertThat(wire.frames()).containsExactly("GOAWAY 1 PROTOCOL_ERROR");
    wire.finish();
  }

  @Test
  void streamsThatWereOpenedMakeRoomForWordsOfOthers() {
    var wire = narrow();
    for (int stream = 1; stream < 400; stream += 6) {
      wire.receive(
          join(update(stream, "u=0"), update(stream + 2, "u=0"), update(stream + 4, "u=0")));
      wire.receive(headers(stream + 4, GET));
      assertThat(wire.frames()).hasSize(2).allMatch(frame -> !frame.startsWith("GOAWAY"));
    }
    wire.finish();
  }

  @Test
  void aPushIsNeverUrgent() { // RFC 9218 §7.1: there is none
    var wire = narrow();
    wire.receive(update(2, "u=0"));
    assertThat(wire.frames()).containsExactly("GOAWAY 0 PROTOCOL_ERROR");
    wire.finish();
  }
}
