package dev.signalbox.http.h2;

import static dev.signalbox.http.h2.H2Wire.GET;
import static dev.signalbox.http.h2.H2Wire.NONE;
import static dev.signalbox.http.h2.H2Wire.POST;
import static dev.signalbox.http.h2.H2Wire.block;
import static dev.signalbox.http.h2.H2Wire.data;
import static dev.signalbox.http.h2.H2Wire.frame;
import static dev.signalbox.http.h2.H2Wire.headers;
import static dev.signalbox.http.h2.H2Wire.join;
import static dev.signalbox.http.h2.H2Wire.numbers;
import static dev.signalbox.http.h2.H2Wire.setting;
import static dev.signalbox.http.h2.H2Wire.windowUpdate;
import static dev.signalbox.http.h2.H2Wire.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.Failure;
import dev.signalbox.net.FakeConnection;
import dev.signalbox.net.TestLoop;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that make us work for nothing: each is told to calm down, at a number. */
class H2FloodTest {
  private static final byte[] EIGHT = new byte[8];

  private final TestLoop loop = new TestLoop();

  @AfterEach
  void closeLoop() {
    loop.close();
  }

  private H2Wire open() {
    return H2Wire.open(loop, NONE);
  }

  private void endsCalmly(H2Wire wire) {
    assertThat(wire.frames().getLast()).matches("GOAWAY \\d+ ENHANCE_YOUR_CALM");
    assertThat(wire.connection.isOutputShut()).isTrue();
    assertThat(wire.refused).isNotEmpty();
    wire.receive(headers(99_999, GET));
    int before = wire.requests.size();
    assertThat(wire.requests).as("nothing is read any more").hasSize(before);
    loop.advancePast(Duration.ofSeconds(3));
    assertThat(wire.connection.end()).isEqualTo(FakeConnection.End.CLOSED);
    wire.finish();
  }

  @Test
  void rapidResets() { // CVE-2023-44487
    var wire = open();
    for (int i = 0; i < 500; i++) {
      wire.receive(join(headers(2 * i + 1, GET), H2Wire.reset(2 * i + 1)));
    }
    assertThat(wire.connection.isOutputShut()).as("five hundred in ten seconds").isFalse();
    wire.receive(join(headers(1001, GET), H2Wire.reset(1001)));
    endsCalmly(wire);
  }

  @Test
  void resetsThatAreProvoked() { // CVE-2025-8671
    var wire = open();
    for (int i = 0; i <= 500; i++) {
      int id = 2 * i + 1;
      wire.receive(join(headers(id, GET), windowUpdate(id, 0)));
    }
    endsCalmly(wire);
  }

  @Test
  void resetsOverAnHourAreNoFlood() {
    var wire = open();
    for (int i = 0; i < 1500; i++) {
      wire.receive(join(headers(2 * i + 1, GET), H2Wire.reset(2 * i + 1)));
      loop.advance(Duration.ofMillis(50));
    }
    assertThat(wire.connection.isOutputShut()).isFalse();
    wire.finish();
  }

  @Test
  void refusedStreams() {
    var wire = open();
    int id = 1;
    for (int i = 0; i < 128; i++, id += 2) {
      wire.receive(headers(id, GET));
    }
    assertThat(wire.frames()).isEmpty();
    wire.receive(headers(id, GET));
    assertThat(wire.requests).hasSize(128);
    assertThat(wire.frames()).containsExactly("RST_STREAM 257 REFUSED_STREAM");
    for (int i = 0; i < 500; i++) {
      id += 2;
      wire.receive(headers(id, GET));
    }
    endsCalmly(wire);
  }

