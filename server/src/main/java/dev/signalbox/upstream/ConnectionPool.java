package dev.signalbox.upstream;

import dev.signalbox.balance.Balancer;
import dev.signalbox.http.ClientConnection;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.ResponseLimits;
import dev.signalbox.http.h1.H1ClientConnection;
import dev.signalbox.http.h1.H1Loop;
import dev.signalbox.http.h2.H2ClientConnection;
import dev.signalbox.http.h2.H2Loop;
import dev.signalbox.net.Connection;
import dev.signalbox.net.Loop;
import dev.signalbox.net.TimerWheel;
import dev.signalbox.net.tls.TlsClient;
import dev.signalbox.net.tls.TlsConnection;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop to one endpoint. Belongs to the loop.
 *
 * <p>Those of HTTP/1 carry one request at a time. Idle ones are taken last in, first out, so that
 * few are kept busy and the others age and close. Those of HTTP/2 are in {@link SharedConnections},
 * which opens all of them where endpoints choose between the two.
 *
 * <p>Where connections are bounded, requests wait in a bounded queue, in order. The bound is one
 * for all loops: a loop that needs a connection while another holds an idle one asks for its place.
 */
public final class ConnectionPool implements Balancer.Candidate {
  /** Who wants a connection, and hears by exactly one of these, later, on the loop. */
  public interface Taker {
    void onConnection(ClientConnection connection);

    void onNoConnection(Failure why);

    /** For whom it is, or null where that is nobody in particular. */
    @Nullable DownstreamConnection client();
  }

  private final UpstreamConfig config;
  private final PoolConfig settings;
  private final ResponseLimits limits;
  private final Endpoint endpoint;
  private final @Nullable TlsClient tls;
  private final Loop loop;
  private final H1Loop h1;
  private final H2Loop h2;
  private final long idleNanos;
  private final long maxAgeNanos;
  private final H2ClientConnection.Settings h2Settings;
  private final @Nullable SharedConnections shared; // null where HTTP/1 is all that is spoken
  private final ArrayDeque<H1ClientConnection> idle = new ArrayDeque<>();
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private final H1ClientConnection.Owner owner = new Connections();
  private final @Nullable BoundConnections bound; // null where connections tell of no client
  private List<ConnectionPool> siblings = List.of();
  private int preferredAddress; // the one that last could be connected to
  private boolean isClosed;

  ConnectionPool(
      UpstreamConfig config,
      ResponseLimits limits,
      Endpoint endpoint,
      @Nullable TlsClient tls,
      Loop loop,
      H1Loop h1,
      H2Loop h2) {
    this.config = config;
    this.settings = config.pool();
    this.limits = limits;
    this.endpoint = endpoint;
    this.tls = tls;
    this.loop = loop;
    this.h1 = h1;
    this.h2 = h2;
    this.idleNanos = settings.idleTimeout().toNanos();
    this.maxAgeNanos = settings.maxAge().toNanos();
    this.h2Settings =
        new H2ClientConnection.Settings(
            settings.streams(), maxAgeNanos, settings.pingInterval().toNanos());
    this.bound =
        config.proxyProtocol() == UpstreamProxyProtocol.OFF
            ? null
            : new BoundConnections(this, idleNanos);
    this.shared =
        switch (config.protocol()) {
          case H1 -> null;
          case H2, AUTO -> new SharedConnections(this, settings);
        };
  }

  void siblings(List<ConnectionPool> all) {
    siblings = all;
  }

  // --- what balancers see ---

  @Override
  public int weight() {
    return endpoint.weight();
  }

  @Override
  public boolean isAvailable() {
    return settings.maxConnections() == 0
        || !idle.isEmpty()
        || (shared == null ? queue.size() < settings.queue() : shared.hasRoom())
        || endpoint.state().connections() < settings.maxConnections();
  }

  @Override
  public int inFlight() {
    return endpoint.state().inFlight();
  }

  // --- what attempts use ---

  /** The endpoint's name: for logs, never for clients. */
  public String endpoint() {
    return endpoint.name();
  }

  /** The host that the endpoint itself goes by. */
  public byte[] authority() {
    return endpoint.authority();
  }

  public boolean preservesHost() {
    return config.preserveHost();
  }

  /** Counts a request that goes to this endpoint; to be undone when it has ended. */
  public void begin() {
    endpoint.state().countInFlight(loop.index(), 1);
  }

