package dev.signalbox.http.h2;

import dev.signalbox.http.Headers;
import dev.signalbox.net.Connection;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bodies on their way out: as much as both windows and the connection take at once, the rest when
 * they take more. Streams that wait have their turns by urgency; within one, those whose parts are
 * of use go round, and the others one after the other (RFC 9218 §10). On its connection's loop.
 */
final class Sender {
  /** From here on a part leaves at once, so that its buffer serves the next read again. */
  private static final int LONG_PART = 16 * 1024;

  /** What waits is copied if it is so much smaller than the buffer that it would hold. */
  private static final int HELD_SHARE = 4;

  private static final int COPY_AT_MOST = 32 * 1024;

  private static final @Nullable H2Stream[] NONE = {};

  private final H2Core core;
  private final Connection connection;
  private final FrameOutput out;
  private int window = Frames.FIRST_WINDOW;
  private int initialWindow = Frames.FIRST_WINDOW;
  private boolean isPumping;
  private int blocked; // streams that want to know when they are writable

  // By urgency: the streams that wait and whose own window is open.
  private @Nullable H2Stream[] first = NONE;
  private @Nullable H2Stream[] last = NONE;
  private int levels; // a bit for each urgency that has any

  Sender(H2Core core, Connection connection, FrameOutput out) {
    this.core = core;
    this.connection = connection;
    this.out = out;
  }

  int initialWindow() {
    return initialWindow;
  }

  /** What is left of the connection's window. */
  int window() {
    return window;
  }

  // --- windows ---

  /** The peer has changed the window that streams begin with; false on overflow (§6.9.2). */
  boolean initialWindow(int bytes) {
    int change = bytes - initialWindow; // both are at least 0: no overflow
    initialWindow = bytes;
    for (H2Stream stream : core.streams().all()) {
      if (change > 0 && stream.sendWindow > Frames.MAX_WINDOW - change) {
        return false;
      }
      stream.sendWindow += change;
      enqueue(stream);
    }
    pump();
    return true;
  }

  /** The peer gives more to all; false on overflow (§6.9.1). */
  boolean widen(int bytes) {
    if (window > Frames.MAX_WINDOW - bytes) {
      return false;
    }
    window += bytes;
    pump();
    return true;
  }

  /** The peer gives more to one; false on overflow (§6.9.1). */
  boolean widen(H2Stream stream, int bytes) {
    if (stream.sendWindow > Frames.MAX_WINDOW - bytes) {
      return false;
    }
    stream.sendWindow += bytes;
    if (stream.waitingBytes > 0) {
      enqueue(stream);
      pump();
    } else {
      tellWritable(stream);
    }
    return true;
  }

  // --- what streams send ---

  boolean isWritable(H2Stream stream) {
    boolean is = isOpen(stream);
    if (!is && !stream.isBlocked && !stream.isGone) {
      stream.isBlocked = true;
      blocked++;
    }
    return is;
  }

  private boolean isOpen(H2Stream stream) {
    return stream.waitingBytes == 0
        && stream.sendWindow > 0
        && window > 0
        && connection.isWritable();
  }

  void write(H2Stream stream, ByteBuf data) {
    int length = data.readableBytes();
    if (stream.isEnding || stream.isGone || length == 0) {
      data.release();
      return;
    }
    if (stream.waitingBytes == 0 && levels == 0 && connection.isWritable()) {
      int count = Math.min(length, Math.min(stream.sendWindow, window));
      if (count > 0) {
        take(stream, data, count, false);
      }
      if (!data.isReadable()) {
        data.release();
        if (length >= LONG_PART) {
          core.flushNow();
        }
        return;
      }
    }
    int left = data.readableBytes();
    if (left <= COPY_AT_MOST && left * HELD_SHARE < capacityUnder(data)) {
      ByteBuf copy = connection.loop().allocator().directBuffer(left).writeBytes(data);
      data.release();
      stream.keep(copy);
    } else {
      stream.keep(data);
    }
    enqueue(stream);
  }

  private static int capacityUnder(ByteBuf data) {
    ByteBuf under = data.unwrap();
    return under == null ? data.capacity() : under.capacity();
  }

  void end(H2Stream stream, @Nullable Headers trailers) {
    if (stream.isEnding || stream.isGone) {
      return;
    }
    stream.isEnding = true;
    if (stream.waitingBytes > 0) {
      stream.isEndWaiting = true;
      stream.waitingTrailers = trailers == null ? null : trailers.copy();
    } else {
      finish(stream, trailers);
    }
  }

  private void finish(H2Stream stream, @Nullable Headers trailers) {
    if (trailers == null) {
      out.endStream(stream.id());
    } else {
      core.sendTrailers(stream, trailers);
    }
    core.onEndSent(stream);
  }

