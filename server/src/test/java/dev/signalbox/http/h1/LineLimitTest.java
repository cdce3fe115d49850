package dev.signalbox.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.Bytes;
import dev.signalbox.http.Failure;
import dev.signalbox.http.MessageLimits;
import dev.signalbox.net.TestLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit of a request line, to the byte, at every cut: that between CR and LF included. */
class LineLimitTest {
  private static final int LIMIT = 64;
  private static final H1ServerConfig CONFIG =
      new H1ServerConfig(
          new MessageLimits(
              new Bytes(LIMIT),
              ServerWire.LIMITS.head(),
              ServerWire.LIMITS.headers(),
              ServerWire.LIMITS.body(),
              ServerWire.LIMITS.pipelined()),
          ServerWire.TIMEOUTS,
          ServerWire.CONFIG.halfClose(),
          false);

  private TestLoop loop;
  private H1Loop h1;

  @BeforeEach
  void begin() {
    loop = new TestLoop();
    h1 = new H1Loop(loop.loop());
  }

  @AfterEach
  void end() {
    loop.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\n", "\r\n\r\n\r\n\r\n"})
  void aLineOfExactlyTheLimitIsUnderstood(String before) {
    var path = "/" + "a".repeat(LIMIT - "GET / HTTP/1.1".length());
    var outcome = outcome(before, path);
    assertThat(outcome.refused()).isEmpty();
    assertThat(outcome.requests()).containsExactly("GET h" + path + "\n");
    assertThat(outcome.isOutputShut()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\n", "\r\n\r\n\r\n\r\n"})
  void aLineOfOneByteMoreIsRefused(String before) {
    var outcome = outcome(before, "/" + "a".repeat(LIMIT + 1 - "GET / HTTP/1.1".length()));
    assertThat(outcome.requests()).isEmpty();
    assertThat(outcome.refused())
        .singleElement()
        .isInstanceOfSatisfying(
            Failure.BadRequest.class, refused -> assertThat(refused.status()).isEqualTo(414));
    assertThat(outcome.sent()).startsWith("HTTP/1.1 414 ").containsOnlyOnce("HTTP/1.1 ");
    assertThat(outcome.isOutputShut()).isTrue();
  }

  private ServerWire.Outcome outcome(String before, String path) {
    return Splits.sameForEveryCut(
        before + "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n",
        parts -> ServerWire.run(loop, h1, CONFIG, ServerWire.ECHO, parts));
  }
}
