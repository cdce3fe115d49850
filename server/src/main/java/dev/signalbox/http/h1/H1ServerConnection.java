package dev.signalbox.http.h1;

import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.HalfClose;
import dev.signalbox.http.HttpVersion;
import dev.signalbox.http.StreamHandler;
import dev.signalbox.net.Connection;
import dev.signalbox.net.ConnectionEvents;
import dev.signalbox.net.TimerWheel;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one HTTP/1 connection: requests are read one after the other, each becomes
 * an {@link H1ServerStream}, and the next is looked at only when the last is answered. Runs on its
 * connection's loop. While it is idle it holds no buffer and no parser.
 */
public final class H1ServerConnection extends TimerWheel.Timer implements ConnectionEvents {
  /** A body that nobody wants is read off up to this size, so that the connection can go on. */
  static final long DRAIN_AT_MOST = 64 * 1024;

  /** So long a closing connection listens, so that the client can read its answer first. */
  private static final long LINGER_NANOS = 2_000_000_000L;

  /** How often the progress of a body is looked at. */
  private static final long WATCH_NANOS = 500_000_000L;

  /** After so long without an answer a half-closed client is asked whether it is still there. */
  private static final long PROBE_NANOS = 500_000_000L;

  /** The first brings the reset; where only writing shows it, the next finds it. */
  private static final int MOST_PROBES = 4;

  private enum Phase {
    /** Waiting for the first byte of a request. */
    IDLE,
    /** Reading a head. */
    HEAD,
    /** An exchange is under way. */
    EXCHANGE,
    /** All is said; what still comes is dropped until the client closes. */
    LINGER,
    CLOSED
  }

  /** Who is told when a connection is over. */
  public interface Owner {
    void onClosed(H1ServerConnection connection);
  }

  private final H1Loop h1;
  private final Connection connection;
  private final DownstreamConnection downstream;
  private final H1ServerConfig config;
  private final StreamHandler handler;
  private final Owner owner;
  private final Output output;

  private Phase phase = Phase.IDLE;
  private @Nullable RequestParser parser;
  private @Nullable H1ServerStream stream;
  private @Nullable ByteBuf leftover; // what came behind a request that is not answered yet
  private boolean isProcessing; // whoever ends a stream now need not look for the next request
  private boolean isInputClosed;
  private boolean isDraining; // no further request after the one under way
  private int probes;
  private boolean isFirst = true;

  // For the watch over bodies.
  private boolean isWatching;
  private long watchedNanos; // when it was last looked at
  private long lastPending;
  private long sendStalledNanos;

  /** For the owner's list of its connections. */
  public @Nullable H1ServerConnection previous;

  public @Nullable H1ServerConnection next;

  public H1ServerConnection(
      H1Loop h1,
      Connection connection,
      DownstreamConnection downstream,
      H1ServerConfig config,
      StreamHandler handler,
      Owner owner) {
    this.h1 = h1;
    this.connection = connection;
    this.downstream = downstream;
    this.config = config;
    this.handler = handler;
    this.owner = owner;
    this.output = new Output(connection);
  }

  /** Begins to read requests. */
  public void start() {
    arm(config.timeouts().head().toNanos());
    connection.start(this);
  }

  /** Lets the request under way be answered, then closes; closes now if there is none. */
  public void drain() {
    isDraining = true;
    if (phase == Phase.IDLE) {
      close();
    }
  }

  /** The peer's address. */
  public SocketAddress remoteAddress() {
    return connection.remoteAddress();
  }

  /** Ends it now, whatever is under way. */
  public void abort(Failure why) {
    boolean isUnderWay = stream != null;
    fail(why);
    if (isUnderWay) {
      connection.reset(); // an orderly end could pass for the end of the body
    } else {
      connection.close();
    }
  }

  // --- what the stream uses ---

  H1Loop h1() {
    return h1;
  }

  Connection connection() {
    return connection;
  }

  DownstreamConnection downstream() {
    return downstream;
  }

  Output output() {
    return output;
  }

  boolean isLast() {
    return isDraining || (isInputClosed && leftover == null);
  }

  boolean isCurrent(H1ServerStream candidate) {
    return stream == candidate;
  }

  /** The stream's response is complete. */
  void onResponseEnd(H1ServerStream ended) {
    if (!isProcessing) {
      finish(ended);
      if (phase != Phase.CLOSED) {
        output.flush();
      }
    }
  }

  /** The response can't be completed: the client must see that. */
  void onStreamReset(boolean mustBreak) {
    fail(new Failure.DownstreamGone("the response was broken off"));
    if (mustBreak) {
      output.release();
      connection.reset();
    } else {
      closeAfterFlush();
    }
  }

  // --- reading ---

