package dev.signalbox.http.h2;

import static dev.signalbox.http.h2.H2Wire.GET;
import static dev.signalbox.http.h2.H2Wire.NONE;
import static dev.signalbox.http.h2.H2Wire.POST;
import static dev.signalbox.http.h2.H2Wire.data;
import static dev.signalbox.http.h2.H2Wire.frame;
import static dev.signalbox.http.h2.H2Wire.headers;
import static dev.signalbox.http.h2.H2Wire.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.Rate;
import dev.signalbox.http.Failure;
import dev.signalbox.http.ServerTimeouts;
import dev.signalbox.net.FakeConnection.End;
import dev.signalbox.net.TestLoop;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a client may take over HTTP/2, and what happens then. */
class H2TimeLimitsTest {
  private static final ServerTimeouts TIMES = H2Wire.TIMEOUTS;

  private final TestLoop loop = new TestLoop();

  @AfterEach
  void closeLoop() {
    loop.close();
  }

  /** Time passes in half seconds, each of which the client may use. */
  private void pass(Duration time, Runnable each) {
    for (long left = time.toMillis() + 1500; left > 0; left -= 500) {
      each.run();
      loop.advance(Duration.ofMillis(500));
    }
  }

  @Test
  void aClientThatNeverSpeaksIsClosed() {
    var wire = new H2Wire(loop, H2Wire.CONFIG, NONE);
    loop.advancePast(TIMES.head());
    assertThat(wire.connection.isOutputShut()).isTrue();
    wire.finish();
  }

  @Test
  void settingsThatNobodyAcknowledgesEndIt() { // RFC 9113 §6.5.3
    var wire = new H2Wire(loop, H2Wire.CONFIG, NONE);
    wire.receive(Arrays.copyOf(H2Wire.GREETING, H2Wire.GREETING.length - 9));
    wire.receive(headers(1, GET));
    pass(TIMES.head(), () -> {});
    assertThat(wire.frames()).endsWith("GOAWAY 1 SETTINGS_TIMEOUT");
    assertThat(wire.request(0).reset).isInstanceOf(Failure.DownstreamGone.class);
    wire.finish();
  }

  @Test
  void anIdleConnectionIsLeft() {
    var wire = H2Wire.open(loop, H2Wire.ECHO);
    wire.receive(headers(1, GET));
    wire.frames();
    loop.advance(TIMES.idle().minusSeconds(1));
    assertThat(wire.frames()).isEmpty();
    loop.advance(Duration.ofSeconds(2));
    assertThat(wire.frames()).containsExactly("GOAWAY 1 NO_ERROR");
    wire.finish();
  }

  @Test
  void aConnectionWithARequestIsNotIdle() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(headers(1, GET));
    loop.advance(TIMES.idle().multipliedBy(3));
    assertThat(wire.frames()).isEmpty();
    wire.finish();
  }

  @Test
  void aHeadThatTrickles() {
    var wire = H2Wire.open(loop, NONE);
    byte[] head = headers(1, GET);
    var at = new int[1];
    pass(
        TIMES.head(),
        () -> {
          if (at[0] < head.length - 1) {
            wire.receive(new byte[] {head[at[0]++]});
          }
        });
    assertThat(wire.frames()).containsExactly("GOAWAY 0 ENHANCE_YOUR_CALM");
    wire.finish();
  }

  @Test
  void aHeadThatNeverEnds() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(frame(Frames.HEADERS, 0, 1, H2Wire.block(GET)));
    pass(TIMES.head(), () -> {});
    assertThat(wire.frames()).containsExactly("GOAWAY 0 ENHANCE_YOUR_CALM");
    wire.finish();
  }

  @Test
  void aBodyThatPauses() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(join(H2Wire.open(1, POST), data(1, "some", false), H2Wire.open(3, POST)));
    pass(TIMES.body(), () -> wire.receive(data(3, "x", false)));
    assertThat(wire.request(0).reset)
        .isEqualTo(new Failure.BadRequest(408, "the body paused for too long"));
    assertThat(wire.request(1).reset).isNull();
    assertThat(wire.frames().getFirst()).startsWith("HEADERS 1 :status: 408");
    wire.finish();
  }

  @Test
  void aBodyThatNobodyReadsMayPause() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(join(H2Wire.open(1, POST), data(1, "some", false)));
    wire.request(0).stream.reading(false);
    pass(TIMES.body().multipliedBy(2), () -> {});
    assertThat(wire.request(0).reset).isNull();
    wire.finish();
  }

  @Test
  void aBodyThatComesTooSlowly() {
    var times =
        new ServerTimeouts(
            TIMES.head(),
            TIMES.idle(),
            TIMES.body(),
            Rate.parse("100B/s"),
            Duration.ofSeconds(5),
            TIMES.send());
    var config = new H2ServerConfig(H2Wire.LIMITS, times, H2Wire.BOUNDS, false);
    var wire = H2Wire.open(loop, config, NONE);
    wire.receive(H2Wire.open(1, POST));
    pass(Duration.ofSeconds(5), () -> wire.receive(data(1, "x".repeat(40), false)));
    assertThat(wire.request(0).reset)
        .isEqualTo(new Failure.BadRequest(408, "the body came too slowly"));
    wire.finish();
  }

  @Test
  void aWindowThatNeverOpens() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(join(H2Wire.setting(Frames.INITIAL_WINDOW_SIZE, 0), headers(1, GET)));
    H2Wire.respond(wire.request(0).stream, 200, "hello");
    loop.run();
    wire.frames();
    pass(TIMES.send(), () -> wire.receive(frame(Frames.PING, 0, 0, new byte[8])));
    assertThat(wire.frames()).contains("RST_STREAM 1 CANCEL");
    wire.receive(headers(3, GET));
    assertThat(wire.requests).hasSize(2);
    wire.finish();
  }

  @Test
  void aClientThatTakesNothing() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(
        join(H2Wire.setting(Frames.INITIAL_WINDOW_SIZE, 1 << 20), H2Wire.windowUpdate(0, 1 << 20)));
    wire.receive(headers(1, GET));
    wire.connection.stalled(true);
    wire.request(0).stream.sendHead(H2Wire.head(200, -1));
    wire.request(0).stream.write(H2Wire.data("x".repeat(200_000)));
    pass(TIMES.send(), () -> {});
    assertThat(wire.connection.end()).isEqualTo(End.RESET);
    assertThat(wire.request(0).reset)
        .isEqualTo(new Failure.DownstreamGone("it takes none of the responses"));
    wire.finish();
  }

  @Test
  void aClientThatDoesNotHearOfADrainIsNotWaitedFor() {
    var wire = H2Wire.open(loop, NONE);
    wire.server.drain();
    loop.advancePast(Duration.ofSeconds(1));
    assertThat(wire.frames()).containsExactly("GOAWAY all NO_ERROR", "PING", "GOAWAY 0 NO_ERROR");
    assertThat(wire.connection.isOutputShut()).isTrue();
    wire.finish();
  }
}
