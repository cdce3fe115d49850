package dev.signalbox.http.h2;

import dev.signalbox.http.Headers;
import dev.signalbox.net.Loop;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a connection, whichever side: its windows, what waits to be sent, what waits to be
 * taken. On its connection's loop.
 *
 * <p>Out: {@link #send}, {@link #sendEnd}. In: {@link #onData} and {@link #onEnd}, which come only
 * while {@link #isReading}; what comes meanwhile is kept, at most a window of it, and the peer gets
 * its credit when it is taken.
 */
abstract class H2Stream {
  private static final int LEAST_HELD = 4096;

  private final H2Core core;
  private final int id;

  // --- of the Sender ---
  int sendWindow; // below zero where the peer has made its windows smaller
  long waitingBytes;
  long sentBytes; // of the body; for whoever watches its pace
  private @Nullable ArrayDeque<ByteBuf> waiting;
  boolean isEndWaiting;
  @Nullable Headers waitingTrailers;
  boolean isEnding; // the end was sent, or is waiting
  boolean isEndSent;
  boolean isBlocked; // somebody wants to know when it is writable
  boolean isQueued;
  byte urgency = Priority.DEFAULT_URGENCY;
  boolean isIncremental;
  private byte decided; // of its priority: what the response has named
  @Nullable H2Stream nextQueued;

  // --- of the receiving side ---
  private int receiveWindow;
  private int owed; // taken, and not yet given back to the peer
  private boolean isReading = true;
  private boolean isResuming;
  private @Nullable ByteBuf held;
  private boolean isEndHeld;
  private @Nullable Headers heldTrailers;
  boolean isTouched; // something came for it in this read
  boolean isEndReceived; // the peer sends nothing more
  boolean isGone; // no longer in the table
  long bodyLeft = -1; // of what its content-length promised
  long receivedBytes;

  H2Stream(H2Core core, int id) {
    this.core = core;
    this.id = id;
    this.sendWindow = core.sender().initialWindow();
    this.receiveWindow = core.settings().streamWindow();
  }

  final int id() {
    return id;
  }

  final H2Core core() {
    return core;
  }

  public final Loop loop() {
    return core.loop();
  }

  // --- what the side does with it ---

  /** A part of the body; the receiver releases it. */
  abstract void onData(ByteBuf data);

  /** The peer's message is complete. */
  abstract void onEnd(@Nullable Headers trailers);

  abstract void onReadComplete();

  abstract void onWritable();

  /**
   * The stream is broken, and no longer in the table.
   *
   * @param isByPeer whether the peer said so; else the peer's fault was found and told
   */
  abstract void onReset(int code, String reason, boolean isByPeer);

  /** Whether a complete message of the peer's is still wanted when all else is over. */
  boolean wantsHeld() {
    return false;
  }

  /** Whether the peer's message is complete and part of it waits to be taken. */
  final boolean isKept() {
    return isEndHeld && wantsHeld();
  }

  /** All that we have to say has been handed to the output. */
  abstract void onEndSent();

  // --- receiving ---

  /** A DATA frame begins; false where it is more than the window. */
  final boolean takeWindow(int bytes) {
    receiveWindow -= bytes;
    return receiveWindow >= 0;
  }

  /** Whether so much more body is within what was declared (RFC 9113 §8.1.1). */
  final boolean fits(int bytes) {
    receivedBytes += bytes;
    if (bodyLeft < 0) {
      return true;
    }
    bodyLeft -= bytes;
    return bodyLeft >= 0;
  }

  final void receive(ByteBuf part) {
    if (isReading && held == null) {
      int bytes = part.readableBytes();
      onData(part);
      credit(bytes);
      return;
    }
    // A copy: what is kept for long must not keep the whole read buffer.
    int bytes = part.readableBytes();
    if (held == null) {
      held = loop().allocator().directBuffer(Math.max(bytes, LEAST_HELD));
    }
    held.writeBytes(part);
    part.release();
  }

  final void receiveEnd(@Nullable Headers trailers) {
    isEndReceived = true;
    if (held == null) {
      onEnd(trailers);
    } else {
      isEndHeld = true;
      heldTrailers = trailers == null ? null : trailers.copy();
    }
  }

  /** So many bytes of the stream's have been taken: the peer may send as many more. */
  final void credit(int bytes) {
    core.credit(bytes);
    if (isEndReceived || isGone) {
      return;
    }
    owed += bytes;
    if (owed >= core.settings().streamWindow() / 2) {
      receiveWindow += owed;
      core.output().windowUpdate(id, owed);
      owed = 0;
    }
  }

  /** Whether body parts are wanted now. */
  final boolean isReading() {
    return isReading;
  }

  /** Holds the body back, or lets it come. */
  final void readBody(boolean isWanted) {
    isReading = isWanted;
    if (isWanted && held != null && !isResuming) {
      isResuming = true;
      loop().execute(this::resume); // not here: the caller is in the middle of something
    }
  }

  private void resume() {
    isResuming = false;
    ByteBuf data = held;
    if (!isReading || data == null) {
      return;
    }
    held = null;
    int bytes = data.readableBytes();
    onData(data);
    credit(bytes);
    if (isEndHeld && !isGone) {
      isEndHeld = false;
      Headers trailers = heldTrailers;
      heldTrailers = null;
      onEnd(trailers);
      if (isEndSent && !isGone) {
        core.close(this);
      }
    } else if (!isGone) {
      onReadComplete();
    }
    core.flush();
  }

  /** Whether something has come that waits to be taken. */
  final boolean isHolding() {
    return held != null;
  }

  /** Lets go of what nobody wants any more; the peer gets its credit. */
  final void dropHeld() {
    if (held != null) {
      core.credit(held.readableBytes());
      held.release();
      held = null;
    }
    isEndHeld = false;
    heldTrailers = null;
  }

  // --- priority ---

  /** The client has said how urgent it is: all of it (RFC 9218 §4), but what was decided. */
  final void prioritise(int priority) {
    if ((decided & Priority.NAMES_URGENCY) == 0) {
      urgency = Priority.urgency(priority);
    }
    if ((decided & Priority.NAMES_INCREMENTAL) == 0) {
      isIncremental = Priority.isIncremental(priority);
    }
  }

  /** Its response says how urgent it is; what that does not name is up to the client (§8). */
  final void decide(int priority) {
    if ((priority & Priority.NAMES_URGENCY) != 0) {
      urgency = Priority.urgency(priority);
    }
    if ((priority & Priority.NAMES_INCREMENTAL) != 0) {
      isIncremental = Priority.isIncremental(priority);
    }
    decided |= (byte) (priority & (Priority.NAMES_URGENCY | Priority.NAMES_INCREMENTAL));
  }

  // --- sending ---

  /** Sends a part of the body and takes ownership of it. */
  final void send(ByteBuf data) {
    core.sender().write(this, data);
  }

  /** Ends what is sent. */
  final void sendEnd(@Nullable Headers trailers) {
    core.sender().end(this, trailers);
  }

  final boolean maySend() {
    return core.sender().isWritable(this);
  }

  /** Keeps what can't leave yet. */
  final void keep(ByteBuf data) {
    if (waiting == null) {
      waiting = new ArrayDeque<>(2);
    }
    waitingBytes += data.readableBytes();
    waiting.add(data);
  }

  final ByteBuf firstWaiting() {
    return Objects.requireNonNull(waiting).element();
  }

  final void removeFirstWaiting() {
    Objects.requireNonNull(waiting).remove().release();
  }

  final void dropWaiting() {
    if (waiting != null) {
      waiting.forEach(ByteBuf::release);
      waiting.clear();
    }
    waitingBytes = 0;
    isEndWaiting = false;
    waitingTrailers = null;
  }
}
