package dev.signalbox.upstream;

import dev.signalbox.http.Failure;
import dev.signalbox.net.ConnectEvents;
import dev.signalbox.net.Connection;
import dev.signalbox.net.TimerWheel;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection: tries the addresses of an endpoint in turn, within one time. On its loop.
 */
final class Opening extends TimerWheel.Timer implements ConnectEvents {
  private final ConnectionPool pool;
  private final Endpoint endpoint;
  private final ConnectionPool.Taker taker;
  private final long timeoutNanos;
  private final int firstAddress;
  private int tried;
  private @Nullable Runnable connecting;
  private boolean isOver;

  Opening(
      ConnectionPool pool,
      Endpoint endpoint,
      int firstAddress,
      long timeoutNanos,
      ConnectionPool.Taker taker) {
    this.pool = pool;
    this.endpoint = endpoint;
    this.firstAddress = firstAddress;
    this.timeoutNanos = timeoutNanos;
    this.taker = taker;
  }

  void begin() {
    pool.loop().arm(this, timeoutNanos);
    next();
  }

  private int address() {
    return (firstAddress + tried) % endpoint.addresses().size();
  }

  private void next() {
    connecting = pool.loop().connect(endpoint.addresses().get(address()), this);
  }

  @Override
  public void onConnected(Connection connection) {
    if (isOver) {
      connection.close();
      return;
    }
    pool.introduce(connection, taker);
    end();
    taker.onConnection(pool.opened(connection, address(), taker));
  }

  @Override
  public void onConnectFailed(IOException cause) {
    if (isOver) {
      return;
    }
    if (++tried < endpoint.addresses().size()) {
      next();
      return;
    }
    end();
    pool.gaveUp();
    taker.onNoConnection(failure(cause));
  }

  @Override
  protected void onTimeout() {
    if (isOver) {
      return;
    }
    cancel();
    taker.onNoConnection(
        new Failure.ConnectFailed(endpoint.name(), "the connection took too long", true));
  }

  void cancel() {
    if (!isOver) {
      end();
      if (connecting != null) {
        connecting.run();
      }
      pool.gaveUp();
    }
  }

  private void end() {
    isOver = true;
    pool.loop().remove(this);
  }

  /** Whose fault is it? That we have no descriptors or ports left is not the endpoint's. */
  private Failure failure(IOException cause) {
    String reason = String.valueOf(cause.getMessage());
    String lower = reason.toLowerCase(Locale.ROOT);
    boolean isOurs =
        lower.contains("too many open files")
            || lower.contains("cannot assign requested address")
            || lower.contains("no buffer space")
            || lower.contains("cannot allocate memory");
    return isOurs
        ? new Failure.Exhausted(reason)
        : new Failure.ConnectFailed(endpoint.name(), reason, false);
  }
}
