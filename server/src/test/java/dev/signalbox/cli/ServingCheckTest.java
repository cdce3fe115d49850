package dev.signalbox.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server says about its rules, and when. */
class ServingCheckTest {
  private static final String LOOP =
      """
      listeners:
        web: { bind: "127.0.0.1:0" }
      routes:
        - { name: ping, match: { path: /ping }, redirect: /pong }
        - { name: pong, match: { path: /pong }, redirect: /ping }
      """;

  private static final class Lines extends Handler {
    private final BlockingQueue<LogRecord> records = new LinkedBlockingQueue<>();

    @Override
    public void publish(LogRecord line) {
      records.add(line);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @TempDir private Path folder;

  private final Logger log = Logger.getLogger("dev.signalbox");
  private final Lines lines = new Lines();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void listen() {
    log.addHandler(lines);
  }

  @AfterEach
  void stopListening() {
    log.removeHandler(lines);
  }

  @Test
  void findingsAreLoggedOnceItIsReady() throws Exception {
    var seen = new StringBuilder();
    int exit = run(LOOP, () -> seen.append(untilWarning()).append("").toString());
    assertThat(exit).isZero();
    assertThat(seen.toString())
        .contains("ready after")
        .contains(":4:5: \"ping\" and \"pong\" redirect to each other for ever")
        .contains("GET http://example.com/ping");
    assertThat(seen.indexOf("ready after")).isLessThan(seen.indexOf("redirect to each other"));
  }

  @Test
  void strictFileIsRefusedBeforeAnythingStarts() throws Exception {
    int exit =
        run(
            "strict: true\n" + LOOP,
            () -> {
              throw new AssertionError("a server was started");
            });
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .contains(":5:5: \"ping\" and \"pong\" redirect to each other for ever [redirect-loop]")
        .contains("   5 |   - { name: ping");
  }

  @Test
  void strictFileWithoutMistakesIsServed() throws Exception {
    var fine = LOOP.replace("redirect: /ping", "respond: 200");
    assertThat(run("strict: true\n" + fine, () -> "the test")).isZero();
  }

  private String untilWarning() {
    var seen = new StringBuilder();
    while (true) {
      try {
        var next = lines.records.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("a warning after\n" + seen).isNotNull();
        seen.append(new java.util.logging.SimpleFormatter().formatMessage(next)).append('\n');
        if (next.getLevel() == Level.WARNING) {
          return seen.toString();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private int run(String config, Stop stop) throws IOException {
    var file = Files.writeString(folder.resolve("signalbox.yaml"), config);
    var terminal =
        new Terminal(
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false,
            _ -> null);
    return SignalboxCommand.run(terminal, () -> stop, "run", "-c", file.toString());
  }
}
