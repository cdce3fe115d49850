package dev.signalbox.http;

import dev.signalbox.net.Connection;
import dev.signalbox.net.ConnectionEvents;
import dev.signalbox.net.TimerWheel;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The end of a connection on which all is said: what was written last still reaches the client, and
 * what still comes is dropped. Takes the connection over from its owner, and tells it of the end.
 * On the connection's loop.
 */
public final class Closing extends TimerWheel.Timer implements ConnectionEvents {
  /** So long it listens, so that the client can read its answer first. */
  private static final long LINGER_NANOS = 2_000_000_000L;

  private final ConnectionEvents owner;
  private final Connection connection;
  private final Duration sendTimeout;
  private boolean isClosed;

  private Closing(ConnectionEvents owner, Connection connection, Duration sendTimeout) {
    this.owner = owner;
    this.connection = connection;
    this.sendTimeout = sendTimeout;
    connection.events(this);
  }

  /** Closes once all is sent; a client that does not take it has until the timeout. */
  public static void afterFlush(
      ConnectionEvents owner, Connection connection, Duration sendTimeout) {
    new Closing(owner, connection, sendTimeout).closeAfterFlush();
  }

  /**
   * Says that nothing more will come, and closes when the client does: closing with unread bytes
   * makes the kernel send a reset, which can overtake the answer (RFC 9112 §9.6).
   */
  public static void lingering(
      ConnectionEvents owner, Connection connection, Duration sendTimeout) {
    var closing = new Closing(owner, connection, sendTimeout);
    connection.loop().arm(closing, LINGER_NANOS);
    connection.reading(true);
    connection.shutdownOutput();
  }

  private void closeAfterFlush() {
    connection.closeAfterFlush();
    if (!isClosed) { // the client has not taken it all yet
      connection.loop().arm(this, sendTimeout.toNanos());
    }
  }

  @Override
  public void onData(ByteBuf data) {
    data.release();
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onInputClosed() {
    closeAfterFlush();
  }

  @Override
  public void onWritable() {}

  @Override
  public void onClosed(@Nullable IOException cause) {
    isClosed = true;
    connection.loop().remove(this);
    owner.onClosed(cause);
  }

  @Override
  protected void onTimeout() {
    connection.close();
  }
}
