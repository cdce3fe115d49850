package dev.signalbox.http.h2;

import dev.signalbox.http.Closing;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Problem;
import dev.signalbox.http.ServerConnection;
import dev.signalbox.http.StreamHandler;
import dev.signalbox.net.Connection;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one HTTP/2 connection: each request becomes an {@link H2ServerStream}. Runs
 * on its connection's loop. While it is idle it holds no buffer.
 */
public final class H2ServerConnection extends ServerConnection implements H2Side {
  /** What a client gets to say that it has heard that we are leaving. */
  private static final long DRAIN_NANOS = 1_000_000_000L;

  private static final long DRAIN_PING = 0x7369676e616c62L;

  private final H2Loop h2;
  private final Connection connection;
  private final DownstreamConnection downstream;
  private final H2ServerConfig config;
  private final StreamHandler handler;
  private final Owner owner;
  private final H2Core core;
  private final H2ServerWatch watch;
  private @Nullable EarlyPriorities early; // made by the first client's word

  private boolean isDraining; // the client is being told
  private boolean isLast; // streams that come now are not served
  private boolean isEnding; // Closing has it

  public H2ServerConnection(
      H2Loop h2,
      Connection connection,
      DownstreamConnection downstream,
      H2ServerConfig config,
      StreamHandler handler,
      Owner owner) {
    this.h2 = h2;
    this.connection = connection;
    this.downstream = downstream;
    this.config = config;
    this.handler = handler;
    this.owner = owner;
    this.core = new H2Core(h2, connection, downstream.isSecure(), config.settings(), true, this);
    this.watch = new H2ServerWatch(this, core, config.timeouts());
  }

  /** Begins to read requests. */
  public void start() {
    begin(config.timeouts().head().toNanos());
    core.start();
  }

  /**
   * Begins with bytes that have come already, on a connection that is started.
   *
   * @param headNanos what is left of the time for the client's preface
   */
  public void start(ByteBuf first, long headNanos) {
    begin(headNanos);
    core.start(first);
  }

  private void begin(long headNanos) {
    h2.loop().arm(this, Math.max(1, headNanos));
    watch.look();
  }

  // --- what streams use ---

  boolean isDraining() {
    return isDraining;
  }

  DownstreamConnection downstream() {
    return downstream;
  }

  long mostBody() {
    return config.limits().body().count();
  }

  void watch() {
    watch.look();
  }

  void onRefused(Failure why) {
    handler.onRefused(downstream, why);
  }

  // --- requests ---

  @Override
  public void onHeaders(
      int streamId,
      @Nullable H2Stream stream,
      byte[] block,
      int start,
      int end,
      boolean isEndStream) {
    if (stream != null) {
      onTrailers(stream, block, start, end, isEndStream);
    } else if (core.streams().size() >= config.bounds().maxStreams()) { // RFC 9113 §5.1.2
      if (core.skip(block, start, end)) {
        core.refuse(streamId, null, ErrorCode.REFUSED_STREAM, "too many streams");
      }
    } else {
      onRequest(streamId, block, start, end, isEndStream);
    }
  }

  private void onRequest(int streamId, byte[] block, int start, int end, boolean isEndStream) {
    RequestReader reader = h2.takeRequestReader();
    reader.begin(config.limits(), config.takesConnect());
    long size = core.decode(block, start, end, config.limits().head().count(), reader);
    if (size < 0) {
      h2.give(reader);
      return;
    }
    reader.finish(size, isEndStream, config.limits());
    String malformed = reader.malformed();
    if (malformed != null) { // RFC 9113 §8.1.1
      h2.give(reader);
      handler.onRefused(downstream, new Failure.BadRequest(400, malformed));
      core.refuse(streamId, null, ErrorCode.PROTOCOL_ERROR, malformed);
      return;
    }
    var stream = new H2ServerStream(this, core, streamId, reader, isEndStream, config.timeouts());
    reader.prioritise(stream);
    if (early != null) {
      early.apply(stream);
    }
    core.open(stream);
    h2.loop().cancel(this);
    Problem problem = reader.problem();
    if (problem != null) {
      stream.refuse(problem);
    } else {
      if (!isEndStream) {
        core.touch(stream);
        watch.look();
      }
      handler.onRequest(stream, reader.head());
    }
    stream.begun();
  }

  // RFC 9113 §8.1
  private void onTrailers(H2Stream stream, byte[] block, int start, int end, boolean isEndStream) {
    var reader = new TrailerReader(config.limits().headers());
    long most = config.limits().head().count();
    long size = core.decode(block, start, end, most, reader);
    if (size < 0) {
      return;
    }
    String wrong = isEndStream ? reader.problem() : "a second head";
    if (wrong == null && size > most) {
      wrong = "trailers that are too large";
    }
    if (wrong != null) {
      core.refuse(stream.id(), stream, ErrorCode.PROTOCOL_ERROR, wrong);
    } else {
      var _ = core.onRemoteEnd(stream, reader.trailers());
    }
  }

