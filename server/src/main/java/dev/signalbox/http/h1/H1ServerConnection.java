package dev.signalbox.http.h1;

import dev.signalbox.http.Closing;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Grpc;
import dev.signalbox.http.HalfClose;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.Problem;
import dev.signalbox.http.ServerConnection;
import dev.signalbox.http.StreamHandler;
import dev.signalbox.http.TunnelEvents;
import dev.signalbox.net.Connection;
import dev.signalbox.net.ConnectionEvents;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one HTTP/1 connection: requests are read one after the other, each becomes
 * an {@link H1ServerStream}, and the next is looked at only when the last is answered. Runs on its
 * connection's loop. While it is idle it holds no buffer and no parser.
 */
public final class H1ServerConnection extends ServerConnection implements ConnectionEvents {
  /** A body that nobody wants is read off up to this size, so that the connection can go on. */
  static final long DRAIN_AT_MOST = 64 * 1024;

  private enum Phase {
    /** Waiting for the first byte of a request. */
    IDLE,
    /** Reading a head. */
    HEAD,
    /** An exchange is under way. */
    EXCHANGE,
    /** The protocol was switched; {@link RawStream} has it. */
    TUNNEL,
    /** All is said, and {@link Closing} has it; or it is closed. */
    OVER
  }

  private final H1Loop h1;
  private final Connection connection;
  private final DownstreamConnection downstream;
  private final H1ServerConfig config;
  private final StreamHandler handler;
  private final Owner owner;
  private final Output output;
  private final Leftover leftover;
  private final ExchangeWatch watch;

