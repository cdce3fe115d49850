package dev.signalbox.net.tls;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread of control's that looks again and again until it is closed. From any thread. */
final class Lookout implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Thread thread; // written once, before anybody can close it

  private Lookout() {}

  /**
   * Starts it.
   *
   * @param first what is done before it first waits
   * @param look what is done each time
   */
  static Lookout start(String name, Duration every, Runnable first, Runnable look) {
    var lookout = new Lookout();
    lookout.thread =
        Thread.ofVirtual().name(name).start(() -> lookout.run(name, every, first, look));
    return lookout;
  }

  private void run(String name, Duration every, Runnable first, Runnable look) {
    go(name, first);
    try {
      while (!closed.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
        go(name, look);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** A bug in one look must not end all others: certificates expire. */
  private static void go(String name, Runnable look) {
    try {
      look.run();
    } catch (RuntimeException e) {
      LOG.error("{}: a bug of Signalbox, please report it: {}", name, e, e);
    }
  }

  /** Ends it; a look that is under way is done when this returns. */
  @Override
  public void close() {
    closed.countDown();
    if (thread != null) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
