package dev.signalbox.net;

import dev.signalbox.testkit.FakeClock;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.util.concurrent.Ticker;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A loop without a thread and without sockets: the test's own thread runs it, and its clock stands
 * still until the test moves it.
 */
public final class TestLoop implements AutoCloseable {
  private static final long SEED = 42;

  private final FakeClock clock = new FakeClock();
  private final ManualIoEventLoop executor;
  private final Loop loop;

  public TestLoop() {
    executor =
        new ManualIoEventLoop(null, Thread.currentThread(), _ -> new NoIo(), new Ticks(clock));
    loop =
        new Loop(0, executor, new NoSockets(), ByteBufAllocator.DEFAULT, new Random(SEED), clock);
  }

  public Loop loop() {
    return loop;
  }

  /** Runs what waits to be run. */
  public void run() {
    executor.runNow();
  }

  /** Lets time pass, in steps so small that every timer sees its own time. */
  public void advance(Duration time) {
    long left = time.toNanos();
    while (left > 0) {
      long step = Math.min(left, TimerWheel.TICK_NANOS);
      clock.advance(Duration.ofNanos(step));
      executor.runNow();
      left -= step;
    }
  }

  /** A few ticks more than a time: by then a timer of that delay has happened. */
  public void advancePast(Duration time) {
    advance(time.plusNanos(4 * TimerWheel.TICK_NANOS));
  }

  @Override
  public void close() {
    loop.release();
    var _ = executor.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    while (!executor.isTerminated()) {
      clock.advance(Duration.ofMillis(1)); // Netty waits for time to pass
      executor.runNow();
    }
  }

  private static final class NoIo implements IoHandler {
    @Override
    public int run(IoHandlerContext context) {
      return 0;
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      throw new UnsupportedOperationException("a test loop has no sockets");
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
      return false;
    }
  }

  private static final class NoSockets extends Sockets {
    @Override
    Bound bind(
        Loop loop, SocketAddress address, int backlog, List<Loop> children, AcceptEvents events) {
      throw new UnsupportedOperationException("a test loop has no sockets");
    }

    @Override
    Connecting connect(Loop loop, SocketAddress address, ConnectEvents events) {
      throw new UnsupportedOperationException("a test loop has no sockets");
    }
  }

  /** Netty's view of the clock, from 0: it takes a time beyond a long's range for the end. */
  private static final class Ticks implements Ticker {
    private final FakeClock clock;
    private final long start;

    Ticks(FakeClock clock) {
      this.clock = clock;
      this.start = clock.nanos();
    }

    @Override
    public long initialNanoTime() {
      return 0;
    }

    @Override
    public long nanoTime() {
      return clock.nanos() - start;
    }

    @Override
    public void sleep(long delay, TimeUnit unit) {
      throw new UnsupportedOperationException("nobody sleeps on a loop");
    }
  }
}
