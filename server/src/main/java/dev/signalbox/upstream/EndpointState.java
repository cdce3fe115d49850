package dev.signalbox.upstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What lives of an endpoint across snapshots: its counts, keyed by upstream and address. Each loop
 * counts in a cell of its own, so that counting a request is a plain write; whoever wants the whole
 * adds the cells up.
 */
public final class EndpointState {
  private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(int[].class);
  private static final int PADDING = 32; // ints: two cache lines between the loops' cells

  /** Written by each loop in its own cell, read by all. */
  private final int[] inFlight;

  /** Connections of all loops, idle ones and those being opened included. Written by all loops. */
  private final AtomicInteger connections = new AtomicInteger();

  /** Requests of all loops that wait for a connection. Written by all loops. */
  private final AtomicInteger waiting = new AtomicInteger();

  /** Why the last handshake failed, or null. Written by all loops. */
  private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();

  EndpointState(int loops) {
    inFlight = new int[(loops + 1) * PADDING];
  }

  /** Requests under way on all loops; a moment old where another loop counts. */
  public int inFlight() {
    int sum = 0;
    for (int i = PADDING; i < inFlight.length; i += PADDING) {
      sum += (int) CELLS.getOpaque(inFlight, i);
    }
    return sum;
  }

  /** Counts a request on the loop that calls. */
  void countInFlight(int loop, int change) {
    int cell = (loop + 1) * PADDING;
    CELLS.setOpaque(inFlight, cell, inFlight[cell] + change);
  }

  public int connections() {
    return connections.get();
  }

  /** Takes one of the connections there may be; false where all are taken. */
  boolean takeConnection(int most) {
    if (most == 0) {
      connections.incrementAndGet();
      return true;
    }
    int now = connections.get();
    while (now < most) {
      if (connections.compareAndSet(now, now + 1)) {
        return true;
      }
      now = connections.get();
    }
    return false;
  }

  void giveConnection() {
    connections.decrementAndGet();
  }

  /** Notes why a handshake failed; whether that is news. */
  boolean noteTrouble(String why) {
    return !why.equals(trouble.getAndSet(why));
  }

  /** Notes that a handshake went well; whether that is news. */
  boolean noteNoTrouble() {
    return trouble.get() != null && trouble.getAndSet(null) != null;
  }

  /** Why the last handshake failed; null if it went well. */
  @Nullable String trouble() {
    return trouble.get();
  }

  /** Requests that wait for a connection, of all loops. */
  int waiting() {
    return waiting.get();
  }

  void countWaiting(int change) {
    waiting.addAndGet(change);
  }

  boolean hasWaiting() {
    return waiting.get() > 0;
  }
}
