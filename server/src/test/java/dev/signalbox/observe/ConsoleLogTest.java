package dev.signalbox.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

@Timeout(30)
class ConsoleLogTest {
  private static final ConsoleLog.Look PLAIN = new ConsoleLog.Look(false, false);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @AfterEach
  void nothingStaysInstalled() throws IOException {
    LogManager.getLogManager().readConfiguration();
  }

  @Test
  void whatIsLoggedThroughSlf4jIsWrittenWhenItCloses() {
    try (var _ = ConsoleLog.install(out, PLAIN, LogLevel.INFO)) {
      LoggerFactory.getLogger("dev.signalbox.proxy.Exchange").info("{} of {}", 1, 2);
      LoggerFactory.getLogger("dev.signalbox.proxy.Exchange").debug("not told");
    }
    assertThat(text()).endsWith(" I proxy: 1 of 2\n").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"ERROR,E,E", "WARN,WE,WE", "INFO,IWE,WE", "DEBUG,DIWE,IWE", "TRACE,TDIWE,TDIWE"})
  void librariesAreQuieterThanTheHouse(LogLevel level, String ours, String theirs) {
    try (var _ = ConsoleLog.install(out, PLAIN, level)) {
      for (var name : new String[] {"dev.signalbox.net.Loop", "io.netty.channel.Theirs"}) {
        var logger = LoggerFactory.getLogger(name);
        logger.trace("m");
        logger.debug("m");
        logger.info("m");
        logger.warn("m");
        logger.error("m");
      }
    }
    assertThat(letters("net")).isEqualTo(ours);
    assertThat(letters("Theirs")).isEqualTo(theirs);
  }

  @Test
  void aFlushWaitsForTheLinesBeforeIt() {
    try (var _ = ConsoleLog.install(out, PLAIN, LogLevel.INFO)) {
      LoggerFactory.getLogger("dev.signalbox").info("first");
      for (var handler : Logger.getLogger("").getHandlers()) {
        handler.flush();
      }
      assertThat(text()).endsWith("signalbox: first\n");
    }
  }

  @Test
  void aFullQueueDropsAndTellsHowMany() {
    var log = ConsoleLog.stopped(out, PLAIN, 3);
    for (var i = 1; i <= 5; i++) {
      log.handler().publish(record("line " + i));
    }
    log.start();
    log.close();
    assertThat(text().lines().map(line -> line.substring(25)))
        .containsExactly(
            "I x: line 1",
            "I x: line 2",
            "I x: line 3",
            "W observe: lines dropped: 2 (the console is too slow)");
  }

  @Test
  void aConsoleThatTakesNothingStopsNobody() throws Exception {
    var stuck = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    var console =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            stuck.countDown();
            try {
              released.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        };
    var log = ConsoleLog.stopped(console, PLAIN, 10);
    log.start();
    log.handler().publish(record("first"));
    stuck.await();
    for (var i = 0; i < 1_000; i++) {
      log.handler().publish(record("more"));
    }
    log.close(); // Gives up, so that the process can end.
    released.countDown();
  }

  @Test
  void aConsoleThatFailsOnceIsTriedAgain() {
    var writes = new AtomicInteger();
    var console =
        new OutputStream() {
          @Override
          public void write(int b) {
            out.write(b);
          }

          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            if (writes.getAndIncrement() == 0) {
              throw new IOException("No space left on device");
            }
            out.write(bytes, from, length);
          }
        };
    var log = ConsoleLog.stopped(console, PLAIN, 10);
    log.start();
    log.handler().publish(record("lost"));
    log.handler().flush();
    log.handler().publish(record("kept"));
    log.close();
    assertThat(text()).endsWith("I x: kept\n").hasLineCount(1);
  }

  @Test
  void anExceptionThatCannotBeShownDoesNotEndTheLog() {
    var log = ConsoleLog.stopped(out, PLAIN, 10);
    var record = record("first");
    record.setThrown(
        new IOException() {
          @Override
          public String toString() {
            throw new IllegalStateException("no text");
          }
        });
    log.handler().publish(record);
    log.handler().publish(record("second"));
    log.start();
    log.close();
    assertThat(text()).contains("a line of x cannot be shown").endsWith("I x: second\n");
  }

  private static LogRecord record(String message) {
    var record = new LogRecord(Level.INFO, message);
    record.setLoggerName("x");
    return record;
  }

  private String letters(String logger) {
    var letters = new StringBuilder();
    text()
        .lines()
        .filter(line -> line.endsWith(" " + logger + ": m"))
        .forEach(line -> letters.append(line.charAt(25)));
    return letters.toString();
  }

  private String text() {
    return out.toString(UTF_8);
  }
}
