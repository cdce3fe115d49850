package dev.signalbox.http.h1;

import static dev.signalbox.http.h1.ServerWire.data;
import static dev.signalbox.http.h1.ServerWire.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.Rate;
import dev.signalbox.http.Failure;
import dev.signalbox.http.HalfClose;
import dev.signalbox.http.ServerTimeouts;
import dev.signalbox.net.FakeConnection.End;
import dev.signalbox.net.TestLoop;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How long a client may take, by a clock that the test moves. */
class ServerTimeLimitsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
  private static final ServerTimeouts TIMEOUTS = ServerWire.TIMEOUTS;

  /**
   * Progress is looked at twice a second, give or take a tick: up to a fifth later than it says.
   */
  private static final Duration AND_A_LITTLE = Duration.ofSeconds(2);

  @AutoClose private final TestLoop loop = new TestLoop();
  private final H1Loop h1 = new H1Loop(loop.loop());

  @Test
  void aConnectionThatSaysNothingIsClosedWithoutAWord() {
    var wire = wire(ServerWire.ECHO);
    loop.advance(TIMEOUTS.head().minusMillis(1));
    assertThat(wire.connection.end()).isEqualTo(End.OPEN);
    loop.advancePast(Duration.ofMillis(1));
    assertThat(wire.connection.end()).isEqualTo(End.CLOSED);
    assertThat(wire.sent()).isEmpty();
    wire.finish();
  }

  @Test
  void aHeadThatTricklesIsAnsweredWith408() {
    var wire = wire(ServerWire.ECHO);
    for (int i = 0; i < 9; i++) { // each byte in good time, and all of them not
      wire.receive(GET.substring(i, i + 1));
      loop.advance(Duration.ofSeconds(1));
    }
    assertThat(wire.sent()).isEmpty();
    loop.advancePast(Duration.ofSeconds(1));
    assertThat(wire.sent()).startsWith("HTTP/1.1 408 ").contains("Connection: close");
    assertThat(wire.connection.isOutputShut()).isTrue();
    assertThat(wire.refused).singleElement().isInstanceOf(Failure.BadRequest.class);
    wire.finish();
  }

  @Test
  void aLaterHeadHasAsMuchTimeAsTheFirst() {
    var wire = wire(ServerWire.ECHO);
    wire.receive(GET);
    loop.advance(Duration.ofSeconds(60));
    wire.receive("GET ");
    loop.advance(TIMEOUTS.head().minusMillis(1));
    assertThat(wire.sent()).doesNotContain("408");
    loop.advancePast(Duration.ofMillis(1));
    assertThat(wire.sent()).contains("HTTP/1.1 408 ");
    wire.finish();
  }

  @Test
  void anIdleConnectionIsClosedInTime() {
    var wire = wire(ServerWire.ECHO);
    wire.receive(GET);
    wire.connection.forgetSent();
    loop.advance(TIMEOUTS.idle().minusMillis(1));
    assertThat(wire.connection.end()).isEqualTo(End.OPEN);
    loop.advancePast(Duration.ofMillis(1));
    assertThat(wire.connection.end()).isEqualTo(End.CLOSED);
    assertThat(wire.sent()).isEmpty();
    wire.finish();
  }

  @Test
  void anExchangeIsNotAnIdleConnection() {
    var wire = wire(ServerWire.NONE);
    wire.receive(GET);
    loop.advance(TIMEOUTS.idle().multipliedBy(2));
    ServerWire.respond(wire.request(0).stream, 200, "late");
    assertThat(wire.sent()).endsWith("late");
    wire.finish();
  }

  @Test
  void aBodyThatPausesIsAnsweredWith408() {
    var wire = wire(ServerWire.NONE);
    wire.receive(POST + "x");
    loop.advance(TIMEOUTS.body().minusSeconds(1));
    wire.receive("x");
    loop.advance(TIMEOUTS.body().minusSeconds(1));
    assertThat(wire.request(0).reset).isNull();
    loop.advance(AND_A_LITTLE);
    assertThat(wire.request(0).reset)
        .isEqualTo(new Failure.BadRequest(408, "the body paused for too long"));
    assertThat(wire.sent()).startsWith("HTTP/1.1 408 ");
    assertThat(wire.connection.isOutputShut()).isTrue();
    wire.finish();
  }

  @Test
  void aBodyThatTricklesIsAnsweredWith408() {
    var timeouts =
        new ServerTimeouts(
            TIMEOUTS.head(),
            TIMEOUTS.idle(),
            TIMEOUTS.body(),
            Rate.parse("240B/s"),
            Duration.ofSeconds(5),
            TIMEOUTS.send());
    var config = new H1ServerConfig(ServerWire.LIMITS, timeouts, HalfClose.ANSWER, false);
    var quick = new ServerWire(loop, h1, config, ServerWire.NONE);
    var slow = new ServerWire(loop, h1, config, ServerWire.NONE);
    quick.receive(POST);
    slow.receive(POST);
    for (int second = 0; second < 10; second++) {
      quick.receive("x".repeat(300));
      slow.receive("x".repeat(200));
      loop.advance(Duration.ofSeconds(1));
    }
    assertThat(quick.request(0).reset).isNull();
    assertThat(slow.request(0).reset)
        .isEqualTo(new Failure.BadRequest(408, "the body came too slowly"));
    quick.finish();
    slow.finish();
  }

  @Test
  void aBodyThatWeDoNotReadIsNotTheClientsFault() {
    var wire = wire(ServerWire.NONE);
    wire.receive(POST + "x");
    wire.request(0).stream.reading(false);
    loop.advance(TIMEOUTS.body().multipliedBy(3));
    assertThat(wire.request(0).reset).isNull();
    wire.finish();
  }

  @Test
  void aClientThatTakesNothingIsBrokenOff() {
    var wire = wire(ServerWire.NONE);
    wire.receive(GET);
    var stream = wire.request(0).stream;
    wire.connection.stalled(true);
    stream.sendHead(head(200, 1_000_000));
    while (stream.isWritable()) {
      stream.write(data("x".repeat(10_000)));
      stream.flush();
    }
    loop.advance(TIMEOUTS.send().minusSeconds(1));
    assertThat(wire.request(0).reset).isNull();
    loop.advance(AND_A_LITTLE);
    assertThat(wire.request(0).reset).isInstanceOf(Failure.DownstreamGone.class);
    assertThat(wire.connection.end()).isEqualTo(End.RESET);
    wire.finish();
  }

  @Test
  void aHalfClosedClientIsNotProbedWhereItIsTakenAsThere() {
    var wire = wire(ServerWire.NONE);
    wire.receive(POST);
    wire.receive("x".repeat(100_000)); // the body's watch is still armed
    wire.connection.receiveEnd();
    loop.advance(AND_A_LITTLE);
    assertThat(wire.sent()).isEmpty();
    ServerWire.respond(wire.request(0).stream, 200, "late");
    assertThat(wire.sent()).endsWith("late");
    wire.finish();
  }

  @Test
  void aClosingConnectionListensForAWhileAndThenNoMore() {
    var wire = wire(ServerWire.ECHO);
    wire.receive("bad\r\n");
    assertThat(wire.sent()).startsWith("HTTP/1.1 400 ");
    loop.advance(Duration.ofSeconds(1));
    wire.receive("more of it"); // read off, so that no reset overtakes the answer
    assertThat(wire.connection.end()).isEqualTo(End.OPEN);
    loop.advancePast(Duration.ofSeconds(1));
    assertThat(wire.connection.end()).isEqualTo(End.CLOSED);
    wire.finish();
  }

  private ServerWire wire(ServerWire.Answer answer) {
    return new ServerWire(loop, h1, ServerWire.CONFIG, answer);
  }
}
