package dev.signalbox.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.unix.IovArray;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One event loop: a thread, and everything of ours that only that thread uses. All methods but
 * {@link #execute} and {@link #isInLoop} are for the loop's own thread.
 */
public final class Loop {
  /** Room in a {@link #writeBuffer()}, in bytes. */
  public static final int WRITE_BUFFER = ReusableBuffer.WRITE_SIZE;

  private static final long LONG_NANOS = 10_000_000_000L;

  private final int index;
  private final IoEventLoop executor;
  private final Sockets sockets;
  private final ByteBufAllocator allocator;
  private final RandomGenerator random;
  private final LongSupplier clock;
  private final long startNanos;
  private final TimerWheel timers;
  private final ReusableBuffer readBuffer;
  private final ReusableBuffer writeBuffer;
  private @Nullable IovArray vectors;
  private final Pipe.Cache pipes = new Pipe.Cache();
  private boolean isTurning;
  private long coarseNanos; // the time of the last turn, while the wheel turns

  /**
   * @param clock as {@link System#nanoTime}: only its differences mean something
   */
  Loop(
      int index,
      IoEventLoop executor,
      Sockets sockets,
      ByteBufAllocator allocator,
      RandomGenerator random,
      LongSupplier clock) {
    this.allocator = allocator;
    this.index = index;
    this.executor = executor;
    this.sockets = sockets;
    this.random = random;
    this.clock = clock;
    this.startNanos = clock.getAsLong();
    this.timers = new TimerWheel(nanoTime());
    this.readBuffer = new ReusableBuffer(allocator, ReusableBuffer.READ_SIZE);
    this.writeBuffer = new ReusableBuffer(allocator, ReusableBuffer.WRITE_SIZE);
  }

  /** The loop's number, from 0: where per-loop state is found in arrays. */
  public int index() {
    return index;
  }

  /** Where buffers come from. Of all loops, and made so that a loop's own thread never waits. */
  public ByteBufAllocator allocator() {
    return allocator;
  }

  public RandomGenerator random() {
    return random;
  }

  /** The time that timers go by, since the loop began: small, so that sums never overflow. */
  public long nanoTime() {
    return clock.getAsLong() - startNanos;
  }

  /** The time of a tick or two ago, for nothing. Only while timers are armed does it go on. */
  public long coarseNanoTime() {
    return coarseNanos;
  }

  public boolean isInLoop() {
    return executor.inEventLoop();
  }

  /** Runs something on the loop, soon. From any thread. */
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /** Begins to connect; the answer comes as an event. */
  public Runnable connect(SocketAddress address, ConnectEvents events) {
    assert isInLoop();
    return sockets.connect(this, address, events)::cancel;
  }

  /**
   * Arms a timer: it happens after the delay, or up to two ticks later. For long delays the clock
   * is not asked anew: a request would ask it four times, for timers that hardly ever happen. So a
   * long one that is armed while the loop has stalled comes early by as much.
   */
  public void arm(TimerWheel.Timer timer, long delayNanos) {
    if (!isTurning) {
      isTurning = true;
      coarseNanos = nanoTime();
      scheduleTurn();
    }
    if (delayNanos < LONG_NANOS) {
      timers.arm(timer, nanoTime(), delayNanos);
    } else {
      timers.arm(timer, coarseNanos, delayNanos + TimerWheel.TICK_NANOS);
    }
  }

  public void cancel(TimerWheel.Timer timer) {
    timers.cancel(timer);
  }

  /** Cancels a timer whose owner is gone, so that the wheel does not keep it. */
  public void remove(TimerWheel.Timer timer) {
    timers.remove(timer);
  }

  /**
   * An empty buffer for what is to be sent next. The caller owns it and hands it to a connection;
   * as soon as the bytes have left it serves again.
   */
  public ByteBuf writeBuffer() {
    return writeBuffer.take();
  }

  public ByteBuf readBuffer() {
    return readBuffer.take();
  }

  /** For writing several buffers with one system call. Empty it before use. */
  IovArray vectors() {
    if (vectors == null) {
      vectors = new IovArray(64);
    }
    return vectors;
  }

  Pipe.Cache pipes() {
    return pipes;
  }

  Sockets sockets() {
    return sockets;
  }

  IoEventLoop executor() {
    return executor;
  }

  private void scheduleTurn() {
    var _ = executor.schedule(this::turn, TimerWheel.TICK_NANOS, TimeUnit.NANOSECONDS);
  }

  private void turn() {
    coarseNanos = nanoTime();
    try {
      timers.turn(coarseNanos);
    } finally { // whatever one of them threw: the others' time comes too
      if (timers.isEmpty()) {
        isTurning = false; // an idle server sleeps
      } else {
        scheduleTurn();
      }
    }
  }

  /** Releases what the loop keeps. On the loop, when nothing runs on it any more. */
  void release() {
    readBuffer.release();
    writeBuffer.release();
    pipes.close();
    if (vectors != null) {
      vectors.release();
    }
  }
}