  static Stream<Arguments> controls() {
    byte[] priority = join(numbers(0), new byte[] {1});
    return Stream.of(
        Arguments.of("PING", frame(Frames.PING, 0, 0, EIGHT)),
        Arguments.of("PING that is acknowledged", frame(Frames.PING, Frames.ACK, 0, EIGHT)),
        Arguments.of("SETTINGS", frame(Frames.SETTINGS, 0, 0)),
        Arguments.of("SETTINGS that are acknowledged", frame(Frames.SETTINGS, Frames.ACK, 0)),
        Arguments.of("table sizes", setting(Frames.HEADER_TABLE_SIZE, 0)),
        Arguments.of("empty DATA", data(1, "", false)),
        Arguments.of(
            "padding alone", frame(Frames.DATA, Frames.PADDED, 1, new byte[] {3, 0, 0, 0})),
        Arguments.of("PRIORITY", frame(Frames.PRIORITY, 0, 3, priority)),
        Arguments.of("PRIORITY_UPDATE", frame(Frames.PRIORITY_UPDATE, 0, 0, numbers(1))),
        Arguments.of("unknown frames", frame(77, 0, 0, EIGHT)),
        Arguments.of("small windows", windowUpdate(0, 1)),
        Arguments.of("small windows of a stream", windowUpdate(1, 1)),
        Arguments.of("GOAWAY", frame(Frames.GOAWAY, 0, 0, EIGHT)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void controls(String what, byte[] control) {
    var wire = open();
    wire.receive(H2Wire.open(1, POST));
    byte[] tenth = join(Stream.generate(() -> control).limit(99).toArray(byte[][]::new));
    for (int i = 0; i < 10; i++) {
      wire.receive(tenth);
    }
    assertThat(wire.connection.isOutputShut()).as(what).isFalse();
    wire.receive(tenth);
    endsCalmly(wire);
  }

  @Test
  void framesOfClosedStreams() {
    var wire = open();
    wire.receive(H2Wire.open(1, POST));
    wire.request(0).stream.reset(new Failure.TotalTimeout());
    wire.request(0).isEnded = true;
    for (int i = 0; i <= 1000; i++) {
      wire.receive(data(1, "x", false));
    }
    endsCalmly(wire);
  }

  @Test
  void windowUpdatesThatFollowDataAreNoFlood() {
    var wire = open();
    wire.receive(headers(1, GET));
    wire.request(0).stream.sendHead(H2Wire.head(200, -1));
    wire.request(0).stream.write(H2Wire.data("x".repeat(65_535)));
    for (int i = 0; i < 4000; i++) {
      wire.request(0).stream.write(H2Wire.data("x".repeat(4096)));
      wire.receive(join(windowUpdate(0, 2048), windowUpdate(1, 2048)));
      wire.receive(join(windowUpdate(0, 2048), windowUpdate(1, 2048)));
    }
    assertThat(wire.connection.isOutputShut()).isFalse();
    wire.finish();
  }

  @Test
  void continuationsWithoutEnd() { // CVE-2024-27316
    var wire = open();
    wire.receive(frame(Frames.HEADERS, 0, 1, block(GET)));
    for (int i = 0; i < 8; i++) {
      wire.receive(frame(Frames.CONTINUATION, 0, 1, block("x: y")));
    }
    assertThat(wire.connection.isOutputShut()).isFalse();
    wire.receive(frame(Frames.CONTINUATION, 0, 1));
    endsCalmly(wire);
  }

  @Test
  void aHeaderBlockOfTooManyBytes() {
    var wire = open();
    wire.receive(frame(Frames.HEADERS, 0, 1, new byte[16_384]));
    for (int i = 0; i < 3; i++) {
      wire.receive(frame(Frames.CONTINUATION, 0, 1, new byte[16_384]));
    }
    assertThat(wire.connection.isOutputShut()).isFalse();
    wire.receive(frame(Frames.CONTINUATION, 0, 1, new byte[1]));
    endsCalmly(wire);
  }

  @Test
  void aListThatUnpacksToMuchIsRefusedAndTheConnectionGoesOn() { // an HPACK bomb
    var wire = open();
    byte[] entry = block("x: " + "y".repeat(4000));
    entry[0] = 0x40; // into the table
    byte[] bomb = new byte[12_000];
    java.util.Arrays.fill(bomb, (byte) 0xbe); // the newest entry, again and again: 48 MB
    wire.receive(
        frame(
            Frames.HEADERS,
            Frames.END_HEADERS | Frames.END_STREAM,
            1,
            join(block(GET), entry, bomb)));
    assertThat(wire.frames().getFirst()).startsWith("HEADERS 1 :status: 431");
    assertThat(wire.requests).isEmpty();
    wire.receive(headers(3, GET));
    assertThat(wire.requests).hasSize(1);
    wire.finish();
  }

  @Test
  void answersThatNobodyReadsStopTheReading() {
    var wire =
        H2Wire.open(
            loop,
            (stream, _) -> {
              var response = H2Wire.head(204, 0);
              response.headers().add("set-cookie", "x".repeat(300)); // which no table shortens
              stream.sendHead(response);
              stream.end(null);
            });
    wire.connection.stalled(true);
    for (int id = 1; id < 20_000 && wire.connection.isReading(); id += 2) {
      wire.receive(headers(id, GET));
    }
    assertThat(wire.connection.isReading()).isFalse();
    assertThat(wire.connection.pendingBytes()).isBetween(512L * 1024, 600L * 1024);
    wire.connection.stalled(false);
    loop.run();
    assertThat(wire.connection.isReading()).as("when it reads again").isTrue();
    wire.finish();
  }

  @Test
  void aWindowBeyondItsRange() {
    var wire = open();
    wire.receive(join(headers(1, with(GET, "x: y")), windowUpdate(1, Integer.MAX_VALUE)));
    assertThat(wire.frames()).containsExactly("RST_STREAM 1 FLOW_CONTROL_ERROR");
    wire.receive(windowUpdate(0, Integer.MAX_VALUE));
    assertThat(wire.frames()).containsExactly("GOAWAY 1 FLOW_CONTROL_ERROR");
    wire.finish();
  }
}
