package dev.signalbox.http.h1;

import dev.signalbox.http.ClientConnection;
import dev.signalbox.http.ClientStream;
import dev.signalbox.http.Failure;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.Method;
import dev.signalbox.http.Problem;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseEvents;
import dev.signalbox.http.ResponseLimits;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.StreamEvents;
import dev.signalbox.net.Connection;
import dev.signalbox.net.ConnectionEvents;
import dev.signalbox.net.SpliceEvents;
import dev.signalbox.net.TimerWheel;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one HTTP/1 connection: one exchange at a time. Runs on its connection's
 * loop. While it is idle it holds no buffer and no parser.
 */
public final class H1ClientConnection extends TimerWheel.Timer
    implements ClientConnection, ConnectionEvents, SpliceEvents {
  /** Who keeps the connection between exchanges. */
  public interface Owner {
    /** It has carried an exchange to its end and can carry another. */
    void onIdle(H1ClientConnection connection);

    /** It is closed. Comes once, and last. */
    void onClosed(H1ClientConnection connection);
  }

  /** A shorter rest of a body costs less when it is copied: measured in docs/performance.md. */
  private static final long SPLICE_AT_LEAST = 256 * 1024;

  private final H1Loop h1;
  private final Connection connection;
  private final String endpoint;
  private final ResponseLimits limits;
  private final Owner owner;
  private final Output output;
  private final long openedNanos;

  private @Nullable H1ClientStream stream;
  private @Nullable ResponseParser parser;
  private @Nullable RawStream tunnel;
  private boolean isReused;
  private boolean isClosing;
  private boolean isInputClosed;
  private boolean isClosed;

  public H1ClientConnection(
      H1Loop h1, Connection connection, String endpoint, ResponseLimits limits, Owner owner) {
    this.h1 = h1;
    this.connection = connection;
    this.endpoint = endpoint;
    this.limits = limits;
    this.owner = owner;
    this.output = new Output(connection);
    this.openedNanos = h1.loop().coarseNanoTime();
    connection.start(this);
  }

  /** How long ago it was opened, about. */
  public long ageNanos() {
    return h1.loop().coarseNanoTime() - openedNanos;
  }

  @Override
  public boolean isReused() {
    return isReused;
  }

  /** Whether it can carry an exchange. */
  public boolean isUsable() {
    return !isClosing && !isClosed && stream == null;
  }

  @Override
  public ClientStream open(
      RequestHead head, byte[] authority, Patience patience, ResponseEvents events) {
    assert isUsable();
    ResponseParser taken = h1.takeResponseParser();
    taken.begin(limits);
    parser = taken;
    var opened = new H1ClientStream(this, patience, events, head.method() == Method.HEAD);
    stream = opened;
    if (head.hasUpgrade()) {
      taken.allowUpgrade(opened.upgrade(head));
    } else if (head.isConnect()) {
      taken.allowTunnel();
    }
    opened.sendHead(head, authority);
    return opened;
  }

  /** Closes an idle connection, or one whose exchange is of no more interest. */
  public void close() {
    isClosing = true;
    connection.close();
  }

  /** Arms the timer that, while the connection is idle, closes it. */
  public void closeIdleAfter(long nanos) {
    h1.loop().arm(this, nanos);
  }

  // --- what the stream uses ---

  H1Loop h1() {
    return h1;
  }

  Connection connection() {
    return connection;
  }

  Output output() {
    return output;
  }

  boolean isCurrent(H1ClientStream candidate) {
    return stream == candidate;
  }

  void arm(long nanos) {
    h1.loop().arm(this, nanos);
  }

  void cancelTimer() {
    h1.loop().cancel(this);
  }

  // --- reading ---

  @Override
  public void onData(ByteBuf data) {
    try {
      while (data.isReadable()) {
        if (tunnel != null) { // what came right behind the switch
          tunnel.onData(data.retain());
          return;
        }
        H1ClientStream current = stream;
        ResponseParser reading = parser;
        if (current == null || reading == null) {
          close(); // bytes that belong to no request: nobody can trust this connection
          return;
        }
        if (current.isHeadDone()) {
          readBody(current, reading, data);
        } else {
          readHead(current, reading, data);
        }
      }
    } finally {
      data.release();
    }
  }

  private void readHead(H1ClientStream current, ResponseParser reading, ByteBuf data) {
    switch (reading.read(data, current.isToHead(), limits)) {
      case MORE -> {}
      case BAD -> fail(new Failure.BadResponse(endpoint, reading.problem().reason()));
      case DONE -> {
        if (reading.opensTunnel()) {
          upgrade(current, reading);
          return;
        }
        if (reading.head().status() < 200) {
          current.onInterim(reading.head());
          if (isCurrent(current)) {
            reading.begin(limits);
          }
          return;
        }
        current.onHead(reading.head());
        if (isCurrent(current) && reading.body().isDone()) {
          complete(current, reading, data.isReadable());
        }
      }
    }
  }

  private void upgrade(H1ClientStream current, ResponseParser reading) {
    if (!current.hasGoodAnswer(reading.head())) {
      fail(new Failure.BadResponse(endpoint, "a Sec-WebSocket-Accept that is not the key's"));
      return;
    }
    current.onUpgrade(reading.head());
    if (tunnel != null) {
      h1.give(reading);
    }
  }

  /** The response has switched protocols: it is the last that is known of HTTP here. */
  HttpStream tunnel(StreamEvents events, Patience patience) {
    stream = null;
    parser = null; // whoever reads with it now gives it back
    isClosing = true;
    cancelTimer();
    output.push();
    var raw =
        new RawStream(
            connection,
            this,
            events,
            null,
            isInputClosed,
            Duration.ofNanos(patience.idleNanos()),
            reason -> new Failure.UpstreamReset(endpoint, reason, isReused, true, true));
    tunnel = raw;
    return raw;
  }

  private void readBody(H1ClientStream current, ResponseParser reading, ByteBuf data) {
    ByteBuf part = reading.body().read(data);
    Problem problem = reading.body().problem();
    if (problem != null) {
      if (part != null) {
        part.release();
      }
      fail(new Failure.BadResponse(endpoint, problem.reason()));
      return;
    }
    if (part != null) {
      current.onData(part);
    }
    if (isCurrent(current) && reading.body().isDone()) {
      complete(current, reading, data.isReadable());
    }
  }

  /** Begins to move the rest of the body inside the kernel, if that is worth a pipe. */
  boolean splice(ServerStream sink) {
    ResponseParser reading = parser;
    Connection to = sink.plainConnection();
    return reading != null
        && to != null
        && reading.body().remainingLength() >= SPLICE_AT_LEAST
        && connection.splice(to, reading.body().remainingLength(), this);
  }

  @Override
  public void onSpliced(long bytes, boolean isDone) {
    H1ClientStream current = stream;
    ResponseParser reading = parser;
    if (current == null || reading == null) {
      return;
    }
    if (bytes > 0) {
      reading.body().passed(bytes);
    }
    current.onSpliced(bytes);
    if (isDone && isCurrent(current)) {
      complete(current, reading, false);
    }
  }

  /** The response is complete: the connection is free before anybody hears of it. */
  private void complete(H1ClientStream current, ResponseParser reading, boolean hasSurplus) {
    boolean canGoOn =
        reading.isPersistent()
            && current.isRequestDone()
            && !hasSurplus
            && !isInputClosed
            && !isClosing
            && output.pendingBytes() == 0;
    stream = null;
    parser = null;
    current.resume();
    h1.loop().cancel(this);
    if (canGoOn) {
      isReused = true;
      owner.onIdle(this);
      current.onEnd(reading.body().trailers());
    } else {
      current.onEnd(reading.body().trailers());
      close();
    }
    h1.give(reading);
  }

  @Override
  public void onReadComplete() {
    if (stream != null) {
      stream.onReadComplete();
    }
  }

  @Override
  public void onInputClosed() {
    isInputClosed = true;
    H1ClientStream current = stream;
    ResponseParser reading = parser;
    if (current != null
        && reading != null
        && current.isHeadDone()
        && reading.body().isUntilClose()) {
      complete(current, reading, false);
      return;
    }
    fail(reset("closed the connection"));
    close();
  }

  @Override
  public void onWritable() {
    if (stream != null) {
      stream.onWritable();
    }
  }

  @Override
  public void onClosed(@Nullable IOException cause) {
    isClosed = true;
    fail(reset(cause == null ? "closed the connection" : String.valueOf(cause.getMessage())));
    output.release();
    h1.loop().remove(this);
    owner.onClosed(this);
  }

  private Failure reset(String reason) {
    H1ClientStream current = stream;
    boolean wasSent = current != null && current.wasSent();
    boolean hasAnswered =
        current != null && (current.hasAnswered() || (parser != null && parser.hasBegun()));
    return new Failure.UpstreamReset(endpoint, reason, isReused, wasSent, hasAnswered);
  }

  /** Ends the exchange under way, and the connection with it. */
  void fail(Failure why) {
    H1ClientStream current = stream;
    ResponseParser reading = parser;
    stream = null;
    parser = null;
    isClosing = true;
    if (current != null) {
      if (!isClosed) {
        output.release();
        connection.close();
      }
      current.onReset(why);
    }
    if (reading != null) {
      h1.give(reading);
    }
  }

  /** The exchange is of no more interest; no event comes of it. */
  void abandon() {
    ResponseParser reading = parser;
    stream = null;
    parser = null;
    isClosing = true;
    output.release();
    connection.reset();
    if (reading != null) {
      h1.give(reading);
    }
  }

  @Override
  protected void onTimeout() {
    H1ClientStream current = stream;
    if (current == null) {
      close();
      return;
    }
    String late = current.onTimer();
    if (late != null) {
      fail(new Failure.UpstreamTimeout(endpoint, late));
    }
  }
}
