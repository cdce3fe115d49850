package dev.signalbox.http.h2;

import static dev.signalbox.http.h2.H2Wire.GET;
import static dev.signalbox.http.h2.H2Wire.NONE;
import static dev.signalbox.http.h2.H2Wire.POST;
import static dev.signalbox.http.h2.H2Wire.data;
import static dev.signalbox.http.h2.H2Wire.head;
import static dev.signalbox.http.h2.H2Wire.headers;
import static dev.signalbox.http.h2.H2Wire.join;
import static dev.signalbox.http.h2.H2Wire.setting;
import static dev.signalbox.http.h2.H2Wire.windowUpdate;
import static dev.signalbox.http.h2.H2Wire.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.net.TestLoop;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Windows both ways, and whose turn it is. */
class H2FlowTest {
  private static final String PART = "x".repeat(16_384);

  private final TestLoop loop = new TestLoop();

  @AfterEach
  void closeLoop() {
    loop.close();
  }

  private static long sentData(List<String> frames, int stream) {
    return frames.stream()
        .filter(frame -> frame.startsWith("DATA " + stream + " "))
        .map(frame -> frame.substring(frame.indexOf(' ', 5) + 1).replace(" END", ""))
        .mapToLong(text ->
            text.endsWith(" bytes") ? Long.parseLong(text.replace(" bytes", "")) : text.length())
        .sum();
  }