  public void end() {
    endpoint.state().countInFlight(loop.index(), -1);
  }

  /** A connection that can carry a request of that client now, or null: then {@link #connect}. */
  public @Nullable ClientConnection take(@Nullable DownstreamConnection client) {
    if (bound != null) {
      return bound.take(client);
    }
    if (shared != null) {
      return shared.take();
    }
    return takeIdle();
  }

  /** The connection of HTTP/1 that was used last, or null. */
  @Nullable H1ClientConnection takeIdle() {
    H1ClientConnection connection = idle.pollLast();
    while (connection != null && !connection.isUsable()) {
      connection = idle.pollLast();
    }
    return connection;
  }

  /**
   * Opens a connection, or waits until there may be one more.
   *
   * @return gives up when it is run
   */
  public Runnable connect(long timeoutNanos, Taker taker) {
    if (shared != null) {
      return shared.connect(timeoutNanos, taker);
    }
    if (takePlace()) {
      return open(timeoutNanos, taker);
    }
    if (bound != null) {
      bound.closeOne(); // no use to anybody else; its place is, now or in a moment
      if (takePlace()) {
        return open(timeoutNanos, taker);
      }
    }
    return enqueue(timeoutNanos, taker);
  }

  /** Opens a connection in a place that was taken. */
  Runnable open(long timeoutNanos, Taker taker) {
    var opening = new Opening(this, endpoint, tls, preferredAddress, timeoutNanos, taker);
    opening.begin();
    return opening::cancel;
  }

  Loop loop() {
    return loop;
  }

  String upstream() {
    return config.name();
  }

  boolean isClosed() {
    return isClosed;
  }

  /** The first bytes of a connection, before anything else, TLS included. */
  void introduce(Connection connection, Taker taker) {
    if (bound != null) {
      connection.write(Introduction.write(config.proxyProtocol(), taker.client(), loop));
    }
  }

  boolean isOld(H1ClientConnection connection) {
    return maxAgeNanos > 0 && connection.ageNanos() > maxAgeNanos;
  }

  /** Why that connection is of no use, or null: what was agreed on by ALPN, and what was not. */
  @Nullable String unusable(Connection connection) {
    return config.protocol() == UpstreamProtocol.H2
            && connection instanceof TlsConnection secure
            && !hasAgreedToHttp2(secure)
        ? "the endpoint does not speak HTTP/2: it did not agree to h2 by ALPN"
        : null;
  }

  private static boolean hasAgreedToHttp2(TlsConnection connection) {
    return connection.protocol().equals(UpstreamProtocol.ALPN_H2);
  }

  /** Whether HTTP/2 is what comes now. */
  private boolean speaksHttp2(Connection connection) {
    return switch (config.protocol()) {
      case H1 -> false;
      case H2 -> true;
      case AUTO -> connection instanceof TlsConnection secure && hasAgreedToHttp2(secure);
    };
  }

  /** A connect has succeeded, and the handshake where there is one. */
  ClientConnection opened(Connection connection, int address, Taker taker) {
    preferredAddress = address;
    SharedConnections many = shared;
    if (many != null && speaksHttp2(connection)) {
      var opened =
          new H2ClientConnection(
              h2, connection, endpoint.name(), limits, h2Settings, many.expected(), many);
      many.add(opened);
      opened.start();
      return opened;
    }
    H1ClientConnection.Owner keeper =
        many != null ? many.addSingle() : bound != null ? bound.owner(taker.client()) : owner;
    return new H1ClientConnection(h1, connection, endpoint.name(), limits, keeper);
  }

  /** A connect has failed or was given up: its place is free. */
  void gaveUp() {
    endpoint.state().giveConnection();
    serveQueues();
  }

  // --- waiting for a place ---

  boolean takePlace() {
    return endpoint.state().takeConnection(settings.maxConnections());
  }

  void countWaiting(int change) {
    endpoint.state().countWaiting(change);
  }

  /** Whether a request waits for a place, here or on another loop. */
  boolean isPlaceWanted() {
    return settings.maxConnections() > 0 && endpoint.state().hasWaiting();
  }

  /**
   * Asks the other loops for a place.
   *
   * @param hasNone whether there is no connection here at all
   */
  void askSiblings(boolean hasNone) {
    for (ConnectionPool sibling : siblings) {
      if (sibling != this) {
        sibling.loop.execute(() -> sibling.giveUpOne(hasNone));
      }
    }
  }

