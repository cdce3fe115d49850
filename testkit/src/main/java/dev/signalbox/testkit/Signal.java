package dev.signalbox.testkit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Given once by one thread, awaited by others. */
public final class Signal {
  private final CountDownLatch latch = new CountDownLatch(1);

  public void give() {
    latch.countDown();
  }

  public boolean isGiven() {
    return latch.getCount() == 0;
  }

  /** Waits until it is given; fails at the deadline. */
  public void await() throws InterruptedException {
    if (!latch.await(Await.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("not within " + Await.PATIENCE + ": the signal");
    }
  }
}
