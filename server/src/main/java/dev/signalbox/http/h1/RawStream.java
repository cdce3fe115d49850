package dev.signalbox.http.h1;

import dev.signalbox.http.Closing;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.StreamEvents;
import dev.signalbox.net.Connection;
import dev.signalbox.net.ConnectionEvents;
import dev.signalbox.net.Loop;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP/1 connection is once its protocol was switched: bytes both ways, as they come. Takes
 * the connection over from its owner, and tells it of the end. On the connection's loop.
 *
 * <p>Each direction ends by itself. When both have, the connection closes.
 */
final class RawStream implements HttpStream, ConnectionEvents {
  private final Connection connection;
  private final ConnectionEvents owner;
  private final Function<String, Failure> broken;
  private final Duration sendTimeout;
  private @Nullable StreamEvents events; // null when it is over
  private @Nullable ByteBuf first;
  private boolean hasEndBehindFirst;
  private boolean isInputEnded;
  private boolean isOutputEnded;

  /**
   * @param first what the peer sent ahead, which this owns from now on
   * @param isInputClosed whether nothing more than that will come
   * @param sendTimeout how long a peer may take for the last bytes
   * @param broken what a close means, by its reason
   */
  RawStream(
      Connection connection,
      ConnectionEvents owner,
      StreamEvents events,
      @Nullable ByteBuf first,
      boolean isInputClosed,
      Duration sendTimeout,
      Function<String, Failure> broken) {
    this.connection = connection;
    this.owner = owner;
    this.events = events;
    this.first = first;
    this.hasEndBehindFirst = isInputClosed;
    this.sendTimeout = sendTimeout;
    this.broken = broken;
    connection.events(this);
  }

  /** Ends it now, whatever is under way. */
  void abort(Failure why) {
    StreamEvents listener = over();
    connection.reset();
    if (listener != null) {
      listener.onReset(why);
    }
  }

  @Override
  public Loop loop() {
    return connection.loop();
  }

  // --- in ---

  @Override
  public void reading(boolean isWanted) {
    if (events == null) {
      return;
    }
    ByteBuf ahead = first;
    if (isWanted && ahead != null) {
      first = null;
      onData(ahead);
      onReadComplete();
    }
    if (isWanted && hasEndBehindFirst) {
      hasEndBehindFirst = false;
      onInputClosed();
    }
    connection.reading(isWanted);
  }

  @Override
  public void onData(ByteBuf data) {
    if (events == null) {
      data.release();
    } else {
      events.onData(data);
    }
  }

  @Override
  public void onReadComplete() {
    if (events != null) {
      events.onReadComplete();
    }
  }

  @Override
  public void onInputClosed() {
    if (events != null) {
      isInputEnded = true;
      events.onEnd(null);
      finishIfDone();
    }
  }

  // --- out ---

  @Override
  public boolean isWritable() {
    return connection.isWritable();
  }

  @Override
  public void write(ByteBuf data) {
    if (events == null || isOutputEnded) {
      data.release();
    } else {
      connection.write(data);
    }
  }

  @Override
  public void flush() {
    if (events != null) {
      connection.flush();
    }
  }

  @Override
  public long pendingBytes() {
    return connection.pendingBytes();
  }

  @Override
  public void onWritable() {
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
    if (!isInputEnded) {
      connection.shutdownOutput();
    }
    finishIfDone();
  }

  // --- the end ---

  private void finishIfDone() {
    if (isInputEnded && isOutputEnded && events != null) {
      over();
      Closing.afterFlush(owner, connection, sendTimeout);
    }
  }

  @Override
  public void reset(Failure why) {
    if (over() != null) {
      connection.reset();
    }
  }

  @Override
  public void onClosed(@Nullable IOException cause) {
    StreamEvents listener = over();
    owner.onClosed(cause);
    if (listener != null) {
      listener.onReset(broken.apply(cause == null ? "closed" : String.valueOf(cause.getMessage())));
    }
  }

  /** From now on nobody is told anything; returns who was. */
  private @Nullable StreamEvents over() {
    StreamEvents listener = events;
    events = null;
    if (first != null) {
      first.release();
      first = null;
    }
    return listener;
  }
}
