package dev.signalbox.net;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one loop, coarse and cheap: re-arming one for a later time costs a field write.
 *
 * <p>A hashed wheel (Varghese and Lauck, 1987) of intrusive lists. A timer whose deadline has moved
 * on stays where it is and is looked at again when its slot comes up. A timer is late by at most
 * one tick and never early. Belongs to one loop.
 */
public final class TimerWheel {
  /** How coarse it is. */
  public static final long TICK_NANOS = 50_000_000;

  private static final int SLOTS = 512; // 25.6 s a round
  private static final long NEVER = Long.MAX_VALUE;

  /** Something that happens at a time unless it is cancelled. Owned by one wheel's loop. */
  public abstract static class Timer {
    private long deadline = NEVER;
    private int slot = -1;
    private @Nullable Timer previous;
    private @Nullable Timer next;

    /** The time has come. The timer is no longer armed, and may be armed again. */
    protected abstract void onTimeout();

    public final boolean isArmed() {
      return deadline != NEVER;
    }

    /** When it is due, in the loop's nanoseconds. Only where it is armed. */
    public final long deadline() {
      return deadline;
    }
  }

  private final @Nullable Timer[] slots = new Timer[SLOTS];
  private long tick; // the last tick that was looked at
  private int linked;
  private final ArrayList<Timer> dueNow = new ArrayList<>();

  public TimerWheel(long nowNanos) {
    tick = Math.floorDiv(nowNanos, TICK_NANOS);
  }

  /** Whether any timer is in the wheel, and so whether it needs to be turned. */
  boolean isEmpty() {
    return linked == 0;
  }

  /** Arms the timer anew; what it was armed for before is forgotten. */
  public void arm(Timer timer, long nowNanos, long delayNanos) {
    if (linked == 0) {
      tick = Math.floorDiv(nowNanos, TICK_NANOS); // nobody turned the wheel while it was empty
    }
    long deadlineNanos = nowNanos + delayNanos;
    long due = Math.floorDiv(deadlineNanos, TICK_NANOS) + 1;
    if (timer.slot >= 0) {
      long looksAt = nextTickOf(timer.slot);
      if (looksAt <= due) {
        timer.deadline = deadlineNanos;
        return;
      }
      unlink(timer);
    }
    timer.deadline = deadlineNanos;
    link(timer, Math.min(Math.max(due, tick + 1), tick + SLOTS));
  }

  /** It will not happen. The timer may stay in the wheel until its slot comes up. */
  public void cancel(Timer timer) {
    timer.deadline = NEVER;
  }

  /** It will not happen, and the wheel forgets it. */
  public void remove(Timer timer) {
    timer.deadline = NEVER;
    if (timer.slot >= 0) {
      unlink(timer);
    }
  }

  /** Lets everything happen that is due at this time. */
  public void turn(long nowNanos) {
    long nowTick = Math.floorDiv(nowNanos, TICK_NANOS);
    if (nowTick - tick > SLOTS) {
      tick = nowTick - SLOTS; // each slot needs to be looked at only once
    }
    while (tick < nowTick) {
      tick++;
      turnSlot((int) Math.floorMod(tick, (long) SLOTS), nowNanos);
    }
  }

  private void turnSlot(int slot, long nowNanos) {
    Timer timer = slots[slot];
    slots[slot] = null;
    while (timer != null) {
      Timer following = timer.next;
      timer.previous = timer.next = null;
      timer.slot = -1;
      linked--;
      if (timer.deadline != NEVER) {
        long due = Math.floorDiv(timer.deadline, TICK_NANOS) + 1;
        if (due > tick) {
          link(timer, Math.min(due, tick + SLOTS));
        } else {
          dueNow.add(timer);
        }
      }
      timer = following;
    }
    for (int i = 0; i < dueNow.size(); i++) {
      Timer due = dueNow.get(i);
      // One that happened before it in this turn may have cancelled it or armed it again.
      if (due.slot < 0 && due.deadline <= nowNanos) {
        due.deadline = NEVER;
        due.onTimeout();
      }
    }
    dueNow.clear();
  }

  private long nextTickOf(int slot) {
    long ahead = Math.floorMod(slot - tick, (long) SLOTS);
    return tick + (ahead == 0 ? SLOTS : ahead);
  }

  private void link(Timer timer, long atTick) {
    int slot = (int) Math.floorMod(atTick, (long) SLOTS);
    Timer first = slots[slot];
    timer.slot = slot;
    timer.next = first;
    timer.previous = null;
    if (first != null) {
      first.previous = timer;
    }
    slots[slot] = timer;
    linked++;
  }

  private void unlink(Timer timer) {
    if (timer.previous != null) {
      timer.previous.next = timer.next;
    } else {
      slots[timer.slot] = timer.next;
    }
    if (timer.next != null) {
      timer.next.previous = timer.previous;
    }
    timer.previous = timer.next = null;
    timer.slot = -1;
    linked--;
  }
}
