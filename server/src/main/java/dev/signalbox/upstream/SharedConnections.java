package dev.signalbox.upstream;

import dev.signalbox.http.ClientConnection;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.h1.H1ClientConnection;
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
 *
 * <p>Where endpoints choose what is spoken, a connection may turn out to speak HTTP/1 (a single
 * one): it carries one request at a time, and the pool keeps it in between. What was chosen last is
 * what the next is expected to choose, and so many are opened.
 */
final class SharedConnections implements H2ClientConnection.Owner {
  private final ConnectionPool pool;
  private final PoolConfig settings;
  private final ArrayList<H2ClientConnection> connections = new ArrayList<>();
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private final ArrayList<Opened> openings = new ArrayList<>();
  private int opening;
  private int counted; // of those who wait, those who do so for a place
  private int planned; // what a connection will carry, as far as we know
  private int expected = 1; // what it may carry before the endpoint has said how much
  private boolean carriesOne; // what was opened last speaks HTTP/1
  private int singles; // connections of HTTP/1, idle ones included
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

  /** A connection that can carry a request now, or null. */
  @Nullable ClientConnection take() {
    if (!queue.isEmpty()) {
      return null;
    }
    H2ClientConnection connection = find();
    return connection != null ? connection : pool.takeIdle();
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
   * Waits for a connection with room: never an idle one of HTTP/1, which {@link #take} has offered,
   * and which is no use to who lost a request to another of its age.
   *
   * @return gives up when it is run
   */
  Runnable connect(long timeoutNanos, ConnectionPool.Taker taker) {
    var waiting = new Waiting(timeoutNanos, taker);
    enter(waiting);
    return () -> leave(waiting);
  }

  private void enter(Waiting waiting) {
    queue.add(waiting);
    long covered = waiting.timeoutNanos + settings.queueTimeout().toNanos();
    if (find() != null) {
      pool.loop().arm(waiting, covered);
      serveSoon();
      return;
    }
    open();
    if (isCovered()) {
      pool.loop().arm(waiting, covered);
    } else if (isFull()) {
      queue.removeLast();
      pool.loop().execute(() -> waiting.taker.onNoConnection(tooMany()));
    } else {
      count(waiting);
      askForPlace();
    }
  }

  /** Whether more wait for a place than may. */
  private boolean isFull() {
    return queue.size() - coming() * (long) planned() > settings.queue();
  }

  private Failure tooMany() {
    return new Failure.NoEndpoint(pool.upstream(), "too many requests wait already");
  }

  /** Nothing is coming for that one: it waits for a place, and no longer than one may. */
  private void count(Waiting waiting) {
    waiting.isCounted = true;
    counted++;
    pool.countWaiting(1);
    pool.loop().arm(waiting, settings.queueTimeout().toNanos());
  }

  private void askForPlace() {
    pool.giveUpIdle(); // of no use to those who wait; its place is, now or in a moment
    pool.askSiblings(hasNone());
  }

  private boolean hasNone() {
    return connections.isEmpty() && singles == 0;
  }

  /**
   * What was coming may carry fewer than was expected, or come no more: then those for whom nothing
   * is coming wait for a place from now on.
   */
  private void settle() {
    while (isFull()) {
      fail(queue.peekLast(), tooMany());
    }
    long covered = (long) coming() * planned();
    boolean isNews = false;
    if (queue.size() - covered > counted) {
      int before = 0;
      for (Waiting each : queue) {
        if (before++ >= covered && !each.isCounted) {
          count(each);
          isNews = true;
        }
      }
    }
    if (isNews || (covered == 0 && hasNone() && !queue.isEmpty())) {
      askForPlace();
    }
  }

  /** What a new connection will carry, as far as we know. */
  private int planned() {
    return carriesOne ? 1 : planned;
  }

  /** Whether connections will soon have room for all who wait: those that are being opened. */
  private boolean isCovered() {
    return (long) coming() * planned() >= queue.size();
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
      waiting.isCounted = false;
      counted--;
      pool.countWaiting(-1);
    }
    return true;
  }

  /** Opens as many connections as those who wait will fill, and as there may be. */
  void open() {
    while (!isCovered() && pool.takePlace()) {
      opening++;
      Waiting last = queue.getLast();
      var opened = new Opened();
      openings.add(opened);
      opened.cancel = pool.open(last.timeoutNanos, opened);
    }
  }

  /** Hears of one connection that is being opened. */
  private final class Opened implements ConnectionPool.Taker {
    private @Nullable Runnable cancel; // null only within the call that opens it

    private void end() {
      openings.remove(this);
      opening--;
    }

    @Override
    public @Nullable DownstreamConnection client() {
      return null;
    }

    @Override
    public void onConnection(ClientConnection connection) {
      end();
      carriesOne = connection instanceof H1ClientConnection;
      if (connection instanceof H1ClientConnection single) {
        handOver(single);
      }
      serve();
    }

    @Override
    public void onNoConnection(Failure why) {
      end();
      if (carriesOne) { // it was opened for one; others open another, or wait on
        fail(queue.peek(), why);
        return;
      }
      if (opening > 0 || !connections.isEmpty()) {
        return; // those who wait may be served yet
      }
      for (Waiting first = queue.peek(); first != null; first = queue.peek()) {
        fail(first, why);
        if (opening > 0) {
          return; // the answer to a failure was another request
        }
      }
    }
  }

  private void fail(@Nullable Waiting waiting, Failure why) {
    if (waiting != null) {
      leave(waiting);
      waiting.taker.onNoConnection(why);
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
        settle();
        return;
      }
      Waiting first = queue.element();
      leave(first);
      first.taker.onConnection(connection);
    }
  }

  // --- connections of HTTP/1 ---

  /** One was opened; who keeps it. */
  H1ClientConnection.Owner addSingle() {
    singles++;
    return new Singles();
  }

  /** Gives one to who waits first; the pool keeps it where that is nobody. */
  private void handOver(H1ClientConnection connection) {
    if (!connection.isUsable()) {
      return; // it has closed meanwhile
    }
    Waiting first = queue.peek();
    if (first == null) {
      pool.keeper().onIdle(connection);
    } else {
      leave(first);
      first.taker.onConnection(connection);
    }
  }

  private final class Singles implements H1ClientConnection.Owner {
    @Override
    public void onIdle(H1ClientConnection connection) {
      if (queue.isEmpty() || pool.isOld(connection)) {
        pool.keeper().onIdle(connection);
      } else {
        // Not now: the connection is in the middle of telling that its last response is complete.
        pool.loop().execute(() -> handOver(connection));
      }
    }

    @Override
    public void onClosed(H1ClientConnection connection) {
      singles--;
      pool.keeper().onClosed(connection);
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
      pool.loop().execute(() -> serveBefore(connection));
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

  /** Those who wait may have found room elsewhere: then that connection is idle after all. */
  private void serveBefore(H2ClientConnection connection) {
    serve();
    if (queue.isEmpty() && connection.isIdle()) {
      onIdle(connection);
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

  /**
   * Closes what carries nothing, and what is being opened for nobody; the others close when their
   * last response is complete.
   */
  void close() {
    if (queue.isEmpty()) {
      for (Opened each : List.copyOf(openings)) {
        each.end();
        if (each.cancel != null) {
          each.cancel.run();
        }
      }
    }
    for (H2ClientConnection each : List.copyOf(connections)) {
      if (each.isIdle()) {
        each.close();
      }
    }
  }
}