  private Phase phase = Phase.IDLE;
  private @Nullable RequestParser parser;
  private @Nullable H1ServerStream stream;
  private @Nullable RawStream tunnel;
  private @Nullable TunnelEvents tunnelEvents;
  private @Nullable ByteBuf processed; // whoever ends a stream meanwhile need not look for more
  private boolean isInputClosed;
  private boolean isDraining; // no further request after the one under way
  private boolean isFirst = true;

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
    this.leftover = new Leftover(connection, config.limits().pipelined().toInt());
    this.watch = new ExchangeWatch(this, connection, output, config.timeouts().send());
  }

  /** Begins to read requests. */
  public void start() {
    arm(config.timeouts().head().toNanos());
    connection.start(this);
  }

  /**
   * Begins with bytes that have come already, on a connection that is started.
   *
   * @param headNanos what is left of the time for the first head
   */
  public void start(ByteBuf first, long headNanos) {
    arm(Math.max(1, headNanos));
    connection.events(this);
    onData(first);
  }

  /** Answers whatever comes with this, and closes: the connection is nothing that it can serve. */
  public void refuse(int status, String reason) {
    connection.events(this);
    refuse(new Problem(status, reason));
  }

  @Override
  public void drain() {
    isDraining = true;
    if (phase == Phase.IDLE) {
      close();
    } else if (tunnelEvents != null) {
      tunnelEvents.onDrain();
    }
  }

  @Override
  public SocketAddress remoteAddress() {
    return connection.remoteAddress();
  }

  @Override
  public void abort(Failure why) {
    if (tunnel != null) {
      tunnel.abort(why);
    } else if (stream != null) {
      breakOff(why); // an orderly end could pass for the end of the body
    } else {
      fail(why);
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

  ExchangeWatch watch() {
    return watch;
  }

  /** Whether no request follows the one under way. */
  boolean isLast() {
    return isDraining || (isInputClosed && !hasMore());
  }

  /** Whether something has come that was not yet looked at. */
  private boolean hasMore() {
    return !leftover.isEmpty() || (processed != null && processed.isReadable());
  }

  boolean isCurrent(H1ServerStream candidate) {
    return stream == candidate;
  }

  /** The stream's response is complete. */
  void onResponseEnd() {
    if (processed == null) {
      finishIfDone();
      output.flush();
    }
  }

  /** The response can't be completed: the client must see that. */
  void onStreamReset(boolean mustBreak) {
    var why = new Failure.DownstreamGone("the response was broken off");
    if (mustBreak) {
      output.release();
      breakOff(why);
    } else {
      fail(why);
      close();
    }
  }

  /** The response switches protocols: it is the last that is known of HTTP here. */
  HttpStream tunnel(H1ServerStream switched, TunnelEvents events) {
    stream = null;
    watch.end();
    parser = switched.parser(); // its head lives as long as the tunnel
    phase = Phase.TUNNEL;
    output.push(); // who begins the tunnel flushes it
    var raw =
        new RawStream(
            connection,
            this,
            events,
            leftover.take(),
            isInputClosed,
            config.timeouts().send(),
            Failure.DownstreamGone::new);
    tunnel = raw;
    tunnelEvents = events;
    if (isDraining) { // it began while the answer was on its way
      h1.loop().execute(events::onDrain);
    }
    return raw;
  }

  // --- reading ---

  @Override
  public void onData(ByteBuf data) {
    if (!leftover.isEmpty()) {
      leftover.keep(data);
      return;
    }
    process(data);
  }

  /** Reads as many requests as are there and can be answered at once. Releases the data. */
  private void process(ByteBuf data) {
    processed = data;
    try {
      while (data.isReadable() && phase != Phase.OVER) {
        H1ServerStream current = stream;
        if (current == null) {
          if (!readHead(data)) {
            break;
          }
        } else if (!current.isRequestDone()) {
          current.readBody(data);
        } else {
          leftover.keep(data.retain());
          break;
        }
        finishIfDone();
      }
    } finally {
      processed = null;
      data.release();
    }
  }

  /** Reads a head; false where more is needed, or nothing more is wanted. */
  private boolean readHead(ByteBuf data) {
    RequestParser current = parser;
    if (current == null) {
      current = h1.takeRequestParser();
      current.begin(config.limits(), config.takesConnect());
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
    var begun = new H1ServerStream(this, current, config.timeouts());
    stream = begun;
    parser = null; // it is the stream's from now on
    h1.loop().cancel(this);
    watch.begin(begun);
    if (!begun.isRequestDone()) {
      watch.lookAtBodies();
    }
    handler.onRequest(begun, current.head());
  }

  /** Ends the stream under way if both of its messages are complete. */
  private void finishIfDone() {
    H1ServerStream ended = stream;
    if (ended == null || !ended.isResponseDone()) {
      return;
    }
    if (!ended.isRequestDone()) {
      if (ended.isPersistent()) {
        return; // the little that is left of the request is read off first
      }
      endStream(ended);
      linger();
      return;
    }
    boolean goesOn = ended.isPersistent() && !(isDraining && leftover.isEmpty());
    endStream(ended);
    if (goesOn) {
      phase = Phase.IDLE;
      arm(config.timeouts().idle().toNanos());
      if (processed == null) {
        processLeftover();
      }
    } else if (leftover.isEmpty()) {
      close();
    } else {
      linger(); // there is more that nobody will read
    }
  }

  private void processLeftover() {
    ByteBuf data = leftover.take();
    if (data != null) {
      process(data);
    }
    if (isInputClosed && leftover.isEmpty() && phase != Phase.OVER) {
      onInputClosed(); // once more: it came while there was more to answer
    }
  }

  private void endStream(H1ServerStream ended) {
    stream = null;
    watch.end();
    h1.give(ended.parser());
  }

  @Override
  public void onReadComplete() {
    if (stream != null) {
      stream.onReadComplete();
    }
    output.flush();
  }

  @Override
  public void onInputClosed() {
    isInputClosed = true;
    H1ServerStream current = stream;
    if (current == null) {
      close();
    } else if (!current.isRequestDone()) {
      fail(new Failure.DownstreamGone("closed in the middle of a request"));
      close();
    } else if (config.halfClose() == HalfClose.CANCEL) {
      fail(new Failure.DownstreamGone("closed before the answer"));
      close();
    } else if (config.halfClose() == HalfClose.PROBE) {
      watch.lookForClient();
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
    phase = Phase.OVER;
    tunnel = null;
    tunnelEvents = null;
    output.release();
    leftover.release();
    h1.loop().remove(this);
    h1.loop().remove(watch);
    downstream.closed();
    owner.onClosed(this);
  }

  // --- ending ---

  /**
   * What came can't be understood, or is too large or too slow: answers that, and closes, since
   * where the next request begins is in doubt.
   */
  void refuse(Problem problem) {
    var why = new Failure.BadRequest(problem.status(), problem.reason());
    H1ServerStream current = stream;
    String call = callType(problem);
    fail(why);
    if (current != null && current.isCommitted()) {
      close();
      return;
    }
    if (call == null) {
      Refusals.write(problem, h1.date(), output);
    } else {
      Refusals.write(Grpc.refusal(call, problem), h1.date(), output);
    }
    if (current == null) { // else the exchange has heard it
      handler.onRefused(downstream, why);
    }
    linger();
  }

  /**
   * What a refusal is to be to a call of gRPC-Web, or null. What breaks HTTP/1 itself is answered
   * in its own words: nobody knows what else may have understood it.
   */
  private @Nullable String callType(Problem problem) {
    H1ServerStream current = stream;
    if (problem.status() == 400) {
      return null;
    }
    if (current != null) {
      return current.callType();
    }
    RequestParser begun = parser;
    return begun == null ? null : Grpc.answerType(begun.head().headers());
  }

  /** Tells the exchange under way that it is over. */
  private void fail(Failure why) {
    H1ServerStream current = stream;
    if (current != null) {
      stream = null;
      watch.end();
      current.onReset(why);
      h1.give(current.parser());
    } else if (parser != null) {
      h1.give(parser);
      parser = null;
    }
  }

  /** Ends it now, in a way that the client sees as an error. */
  void breakOff(Failure why) {
    fail(why);
    connection.reset();
  }

  /** Closes when the client has taken all that was written. */
  private void close() {
    output.flush();
    if (phase != Phase.OVER) {
      phase = Phase.OVER;
      h1.loop().remove(this);
      Closing.afterFlush(this, connection, config.timeouts().send());
    }
  }

  /** Closes where the client may still be sending, so that it can read its answer first. */
  private void linger() {
    output.flush();
    if (isInputClosed || !connection.isOpen()) {
      close();
    } else if (phase != Phase.OVER) {
      phase = Phase.OVER;
      h1.loop().remove(this);
      Closing.lingering(this, connection, config.timeouts().send());
    }
  }

  // --- time ---

  private void arm(long delayNanos) {
    h1.loop().arm(this, delayNanos);
  }

  @Override
  protected void onTimeout() {
    switch (phase) {
      case IDLE -> close();
      case HEAD -> refuse(new Problem(408, "the head took too long"));
      case EXCHANGE, TUNNEL, OVER -> {}
    }
  }
}