  @Test
  void noMoreLeavesThanTheStreamsWindow() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(join(setting(Frames.INITIAL_WINDOW_SIZE, 10), headers(1, GET)));
    var request = wire.request(0);
    request.stream.sendHead(head(200, 25));
    request.stream.write(data("0123456789012345678901234"));
    request.stream.end(null);
    loop.run();
    var first = wire.frames();
    assertThat(first).endsWith("DATA 1 0123456789");
    assertThat(request.stream.isWritable()).isFalse();
    wire.receive(windowUpdate(1, 5));
    assertThat(wire.frames()).containsExactly("DATA 1 01234");
    wire.receive(setting(Frames.INITIAL_WINDOW_SIZE, 8)); // two less: below zero
    wire.receive(windowUpdate(1, 2));
    assertThat(wire.frames()).containsExactly("SETTINGS ACK");
    wire.receive(setting(Frames.INITIAL_WINDOW_SIZE, 1000));
    assertThat(wire.frames()).containsExactly("DATA 1 5678901234 END", "SETTINGS ACK");
    wire.finish();
  }

  @Test
  void noMoreLeavesThanTheConnectionsWindowAndWritersHearWhenItOpens() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(
        join(setting(Frames.INITIAL_WINDOW_SIZE, 1 << 20), headers(1, GET), headers(3, GET)));
    var first = wire.request(0).stream;
    first.sendHead(head(200, -1));
    first.write(data("x".repeat(65_535)));
    assertThat(first.isWritable()).isFalse();
    var second = wire.request(1).stream;
    second.sendHead(head(200, -1));
    assertThat(second.isWritable()).isFalse();
    loop.run();
    assertThat(sentData(wire.frames(), 1)).isEqualTo(65_535);
    wire.receive(windowUpdate(0, 100));
    assertThat(wire.request(0).writable).isEqualTo(1);
    assertThat(wire.request(1).writable).isEqualTo(1);
    wire.finish();
  }

  @Test
  void aBodyThatNobodyTakesGivesNoCredit() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(H2Wire.open(1, POST));
    wire.request(0).stream.reading(false);
    for (int i = 0; i < 16; i++) {
      wire.receive(data(1, PART, false));
    }
    assertThat(wire.request(0).body).isEmpty();
    assertThat(wire.frames()).isEmpty();
    wire.request(0).stream.reading(true);
    loop.run();
    assertThat(wire.request(0).body).hasSize(16 * 16_384);
    assertThat(wire.frames()).containsExactly("WINDOW_UPDATE 1 262144");
    for (int i = 0; i < 16; i++) {
      wire.receive(data(1, PART, false));
    }
    assertThat(wire.frames())
        .containsExactlyInAnyOrder(
            "WINDOW_UPDATE 1 131072", "WINDOW_UPDATE 1 131072", "WINDOW_UPDATE 0 524288");
    wire.finish();
  }

  @Test
  void whatIsHeldBackIsFollowedByItsEnd() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(H2Wire.open(1, POST));
    wire.request(0).stream.reading(false);
    wire.receive(join(data(1, "hello", false), headers(1, "x-sum: 5")));
    assertThat(wire.request(0).isEnded).isFalse();
    wire.request(0).stream.reading(true);
    loop.run();
    assertThat(wire.request(0).body).hasToString("hello");
    assertThat(wire.request(0).trailers).isEqualTo("x-sum: 5\n");
    wire.finish();
  }

  @Test
  void moreThanAWindowIsAnError() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(H2Wire.open(1, POST));
    wire.request(0).stream.reading(false);
    for (int i = 0; i < 17; i++) {
      wire.receive(data(1, PART, false));
    }
    assertThat(wire.frames()).containsExactly("RST_STREAM 1 FLOW_CONTROL_ERROR");
    assertThat(wire.request(0).reset).isNotNull();
    wire.finish();
  }

  @Test
  void dataOfStreamsThatWereResetGivesItsCreditBack() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(H2Wire.open(1, POST));
    wire.request(0).stream.reset(new dev.signalbox.http.Failure.TotalTimeout());
    loop.run();
    assertThat(wire.frames()).containsExactly("RST_STREAM 1 INTERNAL_ERROR");
    for (int i = 0; i < 32; i++) {
      wire.receive(data(1, PART, false));
    }
    assertThat(wire.frames()).containsExactly("WINDOW_UPDATE 0 524288");
    wire.request(0).isEnded = true; // it was we who ended it
    wire.finish();
  }

  /** Two responses of 64 KB each wait for the connection's window; then it opens. */
  private List<String> turns(String first, String second) {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(setting(Frames.INITIAL_WINDOW_SIZE, 1 << 20));
    wire.receive(headers(1, GET));
    H2Wire.respond(wire.request(0).stream, 200, "x".repeat(65_535)); // the window is used up
    wire.receive(headers(3, with(GET, first)));
    wire.receive(headers(5, with(GET, second)));
    for (int i = 1; i < 3; i++) {
      wire.request(i).stream.sendHead(head(200, -1));
      wire.request(i).stream.write(data("x".repeat(2 * 16_384)));
      wire.request(i).stream.end(null);
    }
    loop.run();
    wire.frames();
    wire.receive(windowUpdate(0, 1 << 20));
    var frames = wire.frames();
    wire.finish();
    return frames.stream().map(frame -> frame.substring(0, 6)).toList();
  }

  @Test
  void theMoreUrgentGoesFirst() { // RFC 9218 §4.1
    assertThat(turns("priority: u=5", "priority: u=0"))
        .containsExactly("DATA 5", "DATA 5", "DATA 3", "DATA 3");
  }

  @Test
  void oneAfterTheOtherWherePartsAreOfNoUse() { // RFC 9218 §4.2
    assertThat(turns("priority: u=1", "priority: u=1"))
        .containsExactly("DATA 3", "DATA 3", "DATA 5", "DATA 5");
  }

  @Test
  void inTurnsWherePartsAreOfUse() { // RFC 9218 §4.2
    assertThat(turns("priority: u=1, i", "priority: i=?1;x=1, u=1"))
        .containsExactly("DATA 3", "DATA 5", "DATA 3", "DATA 5");
  }

  @Test
  void anUpdateChangesWhoseTurnItIs() { // RFC 9218 §7.1
    var wire = H2Wire.open(loop, NONE);
    wire.receive(setting(Frames.INITIAL_WINDOW_SIZE, 1 << 20));
    wire.receive(join(headers(1, GET), headers(3, GET), headers(5, GET)));
    H2Wire.respond(wire.request(0).stream, 200, "x".repeat(65_535));
    H2Wire.respond(wire.request(1).stream, 200, "second");
    H2Wire.respond(wire.request(2).stream, 200, "third");
    loop.run();
    wire.frames();
    byte[] field =
        Objects.requireNonNull("u=1").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    wire.receive(H2Wire.frame(Frames.PRIORITY_UPDATE, 0, 0, join(H2Wire.numbers(5), field)));
    wire.receive(windowUpdate(0, 1000));
    assertThat(wire.frames()).containsExactly("DATA 5 third END", "DATA 3 second END");
    wire.finish();
  }
}