  @Override
  public void onData(ByteBuf data) {
    if (phase == Phase.LINGER || phase == Phase.CLOSED) {
      data.release();
      return;
    }
    if (leftover != null) {
      keep(data);
      return;
    }
    process(data);
  }

  /** Reads as many requests as are there and can be answered at once. Releases the data. */
  private void process(ByteBuf data) {
    isProcessing = true;
    try {
      while (data.isReadable() && phase != Phase.LINGER && phase != Phase.CLOSED) {
        H1ServerStream current = stream;
        if (current == null) {
          if (!readHead(data)) {
            break;
          }
        } else if (!current.isRequestDone()) {
          current.readBody(data);
        } else {
          keep(data.retain());
          break;
        }
        finishIfDone();
      }
    } finally {
      isProcessing = false;
      data.release();
    }
  }

  /** Reads a head; false where more is needed, or nothing more is wanted. */
  private boolean readHead(ByteBuf data) {
    RequestParser current = parser;
    if (current == null) {
      current = h1.takeRequestParser();
      current.begin(config.limits());
      parser = current;
      phase = Phase.HEAD;
      if (!isFirst) { // a first request has had its time since the connection was accepted
        arm(config.timeouts().head().toNanos());
      }
    }
    return switch (current.read(data, config.limits())) {
      case MORE -> false;
      case BAD -> {
        refuse(current.problem());
        yield false;
      }
      case DONE -> {
        begin(current);
        yield true;
      }
    };
  }

  private void begin(RequestParser current) {
    phase = Phase.EXCHANGE;
    isFirst = false;
    probes = 0;
    isWatching = false;
    var begun = new H1ServerStream(this, current, config.timeouts());
    stream = begun;
    if (begun.isRequestDone()) {
      h1.loop().cancel(this);
    } else {
      beginWatch();
    }
    handler.onRequest(begun, current.head());
  }

  /** Ends the stream under way if both of its messages are complete. */
  private void finishIfDone() {
    H1ServerStream current = stream;
    if (current != null && current.isResponseDone()) {
      finish(current);
    }
  }

  private void finish(H1ServerStream ended) {
    if (stream != ended || !ended.isResponseDone()) {
      return;
    }
    if (!ended.isRequestDone()) {
      if (ended.isPersistent()) {
        return; // the little that is left of the request is read off first
      }
      linger(ended);
      return;
    }
    boolean goesOn = ended.isPersistent() && !(isDraining && leftover == null);
    endStream(ended);
    if (!goesOn) {
      close(leftover != null);
      return;
    }
    phase = Phase.IDLE;
    arm(config.timeouts().idle().toNanos());
    if (leftover != null && !isProcessing) {
      processLeftover();
    }
  }

  private void processLeftover() {
    ByteBuf data = leftover;
    if (data != null) {
      leftover = null;
      connection.reading(true);
      process(data);
      if (isInputClosed && phase != Phase.CLOSED && leftover == null) {
        onInputClosed();
      }
    }
  }

  private void endStream(H1ServerStream ended) {
    stream = null;
    parser = null;
    h1.give(ended.parser());
  }

  /** Keeps what came behind an unanswered request; beyond the limit reading pauses. */
  private void keep(ByteBuf data) {
    ByteBuf kept = leftover;
    if (kept == null) {
      // A copy, so that a few bytes do not hold a whole read buffer.
      kept = h1.loop().allocator().directBuffer(data.readableBytes());
      leftover = kept;
    }
    kept.writeBytes(data);
    data.release();
    if (kept.readableBytes() >= config.limits().pipelined().toInt()) {
      connection.reading(false);
    }
  }

  @Override
  public void onReadComplete() {
    if (stream != null) {
      stream.onReadComplete();
    }
    if (phase != Phase.CLOSED) {
      output.flush();
    }
  }

  @Override
  public void onInputClosed() {
    isInputClosed = true;
    H1ServerStream current = stream;
    if (current == null || phase == Phase.LINGER) {
      close();
    } else if (!current.isRequestDone()) {
      fail(new Failure.DownstreamGone("closed in the middle of a request"));
      close();
    } else if (config.halfClose() == HalfClose.CANCEL) {
      fail(new Failure.DownstreamGone("closed before the answer"));
      close();
    } else if (config.halfClose() == HalfClose.PROBE) {
      arm(PROBE_NANOS);
    }
  }

  @Override
  public void onWritable() {
    if (stream != null) {
      stream.onWritable();
    }
  }

  @Override
  public void onClosed(@Nullable IOException cause) {
    fail(new Failure.DownstreamGone(cause == null ? "closed" : String.valueOf(cause.getMessage())));
    phase = Phase.CLOSED;
    output.release();
    if (leftover != null) {
      leftover.release();
      leftover = null;
    }
    h1.loop().remove(this);
    owner.onClosed(this);
  }

