package dev.signalbox.upstream;

import dev.signalbox.http.ClientConnection;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.h2.H2ClientConnection;
import dev.signalbox.net.TimerWheel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections of one loop to one endpoint. A request takes the first that has room, so
 * that few are kept busy and the others age and close; where none has, it waits in order while
 * another is opened, or for room. Belongs to the loop.
 *
 * <p>A connection that is not to be used any more (GOAWAY, too old) leaves at once; what it carries
 * comes to its end.
 */
final class SharedConnections implements H2ClientConnection.Owner {
  private final ConnectionPool pool;
  private final PoolConfig settings;
  private final ArrayList<H2ClientConnection> connections = new ArrayList<>();
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private int opening;
  private int planned; // what a connection will carry, as far as we know
  private int expected = 1; // what it may carry before the endpoint has said how much
  private boolean isServing;

  SharedConnections(ConnectionPool pool, PoolConfig settings) {
    this.pool = pool;
    this.settings = settings;
    this.planned = settings.streams();
  }

  /** How many requests a new connection may carry before its endpoint has said how much. */
  int expected() {
    return expected;
  }

  boolean hasRoom() {
    return find() != null || queue.size() < settings.queue();
  }

  /** A connection with room, or null. */
  @Nullable H2ClientConnection take() {
    return queue.isEmpty() ? find() : null;
  }

  private @Nullable H2ClientConnection find() {
    for (int i = 0; i < connections.size(); i++) {
      H2ClientConnection connection = connections.get(i);
      if (connection.hasRoom()) {
        return connection;
      }
    }
    return null;
  }

  // --- waiting ---

  private final class Waiting extends TimerWheel.Timer {
    private final long timeoutNanos;
    private final ConnectionPool.Taker taker;
    private boolean isCounted;

    Waiting(long timeoutNanos, ConnectionPool.Taker taker) {
      this.timeoutNanos = timeoutNanos;
      this.taker = taker;
    }

    @Override
    protected void onTimeout() {
      if (leave(this)) {
        taker.onNoConnection(
            new Failure.NoEndpoint(pool.upstream(), "no connection became free in time"));
      }
    }
  }

  /**
   * Waits for a connection with room.
   *
   * @return gives up when it is run
   */
  Runnable connect(long timeoutNanos, ConnectionPool.Taker taker) {
    var waiting = new Waiting(timeoutNanos, taker);
    queue.add(waiting);
    if (find() != null) {
      serveSoon();
      return () -> leave(waiting);
    }
    open();
    if (isCovered()) {
      pool.loop().arm(waiting, timeoutNanos + settings.queueTimeout().toNanos());
    } else if (queue.size() - coming() * (long) planned > settings.queue()) {
      queue.removeLast();
      pool.loop()
          .execute(() ->
              taker.onNoConnection(
                  new Failure.NoEndpoint(pool.upstream(), "too many requests wait already")));
    } else {
      waiting.isCounted = true;
      pool.countWaiting(1);
      pool.loop().arm(waiting, settings.queueTimeout().toNanos());
      pool.askSiblings(connections.isEmpty());
    }
    return () -> leave(waiting);
  }

  /** Whether connections will soon have room for all who wait: those that are being opened. */
  private boolean isCovered() {
    return (long) coming() * planned >= queue.size();
  }

  /** Connections that are not open yet, or whose endpoint has not said yet what it takes. */
  private int coming() {
    int coming = opening;
    for (H2ClientConnection each : connections) {
      coming += each.isSettled() ? 0 : 1;
    }
    return coming;
  }

  private boolean leave(Waiting waiting) {
    pool.loop().remove(waiting);
    if (!queue.remove(waiting)) {
      return false;
    }
    if (waiting.isCounted) {
      pool.countWaiting(-1);
    }
    return true;
  }

  /** Opens as many connections as those who wait will fill, and as there may be. */
  void open() {
    while (!isCovered() && pool.takePlace()) {
      opening++;
      Waiting last = queue.getLast();
      pool.open(last.timeoutNanos, new Opened());
    }
  }

  /** Hears of one connection that is being opened. */
  private final class Opened implements ConnectionPool.Taker {
    @Override
    public @Nullable DownstreamConnection client() {
      return null;
    }

    @Override
    public void onConnection(ClientConnection connection) {
      opening--;
      serve();
    }

    @Override
    public void onNoConnection(Failure why) {
      opening--;
      if (opening > 0 || !connections.isEmpty()) {
        return; // those who wait may be served yet
      }
      for (Waiting first = queue.peek(); first != null; first = queue.peek()) {
        leave(first);
        first.taker.onNoConnection(why);
        if (opening > 0) {
          return; // the answer to a failure was another request
        }
      }
    }
  }

  /** Not now: a connection is in the middle of telling that a response is complete. */
  private void serveSoon() {
    if (!isServing) {
      isServing = true;
      pool.loop()
          .execute(() -> {
            isServing = false;
            serve();
          });
    }
  }

  private void serve() {
    while (!queue.isEmpty()) {
      H2ClientConnection connection = find();
      if (connection == null) {
        open();
        return;
      }
      Waiting first = queue.element();
      leave(first);
      first.taker.onConnection(connection);
    }
  }

  // --- what the connections tell ---

  /** One was opened. */
  void add(H2ClientConnection connection) {
    connections.add(connection);
  }

  @Override
  public void onRoom(H2ClientConnection connection, int streams) {
    planned = streams;
    expected = streams;
    if (!queue.isEmpty()) {
      serveSoon();
    }
  }

  @Override
  public void onIdle(H2ClientConnection connection) {
    if (pool.isClosed() || !connections.contains(connection)) {
      connection.close();
      return;
    }
    if (!queue.isEmpty()) {
      serveSoon();
      return;
    }
    if (pool.isPlaceWanted()) {
      connection.close(); // its place goes to another loop
      return;
    }
    connection.closeIdleAfter(settings.idleTimeout().toNanos());
    int idle = 0;
    for (H2ClientConnection each : connections) {
      idle += each.isIdle() ? 1 : 0;
    }
    if (idle > settings.maxIdle()) {
      connection.close();
    }
  }

  @Override
  public void onLeaving(H2ClientConnection connection, boolean isDead) {
    connections.remove(connection);
    if (isDead) { // whoever lost a request by it shall not lose it to another in the same state
      for (H2ClientConnection each : List.copyOf(connections)) {
        each.doubt();
      }
    }
    if (!queue.isEmpty()) {
      serveSoon();
    }
  }

  @Override
  public void onClosed(H2ClientConnection connection) {
    connections.remove(connection);
    pool.gaveUp();
  }

  /** A place may be free. */
  void serveQueue() {
    if (!queue.isEmpty()) {
      serveSoon();
    }
  }

  /**
   * Another loop waits for a place.
   *
   * @param hasNone whether it has no connection at all: then one of these takes no more requests,
   *     even if all are busy
   */
  void giveUpOne(boolean hasNone) {
    H2ClientConnection fewest = null;
    for (H2ClientConnection each : connections) {
      if (each.isIdle()) {
        each.close();
        return;
      }
      if (fewest == null || each.streams() < fewest.streams()) {
        fewest = each;
      }
    }
    if (hasNone && fewest != null) {
      fewest.retire();
    }
  }

  /** Closes what carries nothing; the others close when their last response is complete. */
  void close() {
    for (H2ClientConnection each : List.copyOf(connections)) {
      if (each.isIdle()) {
        each.close();
      }
    }
  }
}
