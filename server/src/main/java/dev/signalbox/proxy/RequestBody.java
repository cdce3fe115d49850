package dev.signalbox.proxy;

import dev.signalbox.http.ClientStream;
import dev.signalbox.http.Headers;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ServerStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way to an endpoint. While there is no endpoint yet it waits, with the
 * client paused; and as long as the request may have to be repeated, what was sent is kept, up to
 * {@link #KEPT_AT_MOST}. Belongs to its exchange's loop.
 */
final class RequestBody {
  /** A larger body can't be sent to a second endpoint. */
  static final int KEPT_AT_MOST = 64 * 1024;

  private static final byte[] NOTHING = {};

  private final ServerStream source;
  private boolean isRepeatable;
  private @Nullable ClientStream sink;
  private @Nullable ByteBuf kept; // everything so far, or what waits for a sink
  private boolean hasSentUnkept; // it can't be repeated any more
  private int collectAtMost = -1; // while the whole of it is collected
  private boolean isTooLong;
  private boolean isComplete;
  private @Nullable Headers trailers;

  RequestBody(ServerStream source, RequestHead head) {
    this.source = source;
    this.isRepeatable = head.method().isIdempotent();
    this.isComplete = head.bodyLength() == 0;
  }

  /** Whether the whole of it can go to another endpoint. */
  boolean canRepeat() {
    return !hasSentUnkept;
  }

  /** The whole of it is wanted before any endpoint, if it is no longer than this. */
  void collect(int most) {
    collectAtMost = most;
  }

  /** Whether it turned out to be longer than may be collected. */
  boolean isTooLong() {
    return isTooLong;
  }

  /** A copy of what was collected. */
  byte[] collected() {
    collectAtMost = -1;
    ByteBuf all = kept;
    return all == null ? NOTHING : ByteBufUtil.getBytes(all);
  }

  /** Takes what has come so far for something else: what it stands for. */
  void replaceKept(ByteBuf replacement) {
    if (kept != null) {
      kept.release();
    }
    kept = replacement;
  }

  /** What has come so far, or null. */
  @Nullable ByteBuf kept() {
    return kept;
  }

  /** Whether all of it has come. */
  boolean isComplete() {
    return isComplete;
  }

  /** Gives a mirror what has come before there was one. */
  void copyTo(MirrorCopy mirror) {
    if (kept != null) {
      mirror.add(kept);
    }
  }

  void onData(ByteBuf data) {
    if (collectAtMost >= 0) {
      isTooLong |= size() + (long) data.readableBytes() > collectAtMost;
      if (!isTooLong) {
        keep(data);
      }
      data.release();
      return;
    }
    ClientStream to = sink;
    if (to == null) {
      source.reading(false);
      keep(data);
      data.release();
      return;
    }
    if (!hasSentUnkept) {
      if (isRepeatable && size() + data.readableBytes() <= KEPT_AT_MOST) {
        keep(data);
      } else {
        hasSentUnkept = true;
        release();
      }
    }
    to.write(data);
    if (!to.isWritable()) {
      to.flush();
      if (!to.isWritable()) {
        source.reading(false);
      }
    }
  }

  void onEnd(@Nullable Headers newTrailers) {
    isComplete = true;
    trailers = newTrailers;
    if (sink != null) {
      sink.end(newTrailers);
    }
  }

  void onReadComplete() {
    if (sink != null && !isComplete) {
      sink.flush();
    }
  }

  /** The endpoint takes more again. */
  void onSinkWritable() {
    source.reading(true);
  }

  /** Sends what is kept, and from now on what comes. */
  void connect(ClientStream to) {
    sink = to;
    isRepeatable |= to.mayBeRefused();
    ByteBuf waiting = kept;
    if (waiting != null && waiting.isReadable()) {
      if (isRepeatable && waiting.readableBytes() <= KEPT_AT_MOST) {
        to.write(waiting.retainedDuplicate());
      } else {
        kept = null;
        hasSentUnkept = true;
        to.write(waiting);
      }
    }
    if (isComplete) {
      to.end(trailers);
    } else {
      source.reading(true);
    }
  }

  /** The endpoint is gone; the client waits. */
  void disconnect() {
    sink = null;
  }

  private int size() {
    return kept == null ? 0 : kept.readableBytes();
  }

  private void keep(ByteBuf data) {
    if (kept == null) {
      kept = source.loop().allocator().directBuffer(data.readableBytes());
    }
    kept.writeBytes(data, data.readerIndex(), data.readableBytes());
  }

  /** Lets go of what is kept, and keeps no more: it will not be repeated. */
  void release() {
    hasSentUnkept = true;
    if (kept != null) {
      kept.release();
      kept = null;
    }
  }
}