  // --- ending ---

  /** Answers what can't be understood, and closes: where the next request begins is in doubt. */
  private void refuse(Problem problem) {
    RequestParser refused = parser;
    parser = null;
    if (refused != null) {
      h1.give(refused);
    }
    Refusals.write(problem, h1.date(), output);
    handler.onRefused(downstream, new Failure.BadRequest(problem.status(), problem.reason()));
    beginLinger();
  }

  /** The body of the request under way can't be understood, or is too large. */
  void refuseBody(H1ServerStream current, Problem problem) {
    boolean isAnswered = current.isCommitted();
    fail(new Failure.BadRequest(problem.status(), problem.reason()));
    if (isAnswered) {
      closeAfterFlush();
    } else {
      Refusals.write(problem, h1.date(), output);
      beginLinger();
    }
  }

  /** Tells the exchange under way that it is over. */
  private void fail(Failure why) {
    H1ServerStream current = stream;
    if (current != null) {
      stream = null;
      parser = null;
      current.onReset(why);
      h1.give(current.parser());
    } else if (parser != null) {
      h1.give(parser);
      parser = null;
    }
  }

  private void linger(H1ServerStream ended) {
    endStream(ended);
    beginLinger();
  }

  /**
   * Closes so that the answer is not lost: closing with unread bytes makes the kernel send a reset,
   * which can overtake the answer (RFC 9112 §9.6).
   */
  private void beginLinger() {
    output.flush();
    if (isInputClosed || !connection.isOpen()) {
      closeAfterFlush();
      return;
    }
    phase = Phase.LINGER;
    arm(LINGER_NANOS);
    connection.reading(true);
    connection.shutdownOutput();
  }

  private void close() {
    close(false);
  }

  private void close(boolean hasUnread) {
    if (hasUnread) {
      beginLinger();
      return;
    }
    closeAfterFlush();
  }

  private void closeAfterFlush() {
    output.flush();
    connection.closeAfterFlush();
    if (phase != Phase.CLOSED) { // the client has not taken it all yet
      phase = Phase.LINGER;
      arm(config.timeouts().send().toNanos());
    }
  }

  // --- time ---

  private void arm(long delayNanos) {
    h1.loop().arm(this, delayNanos);
  }

  /** Looks at the body's progress every now and then. */
  void beginWatch() {
    lastPending = connection.pendingBytes();
    sendStalledNanos = 0;
    if (!isWatching) {
      isWatching = true;
      watchedNanos = h1.loop().nanoTime();
    }
    if (!isArmed()) {
      arm(WATCH_NANOS);
    } else {
      arm(Math.min(WATCH_NANOS, Math.max(1, deadline() - h1.loop().nanoTime())));
    }
  }

  @Override
  protected void onTimeout() {
    switch (phase) {
      case IDLE -> close();
      case LINGER -> connection.close();
      case HEAD -> refuse(new Problem(408, "the head took too long"));
      case EXCHANGE -> onExchangeTimer();
      case CLOSED -> {}
    }
  }

  private void onExchangeTimer() {
    H1ServerStream current = stream;
    if (current == null) {
      return;
    }
    if (isInputClosed
        && probes < MOST_PROBES
        && current.isRequestDone()
        && !current.isCommitted()) {
      probes++;
      probe(current);
      if (probes < MOST_PROBES) {
        arm(PROBE_NANOS);
        return;
      }
    }
    // The time that passed, not the interval: timers are late, and a rate would be a lower one.
    long now = h1.loop().nanoTime();
    long since = isWatching ? now - watchedNanos : 0;
    watchedNanos = now;
    if (!current.isRequestDone()) {
      String tooSlow = current.watchBody(since);
      if (tooSlow != null) {
        Problem problem = new Problem(408, tooSlow);
        refuseBody(current, problem);
        return;
      }
    }
    long pending = output.pendingBytes();
    if (pending > 0 && pending >= lastPending) {
      sendStalledNanos += since;
      if (sendStalledNanos >= config.timeouts().send().toNanos()) {
        fail(new Failure.DownstreamGone("it takes none of the response"));
        connection.reset();
        return;
      }
    } else {
      sendStalledNanos = 0;
    }
    lastPending = pending;
    isWatching = !current.isRequestDone() || pending > 0;
    if (isWatching) {
      arm(WATCH_NANOS);
    }
  }

  /**
   * Has a client that sent its FIN closed for good, or only said all it had to say? An interim
   * response tells: whoever is still there must skip it (RFC 9110 §15.2), and the kernel of whoever
   * is not sends a reset.
   */
  private void probe(H1ServerStream current) {
    if (current.version() == HttpVersion.HTTP_1_1) {
      output.room(32).writeBytes(Refusals.CONTINUE);
      output.flush();
    }
  }
}
