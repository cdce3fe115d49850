package dev.signalbox.upstream;

import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.h1.H1ClientConnection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop to one endpoint that began with a PROXY header: each tells of one
 * client, and serves nobody else. An unused one waits for the next request of its client's
 * connection, and closes with it. Belongs to the loop.
 */
final class BoundConnections {
  private final ConnectionPool pool;
  private final long idleNanos;
  private final Map<DownstreamConnection, H1ClientConnection> idle = new HashMap<>();

  BoundConnections(ConnectionPool pool, long idleNanos) {
    this.pool = pool;
    this.idleNanos = idleNanos;
  }

  /** The unused connection of that client, or null. */
  @Nullable H1ClientConnection take(@Nullable DownstreamConnection client) {
    H1ClientConnection connection = client == null ? null : idle.remove(client);
    return connection != null && connection.isUsable() ? connection : null;
  }

  /** Who keeps a connection that tells of that client. */
  H1ClientConnection.Owner owner(@Nullable DownstreamConnection client) {
    return new Bound(client);
  }

  /** Closes an unused one, whosoever, for its place. */
  void closeOne() {
    var any = idle.entrySet().iterator();
    if (any.hasNext()) {
      H1ClientConnection connection = any.next().getValue();
      any.remove();
      connection.close();
    }
  }

  void close() {
    while (!idle.isEmpty()) {
      closeOne();
    }
  }

  private void onClientClosed(DownstreamConnection client) {
    H1ClientConnection connection = idle.remove(client);
    if (connection != null) {
      connection.close();
    }
  }

  private final class Bound implements H1ClientConnection.Owner {
    private final @Nullable DownstreamConnection client;

    Bound(@Nullable DownstreamConnection client) {
      this.client = client;
    }

    @Override
    public void onIdle(H1ClientConnection connection) {
      DownstreamConnection whose = client;
      boolean isUnwanted =
          whose == null
              || pool.isClosed()
              || pool.isOld(connection)
              || pool.isPlaceWanted()
              || idle.putIfAbsent(whose, connection) != null;
      if (isUnwanted || whose == null) {
        connection.close();
        return;
      }
      connection.closeIdleAfter(idleNanos);
      whose.whenClosed(BoundConnections.this, () -> onClientClosed(whose)); // perhaps at once
    }

    @Override
    public void onClosed(H1ClientConnection connection) {
      if (client != null) {
        idle.remove(client, connection);
      }
      pool.gaveUp();
    }
  }
}
