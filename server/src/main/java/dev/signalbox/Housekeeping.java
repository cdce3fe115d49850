package dev.signalbox;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives memory back after a flood of connections. What a flood leaves in the old generation is
 * garbage that nothing collects, because a server that promotes next to nothing never fills it; so
 * the heap stays as large as it once was. One full collection lets the JVM shrink it. That pauses
 * the loops for some tens of milliseconds: hence once a flood, and only while little is asked. For
 * the process that serves, not for whoever embeds a {@link Signalbox}. A thread of control's.
 */
public final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final Signalbox signalbox;
  private final CountDownLatch closed = new CountDownLatch(1);

  private Housekeeping(Signalbox signalbox) {
    this.signalbox = signalbox;
  }

  /** Looks after the memory of the process in which that one runs, until it is closed. */
  public static Housekeeping start(Signalbox signalbox) {
    var housekeeping = new Housekeeping(signalbox);
    Thread.ofPlatform().name("housekeeping").daemon().start(housekeeping::run);
    return housekeeping;
  }

  private void run() {
    var flood = new Flood();
    try {
      while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        if (flood.isOver(signalbox.connections(), usedBytes())) {
          collect();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void collect() {
    long before = Runtime.getRuntime().totalMemory();
    long since = System.nanoTime();
    System.gc();
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    long after = Runtime.getRuntime().totalMemory();
    LOG.info(
        "many connections have closed: heap of {} MB collected in {} ms, {} MB of it kept",
        before >> 20,
        took,
        after >> 20);
  }

  private static long usedBytes() {
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
