package dev.signalbox.observe;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log for operators, on the console. Everything logs through SLF4J, which hands over to
 * java.util.logging, whose only handler this is.
 *
 * <p>Any thread may log: it takes no lock and never waits, it adds to a bounded queue. One daemon
 * thread writes. When the queue is full the line is dropped, counted, and the count is told.
 */
public final class ConsoleLog implements AutoCloseable {
  /** How lines look: short local times for a person at a terminal, full UTC ones for a file. */
  public record Look(boolean terminal, boolean colours) {}

  private static final int QUEUE_BOUND = 4_096;
  private static final int BATCH = 32 * 1024;
  private static final Duration LONGEST_FLUSH = Duration.ofSeconds(2);

  private final OutputStream out;
  private final LogLine lines;
  private final int bound;
  private final Queue<LogRecord> queue = new ConcurrentLinkedQueue<>();
  // Lines not yet written. Beside the queue, whose size() would walk it. Loggers add, the writer
  // takes away.
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong dropped = new AtomicLong();
  private final Thread writer;
  // Referred to from here because java.util.logging forgets a logger, level and all, when nobody
  // holds it.
  private final Logger house = Logger.getLogger("dev.signalbox");
  private volatile boolean closing;

  private ConsoleLog(OutputStream out, Look look, int bound) {
    this.out = out;
    this.lines = new LogLine(look);
    this.bound = bound;
    this.writer = Thread.ofPlatform().daemon().name("signalbox-log").unstarted(this::write);
  }

  /** Makes this the only handler of java.util.logging, until closed. */
  public static ConsoleLog install(OutputStream out, Look look, LogLevel level) {
    var log = new ConsoleLog(out, look, QUEUE_BOUND);
    LogManager.getLogManager().reset();
    var root = Logger.getLogger("");
    root.setLevel(level.julOfLibraries());
    log.house.setLevel(level.jul());
    root.addHandler(log.handler());
    log.writer.start();
    return log;
  }

  /** Not installed anywhere and not started: for tests. */
  static ConsoleLog stopped(OutputStream out, Look look, int bound) {
    return new ConsoleLog(out, look, bound);
  }

  void start() {
    writer.start();
  }

  Handler handler() {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        if (isLoggable(record)) {
          add(record);
        }
      }

      @Override
      public void flush() {
        ConsoleLog.this.flush();
      }

      @Override
      public void close() {
        ConsoleLog.this.close();
      }
    };
  }

  private void add(LogRecord record) {
    if (waiting.incrementAndGet() > bound) {
      waiting.decrementAndGet();
      dropped.incrementAndGet();
    } else {
      queue.add(record);
    }
    LockSupport.unpark(writer);
  }

  private void write() {
    while (true) {
      var last = closing;
      var text = new StringBuilder();
      var taken = take(text);
      if (!text.isEmpty()) {
        print(text.toString());
        // Only now: flush() waits for it, and what is being written counts towards the bound.
        waiting.addAndGet(-taken);
      } else if (last) {
        return;
      } else {
        LockSupport.park(this);
      }
    }
  }

  /** Some of what waits, as text; drops are told after the lines that filled the queue. */
  private int take(StringBuilder text) {
    var taken = 0;
    while (text.length() < BATCH) {
      var record = queue.poll();
      if (record == null) {
        break;
      }
      taken++;
      text.append(formatted(record));
    }
    var lost = queue.isEmpty() ? dropped.getAndSet(0) : 0;
    if (lost > 0) {
      var record =
          new LogRecord(Level.WARNING, "lines dropped: " + lost + " (the console is too slow)");
      record.setLoggerName(ConsoleLog.class.getName());
      text.append(formatted(record));
    }
    return taken;
  }

  private String formatted(LogRecord record) {
    try {
      return lines.format(record);
    } catch (RuntimeException e) {
      // A toString of somebody's exception; the writer must outlive it.
      return "a line of " + record.getLoggerName() + " cannot be shown: " + e.getClass() + "\n";
    }
  }

  private void print(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      // A console that is gone or a disk that is full is no reason to stop serving, and there is
      // nobody to tell. The next line is tried again: a disk can be emptied.
    }
  }

  /** Waits until all that was logged is written, a little while at most. Never on a loop. */
  private void flush() {
    var giveUp = System.nanoTime() + LONGEST_FLUSH.toNanos();
    while (waiting.get() > 0 && System.nanoTime() < giveUp) {
      LockSupport.parkNanos(this, 100_000);
    }
  }

  /** Writes what waits, but not for ever: a console that takes nothing must not keep us alive. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(writer);
    try {
      var _ = writer.join(LONGEST_FLUSH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalThreadStateException e) {
      return; // Never started: nothing to wait for.
    }
  }
}