  @Override
  public void onPriorityUpdate(int streamId, byte[] bytes, int start, int end) {
    int priority = Priority.read(bytes, start, end);
    H2Stream stream = core.streams().get(streamId);
    if (stream != null) {
      core.sender().reprioritise(stream, priority);
    } else if (core.isIdle(streamId)) {
      onEarlyPriority(streamId, priority);
    } // else it is closed, and nothing of it is left to send
  }

  // RFC 9218 §7.1
  private void onEarlyPriority(int streamId, int priority) {
    if ((streamId & 1) == 0) {
      var _ = core.fail(ErrorCode.PROTOCOL_ERROR, "PRIORITY_UPDATE for a push that there is not");
      return;
    }
    if (early == null) {
      early = new EarlyPriorities();
    }
    early.forget(core.lastPeerStream());
    int most = config.bounds().maxStreams() - core.streams().size();
    if (!early.keep(streamId, priority, most)) {
      var _ =
          core.fail(ErrorCode.PROTOCOL_ERROR, "PRIORITY_UPDATE for more streams than there may be");
    }
  }

  @Override
  public void onStreamEnd(H2Stream stream) {
    ((H2ServerStream) stream).ended();
    if (core.streams().size() == 0 && !core.isOver()) {
      if (isLast) {
        close();
      } else if (!isDraining) {
        h2.loop().arm(this, config.timeouts().idle().toNanos());
      }
    }
  }

  @Override
  public void onPeerSettings() {
    if (core.streams().size() == 0 && !isDraining) {
      h2.loop().arm(this, config.timeouts().idle().toNanos());
    }
  }

  @Override
  public void onGoAway(int lastStreamId, int code, String reason) {
    // A client opens no streams of ours, so there is nothing that it could turn away.
  }

  @Override
  public void onReadDone() {
    if (core.isMidHead()) {
      watch.look();
    }
  }

  // --- ending ---

  @Override
  public void drain() {
    if (isDraining || core.isOver()) {
      return;
    }
    isDraining = true;
    for (H2Stream stream : core.streams().all()) {
      ((H2ServerStream) stream).drain();
    }
    if (!core.hasSettings()) {
      finishDrain(); // nobody has asked for anything
      return;
    }
    // RFC 9113 §6.8: requests that are on their way now are still served
    core.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "");
    core.ping(DRAIN_PING);
    h2.loop().arm(this, DRAIN_NANOS);
  }

  @Override
  public void onPong(long data) {
    if (isDraining && !isLast && data == DRAIN_PING) {
      finishDrain();
    }
  }

  private void finishDrain() {
    isLast = true;
    h2.loop().cancel(this);
    core.goAway(core.lastPeerStream(), ErrorCode.NO_ERROR, "");
    if (core.streams().size() == 0) {
      close();
    }
  }

  @Override
  public void abort(Failure why) {
    if (core.isOver()) {
      connection.close();
      return;
    }
    for (H2Stream stream : core.streams().all()) {
      ((H2ServerStream) stream).fail(why);
      core.reset(stream, ErrorCode.INTERNAL_ERROR);
    }
    core.goAway(core.lastPeerStream(), ErrorCode.NO_ERROR, "");
    core.flushNow();
    connection.close();
  }

  @Override
  public SocketAddress remoteAddress() {
    return connection.remoteAddress();
  }

  /** Ends it now, in a way that the client sees as an error. */
  void breakOff(Failure why) {
    failAll(why);
    connection.reset();
  }

  private void failAll(Failure why) {
    for (H2Stream stream : core.streams().all()) {
      ((H2ServerStream) stream).fail(why);
      core.close(stream);
    }
  }

  /** Closes when the client has taken all that was written. */
  private void close() {
    if (end()) {
      Closing.lingering(core, connection, config.timeouts().send());
    }
  }

  private boolean end() {
    if (isEnding) {
      return false;
    }
    isEnding = true;
    core.end();
    stopTimers();
    core.flushNow();
    return true;
  }

  private void stopTimers() {
    h2.loop().remove(this);
    h2.loop().remove(watch);
  }

  @Override
  public void onInputClosed() {
    failAll(new Failure.DownstreamGone("closed"));
    if (end()) { // nothing more can come, so there is nothing to wait for
      Closing.afterFlush(core, connection, config.timeouts().send());
    }
  }

  @Override
  public void onBroken(int code, String reason) {
    handler.onRefused(downstream, new Failure.BadRequest(400, reason));
    failAll(new Failure.DownstreamGone("it broke the protocol: " + reason));
    close();
  }

  @Override
  public void onClosed(@Nullable IOException cause) {
    failAll(
        new Failure.DownstreamGone(cause == null ? "closed" : String.valueOf(cause.getMessage())));
    stopTimers();
    downstream.closed();
    owner.onClosed(this);
  }

  // --- time ---

  @Override
  protected void onTimeout() {
    if (isDraining && !isLast) {
      finishDrain();
    } else if (core.streams().size() == 0) { // it is idle, or has never spoken
      core.goAway(core.lastPeerStream(), ErrorCode.NO_ERROR, "");
      close();
    }
  }
}
