package dev.signalbox.http.h2;

import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.StreamEvents;
import dev.signalbox.net.Loop;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a stream is once its protocol was switched (RFC 8441): bytes both ways, in DATA frames, each
 * direction until its END_STREAM. Of both sides; on its connection's loop.
 */
final class H2Tunnel implements HttpStream {
  private final H2Stream stream;
  private @Nullable StreamEvents events; // null when it is over
  private boolean isInputEnded;
  private boolean isOutputEnded;

  H2Tunnel(H2Stream stream, StreamEvents events) {
    this.stream = stream;
    this.events = events;
  }

  boolean isOver() {
    return events == null;
  }

  @Override
  public Loop loop() {
    return stream.loop();
  }

  // --- in ---

  @Override
  public void reading(boolean isWanted) {
    if (events == null || isInputEnded) {
      return;
    }
    stream.readBody(isWanted);
    if (isWanted && stream.isEndReceived && !stream.isHolding()) {
      loop().execute(this::onEnd); // it came before anybody wanted to know
    }
  }

  void onData(ByteBuf data) {
    if (events == null) {
      data.release();
    } else {
      events.onData(data);
    }
  }

  void onReadComplete() {
    if (events != null) {
      events.onReadComplete();
    }
  }

  void onEnd() {
    StreamEvents listener = events;
    if (listener == null || isInputEnded) {
      return;
    }
    isInputEnded = true;
    if (isOutputEnded) {
      events = null;
    }
    listener.onEnd(null);
  }

  // --- out ---

  @Override
  public boolean isWritable() {
    return events != null && stream.maySend();
  }

  @Override
  public void write(ByteBuf data) {
    if (events == null || isOutputEnded) {
      data.release();
    } else {
      stream.send(data);
    }
  }

  @Override
  public void flush() {
    if (events != null) {
      stream.core().flush();
    }
  }

  @Override
  public long pendingBytes() {
    return stream.waitingBytes + stream.core().output().pendingBytes();
  }

  void onWritable() {
    if (events != null) {
      events.onWritable();
    }
  }

  @Override
  public void end(@Nullable Headers trailers) {
    if (events == null || isOutputEnded) {
      return;
    }
    isOutputEnded = true;
    if (isInputEnded) {
      events = null;
    }
    stream.sendEnd(null);
    stream.core().flush();
  }

  // --- the end ---

  @Override
  public void reset(Failure why) {
    if (events != null) {
      events = null;
      stream.core().reset(stream, ErrorCode.CANCEL); // RFC 8441 §5: what a TCP reset is here
    }
  }

  /** The stream is broken off, and no longer in the table. */
  void fail(Failure why) {
    StreamEvents listener = events;
    events = null;
    if (listener != null) {
      listener.onReset(why);
    }
  }
}