  private static final class Waiting extends TimerWheel.Timer {
    private final ConnectionPool pool;
    private final long timeoutNanos;
    private final Taker taker;
    private @Nullable Runnable opening;
    private boolean isCancelled;

    Waiting(ConnectionPool pool, long timeoutNanos, Taker taker) {
      this.pool = pool;
      this.timeoutNanos = timeoutNanos;
      this.taker = taker;
    }

    @Override
    protected void onTimeout() {
      if (pool.leave(this)) {
        taker.onNoConnection(
            new Failure.NoEndpoint(pool.config.name(), "no connection became free in time"));
      }
    }

    /** A connection has come back while this request waited. */
    void handOver(H1ClientConnection connection) {
      if (isCancelled) {
        pool.owner.onIdle(connection);
      } else if (connection.isUsable()) {
        taker.onConnection(connection);
      } else {
        opening = pool.connect(timeoutNanos, taker);
      }
    }

    void cancel() {
      isCancelled = true;
      pool.leave(this);
      if (opening != null) {
        opening.run();
      }
    }
  }

  private Runnable enqueue(long timeoutNanos, Taker taker) {
    var waiting = new Waiting(this, timeoutNanos, taker);
    if (queue.size() >= settings.queue()) {
      loop.execute(() ->
          taker.onNoConnection(
              new Failure.NoEndpoint(config.name(), "too many requests wait already")));
      return () -> {};
    }
    queue.add(waiting);
    countWaiting(1);
    loop.arm(waiting, settings.queueTimeout().toNanos());
    askSiblings(false);
    return waiting::cancel;
  }

  private boolean leave(Waiting waiting) {
    loop.remove(waiting);
    if (queue.remove(waiting)) {
      countWaiting(-1);
      return true;
    }
    return false;
  }

  private void giveUpOne(boolean hasNone) {
    if (bound != null) {
      bound.closeOne();
    }
    if (!giveUpIdle() && shared != null) {
      shared.giveUpOne(hasNone);
    }
  }

  /** Closes the connection of HTTP/1 that is unused for longest; false where there is none. */
  boolean giveUpIdle() {
    H1ClientConnection oldest = idle.pollFirst();
    if (oldest != null) {
      oldest.close();
    }
    return oldest != null;
  }

  /** A place may be free: those who wait here first, then those on other loops. */
  private void serveQueues() {
    serveQueue();
    if (endpoint.state().hasWaiting()) {
      for (ConnectionPool sibling : siblings) {
        if (sibling != this) {
          sibling.loop.execute(sibling::serveQueue);
        }
      }
    }
  }

  private void serveQueue() {
    if (shared != null) {
      shared.serveQueue();
    }
    while (!queue.isEmpty() && takePlace()) {
      Waiting first = queue.element();
      leave(first);
      first.opening = open(first.timeoutNanos, first.taker);
    }
  }

  // --- connections coming back ---

  /** Keeps a connection of HTTP/1 for which nobody waits. */
  H1ClientConnection.Owner keeper() {
    return owner;
  }

  private final class Connections implements H1ClientConnection.Owner {
    @Override
    public void onIdle(H1ClientConnection connection) {
      if (isClosed || isOld(connection)) {
        connection.close();
        return;
      }
      if (!queue.isEmpty()) {
        Waiting first = queue.element();
        leave(first);
        // Not now: the connection is in the middle of telling that its last response is complete.
        loop.execute(() -> first.handOver(connection));
        return;
      }
      if (isPlaceWanted()) {
        connection.close(); // its place goes to another loop
        return;
      }
      if (idle.size() >= settings.maxIdle()) {
        H1ClientConnection oldest = idle.pollFirst();
        if (oldest == null) {
          connection.close();
          return;
        }
        oldest.close();
      }
      idle.addLast(connection);
      connection.closeIdleAfter(idleNanos);
    }

    @Override
    public void onClosed(H1ClientConnection connection) {
      idle.remove(connection);
      gaveUp();
    }
  }

  boolean hasConnections() {
    return endpoint.state().connections() > 0;
  }

  void close() {
    isClosed = true;
    for (var connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
      connection.close();
    }
    if (shared != null) {
      shared.close();
    }
    if (bound != null) {
      bound.close();
    }
  }
}
