package dev.signalbox.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogLineTest {
  private final LogLine plain = new LogLine(new ConsoleLog.Look(false, false));

  @Test
  void aLineHasTimeLevelRoomAndMessage() {
    assertThat(plain.format(record("dev.signalbox.proxy.Exchange", "it went wrong")))
        .isEqualTo("2026-11-23T04:05:06.007Z W proxy: it went wrong\n");
  }

  @ParameterizedTest
  @CsvSource({"SEVERE,E", "WARNING,W", "INFO,I", "CONFIG,D", "FINE,D", "FINER,T", "FINEST,T"})
  void aLevelIsOneLetter(String level, char letter) {
    var record = record("x", "message");
    record.setLevel(Level.parse(level));
    assertThat(plain.format(record)).contains("Z " + letter + " x: ");
  }

  @ParameterizedTest
  @CsvSource({
    "dev.signalbox,signalbox",
    "dev.signalbox.http.h1.Codec,http.h1",
    "dev.signalbox.Main,Main",
    "io.netty.channel.Channel,Channel",
    "'',-"
  })
  void loggersHaveShortNames(String logger, String shown) {
    assertThat(plain.format(record(logger, "m"))).contains(" W " + shown + ": m");
  }

  @Test
  void coloursAreForTerminalsOnly() {
    var coloured = new LogLine(new ConsoleLog.Look(true, true)).format(record("x", "m"));
    assertThat(coloured).contains("\033[33mW\033[0m x: m");
    assertThat(plain.format(record("x", "m"))).doesNotContain("\033");
  }

  @Test
  void nothingInAMessageEndsTheLineOrDrivesATerminal() {
    var line = plain.format(record("x", "a\nb\rc\033[2Jd\u0000\u009b\u2028\u202e\u007f"));
    assertThat(line)
        .endsWith("x: a\\nb\\x0dc\\x1b[2Jd\\x00\\x9b\\u2028\\u202e\\x7f\n")
        .containsOnlyOnce("\n");
  }

  @Test
  void aLongMessageIsCut() {
    var line = plain.format(record("x", "y".repeat(5_000)));
    assertThat(line).endsWith("yyy... (1000 more)\n").hasSizeLessThan(4_100);
  }

  @Test
  void aBugShowsItsStackTraceOnce() {
    var bug = new IllegalStateException("no such state");
    assertThat(plain.format(record(bug)))
        .contains("\n    java.lang.IllegalStateException: no such state\n")
        .contains("\n      at dev.signalbox.observe.LogLineTest");
    assertThat(plain.format(record(bug)))
        .endsWith("IllegalStateException: no such state (its stack trace is above)\n")
        .doesNotContain("  at ");
    assertThat(plain.format(record(new IllegalStateException("elsewhere")))).contains("  at ");
  }

  @Test
  void whatTheNetworkDoesIsNoBug() {
    assertThat(plain.format(record(new IOException("Connection reset"))))
        .endsWith("\n    java.io.IOException: Connection reset\n");
  }

  @Test
  void theTextOfAnExceptionIsAsHarmlessAsAMessage() {
    assertThat(plain.format(record(new IOException("a\u001b[31mb"))))
        .endsWith("java.io.IOException: a\\x1b[31mb\n");
  }

  private static LogRecord record(Throwable thrown) {
    var record = record("x", "failed");
    record.setThrown(thrown);
    return record;
  }

  private static LogRecord record(String logger, String message) {
    var record = new LogRecord(Level.WARNING, message);
    record.setLoggerName(logger);
    record.setInstant(Instant.parse("2026-11-23T04:05:06.007Z"));
    return record;
  }
}