  private void take(H2Stream stream, ByteBuf data, int count, boolean isEnd) {
    out.data(stream.id(), data, count, isEnd);
    stream.sendWindow -= count;
    stream.sentBytes += count;
    window -= count;
    core.floods().onSent(count);
  }

  // --- turns ---

  private void enqueue(H2Stream stream) {
    if (stream.isQueued || stream.waitingBytes == 0 || stream.sendWindow <= 0 || stream.isGone) {
      return;
    }
    if (first.length == 0) {
      first = new H2Stream[Priority.LEVELS];
      last = new H2Stream[Priority.LEVELS];
    }
    int level = stream.urgency;
    H2Stream before = last[level];
    if (before == null) {
      first[level] = stream;
      levels |= 1 << level;
    } else {
      before.nextQueued = stream;
    }
    last[level] = stream;
    stream.isQueued = true;
  }

  private H2Stream removeFirst(int level) {
    H2Stream stream = Objects.requireNonNull(first[level]);
    first[level] = stream.nextQueued;
    if (stream.nextQueued == null) {
      last[level] = null;
      levels &= ~(1 << level);
    }
    stream.nextQueued = null;
    stream.isQueued = false;
    return stream;
  }

  /** Sends what waits, as far as the windows and the connection go. */
  void pump() {
    if (isPumping) {
      return; // whoever pumps looks again
    }
    isPumping = true;
    try {
      boolean isFull;
      do {
        while (levels != 0 && window > 0 && connection.isWritable()) {
          turn(Integer.numberOfTrailingZeros(levels));
        }
        isFull = levels != 0 && window > 0;
        if (isFull) {
          core.flushNow(); // the connection may take it all, and be writable again
        }
      } while (isFull && connection.isWritable() && connection.isOpen());
    } finally {
      isPumping = false;
    }
    if (blocked > 0 && window > 0 && connection.isWritable()) {
      for (H2Stream stream : core.streams().all()) {
        tellWritable(stream);
      }
    }
  }

  /** One frame of the stream whose turn it is. */
  private void turn(int level) {
    H2Stream stream = removeFirst(level);
    if (stream.isGone || stream.waitingBytes == 0) {
      return;
    }
    ByteBuf data = stream.firstWaiting();
    int count = Math.min(data.readableBytes(), Math.min(stream.sendWindow, window));
    count = Math.min(count, Frames.MOST);
    if (count <= 0) {
      return; // it comes back with its window
    }
    boolean isLast = count == stream.waitingBytes;
    boolean isEnd = isLast && stream.isEndWaiting && stream.waitingTrailers == null;
    take(stream, data, count, isEnd);
    stream.waitingBytes -= count;
    if (!data.isReadable()) {
      stream.removeFirstWaiting();
    }
    if (!isLast) {
      if (stream.isIncremental) {
        enqueue(stream);
      } else {
        enqueueFirst(stream);
      }
    } else if (stream.isEndWaiting) {
      stream.isEndWaiting = false;
      Headers trailers = stream.waitingTrailers;
      stream.waitingTrailers = null;
      if (isEnd) {
        core.onEndSent(stream);
      } else {
        finish(stream, trailers);
      }
    }
  }

  private void enqueueFirst(H2Stream stream) {
    if (stream.sendWindow <= 0) {
      return;
    }
    int level = stream.urgency;
    stream.nextQueued = first[level];
    first[level] = stream;
    if (last[level] == null) {
      last[level] = stream;
    }
    levels |= 1 << level;
    stream.isQueued = true;
  }

  private void tellWritable(H2Stream stream) {
    if (stream.isBlocked && !stream.isGone && isOpen(stream)) {
      stream.isBlocked = false;
      blocked--;
      stream.onWritable();
    }
  }

  /** The client says of a stream how urgent it is now. */
  void reprioritise(H2Stream stream, int priority) {
    boolean wasQueued = stream.isQueued;
    if (wasQueued) {
      unlink(stream);
    }
    stream.prioritise(priority);
    if (wasQueued) {
      enqueue(stream);
    }
  }

  @SuppressWarnings("ReferenceEquality") // it is this very one that is looked for
  private void unlink(H2Stream stream) {
    int level = stream.urgency;
    H2Stream before = null;
    for (H2Stream at = first[level]; at != null && at != stream; at = at.nextQueued) {
      before = at;
    }
    if (before == null) {
      removeFirst(level);
      return;
    }
    before.nextQueued = stream.nextQueued;
    if (last[level] == stream) {
      last[level] = before;
    }
    stream.nextQueued = null;
    stream.isQueued = false;
  }

  /** The stream is over: nothing of it is sent any more. */
  void forget(H2Stream stream) {
    if (stream.isQueued) {
      unlink(stream);
    }
    if (stream.isBlocked) {
      stream.isBlocked = false;
      blocked--;
    }
    stream.dropWaiting();
  }
}
