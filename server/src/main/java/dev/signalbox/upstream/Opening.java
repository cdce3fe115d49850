package dev.signalbox.upstream;

import dev.signalbox.http.Failure;
import dev.signalbox.net.ConnectEvents;
import dev.signalbox.net.Connection;
import dev.signalbox.net.TimerWheel;
import dev.signalbox.net.tls.TlsClient;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens one connection: tries the addresses of an endpoint in turn, with the handshake where there
 * is one, within one time. On its loop.
 */
final class Opening extends TimerWheel.Timer implements ConnectEvents {
  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  private final ConnectionPool pool;
  private final Endpoint endpoint;
  private final @Nullable TlsClient tls;
  private final ConnectionPool.Taker taker;
  private final long timeoutNanos;
  private final int firstAddress;
  private int tried;
  private @Nullable Runnable connecting; // or shaking hands: gives that up
  private boolean isShakingHands;
  private boolean isOver;

  Opening(
      ConnectionPool pool,
      Endpoint endpoint,
      @Nullable TlsClient tls,
      int firstAddress,
      long timeoutNanos,
      ConnectionPool.Taker taker) {
    this.pool = pool;
    this.endpoint = endpoint;
    this.tls = tls;
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
    if (tls == null) {
      done(connection);
    } else {
      isShakingHands = true;
      connecting = tls.connect(connection, endpoint.host(), endpoint.number(), new Handshake());
    }
  }

  /** The second half, where there is one. */
  private final class Handshake implements ConnectEvents {
    @Override
    public void onConnected(Connection connection) {
      if (isOver) {
        connection.close();
        return;
      }
      String unusable = pool.unusable(connection);
      if (unusable != null) {
        connection.close();
        onConnectFailed(new IOException("TLS: " + unusable));
        return;
      }
      if (endpoint.state().noteNoTrouble()) {
        LOG.info("upstream {}: endpoint {}: TLS works again", pool.upstream(), endpoint.name());
      }
      done(connection);
    }

    @Override
    public void onConnectFailed(IOException cause) {
      if (!isOver) {
        isShakingHands = false;
        tellTrouble(String.valueOf(cause.getMessage()));
        Opening.this.onConnectFailed(cause);
      }
    }
  }

  private void done(Connection connection) {
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
    String why =
        isShakingHands ? "TLS: the handshake took too long" : "the connection took too long";
    if (isShakingHands) {
      tellTrouble(why);
    }
    cancel();
    taker.onNoConnection(new Failure.ConnectFailed(endpoint.name(), why, true));
  }

  /**
   * Other endpoints may answer meanwhile, so that no request fails: said once for each new reason,
   * or nobody would ever hear of it.
   */
  private void tellTrouble(String why) {
    if (endpoint.state().noteTrouble(why)) {
      LOG.warn("upstream {}: endpoint {}: {}", pool.upstream(), endpoint.name(), why);
    }
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
