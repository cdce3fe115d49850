package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.net.Connection;
import dev.signalbox.net.ConnectionEvents;
import dev.signalbox.net.Loop;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection, whichever side (RFC 9113): frames in and out, windows, settings, streams
 * by their number, and the bounds of what a peer can make us do. What a message means is its {@link
 * H2Side}'s business. On its connection's loop.
 */
final class H2Core implements ConnectionEvents {
  private static final int TABLE_SIZE = 4096; // of our decoder; the first value, so never announced

  /** With so much unsent nothing more is read: answers to what comes would only add to it. */
  private static final int MOST_UNSENT = 512 * 1024;

  private static final int MOST_RESETS_KEPT = 64;
  private static final FieldSink NOBODY = (_, _, _, _, _, _) -> {};

  private final H2Loop h2;
  private final Connection connection;
  private final H2Settings settings;
  private final H2Side side;
  private final boolean isServer;
  private final FrameRules rules;
  private final FrameReader reader;
  private final FrameOutput output;
  private final Sender sender;
  private final Floods floods;
  private final StreamTable streams = new StreamTable();
  private final HpackDecoder decoder = new HpackDecoder(TABLE_SIZE);
  private final HpackEncoder encoder = new HpackEncoder();
  private final Runnable flushLater = this::onTurnEnd;

  private int prefaceCount; // bytes of the client's preface that have come
  private long startNanos;
  private int lastPeerStream;
  private int nextOwnStream = 1;
  private int ignoreAbove = Integer.MAX_VALUE; // streams that our last GOAWAY has turned away
  private int receiveWindow;
  private int owed;

  private int[] resets = {}; // streams that we reset last: their peers may not know yet
  private int resetCount;
  private @Nullable H2Stream @Nullable [] touched;
  private int touchedCount;

  private boolean isProcessing;
  private boolean isFlushDue;
  private boolean isPaused; // nothing is read until the output has shrunk
  private boolean isOver; // the peer was told that nothing goes on
  private boolean isClosed;

  /**
   * @param isSecure whether the bytes are encrypted on their way
   */
  H2Core(
      H2Loop h2,
      Connection connection,
      boolean isSecure,
      H2Settings settings,
      boolean isServer,
      H2Side side) {
    this.h2 = h2;
    this.connection = connection;
    this.settings = settings;
    this.isServer = isServer;
    this.side = side;
    this.output = new FrameOutput(connection, isSecure);
    this.sender = new Sender(this, connection, output);
    this.floods = new Floods(h2.loop(), settings.maxResets(), settings.maxControls());
    this.rules = new FrameRules(this, isServer, side);
    this.reader = new FrameReader(h2, rules);
    this.receiveWindow = settings.connectionWindow();
  }

  /** Sends our preface and settings, and begins to read. The connection tells only the core. */
  void start() {
    greet();
    connection.start(this);
    flush();
  }

  /** Begins with bytes that have come already, on a connection that is started. */
  void start(ByteBuf first) {
    greet();
    connection.events(this);
    onData(first);
  }

  private void greet() {
    startNanos = loop().nanoTime();
    if (!isServer) {
      prefaceCount = Frames.PREFACE.length;
      output.raw(Frames.PREFACE);
    }
    sendSettings();
    int more = settings.connectionWindow() - Frames.FIRST_WINDOW;
    if (more > 0) {
      output.windowUpdate(0, more);
    }
  }

  private void sendSettings() {
    int count = isServer ? 5 : 3;
    ByteBuf out = output.frame(Frames.SETTINGS, 0, 0, count * 6);
    setting(out, Frames.INITIAL_WINDOW_SIZE, settings.streamWindow());
    setting(out, Frames.MAX_HEADER_LIST_SIZE, settings.maxHeaderList());
    if (isServer) {
      setting(out, Frames.MAX_CONCURRENT_STREAMS, settings.maxStreams());
      setting(out, Frames.ENABLE_CONNECT_PROTOCOL, 1);
      setting(out, Frames.NO_RFC7540_PRIORITIES, 1);
    } else {
      setting(out, Frames.ENABLE_PUSH, 0);
    }
  }

  private static void setting(ByteBuf out, int id, int value) {
    out.writeShort(id).writeInt(value);
  }

  // --- what its parts and its side use ---

  Loop loop() {
    return h2.loop();
  }

  H2Loop h2() {
    return h2;
  }

  Connection connection() {
    return connection;
  }

  H2Settings settings() {
    return settings;
  }

  FrameOutput output() {
    return output;
  }

  Sender sender() {
    return sender;
  }

  Floods floods() {
    return floods;
  }

  StreamTable streams() {
    return streams;
  }

  HpackEncoder encoder() {
    return encoder;
  }

  /** How many streams the peer takes at a time. */
  int peerMaxStreams() {
    return rules.peerMaxStreams();
  }

  /** Whether the peer takes extended CONNECT (RFC 8441). */
  boolean takesConnectProtocol() {
    return rules.takesConnectProtocol();
  }

  /** The highest number of a stream that the peer has opened. */
  int lastPeerStream() {
    return lastPeerStream;
  }

  /** Whether the peer's settings have come. */
  boolean hasSettings() {
    return rules.hasSettings();
  }

  /** Whether the peer takes too long to acknowledge our settings. */
  boolean isAckLate() {
    return !isAcknowledged() && loop().nanoTime() - startNanos >= settings.ackNanos();
  }

  boolean isAcknowledged() {
    return rules.isAcknowledged();
  }

  /** Whether the peer is in the middle of something that it must end soon: a head, above all. */
  boolean isMidHead() {
    return rules.isMidBlock() || reader.isMidFrame();
  }

  /** A number for the head or frame that has come in part; 0 where there is none. */
  int headMark() {
    return rules.isMidBlock() ? rules.blockMark() : reader.mark();
  }

  /** Nothing that still comes matters. */
  void end() {
    isOver = true;
  }

  /** Whether nothing goes on here any more. */
  boolean isOver() {
    return isOver || isClosed;
  }

  // --- streams ---

  /** The number of the next stream of our own; negative when they are used up. */
  int takeStreamId() {
    int id = nextOwnStream;
    nextOwnStream += 2;
    return id;
  }

  void open(H2Stream stream) {
    streams.add(stream);
  }

  /** Something came for the stream: it hears of the end of this read. */
  void touch(H2Stream stream) {
    if (stream.isTouched) {
      return;
    }
    stream.isTouched = true;
    if (touched == null) {
      touched = new H2Stream[4];
    } else if (touchedCount == touched.length) {
      touched = Arrays.copyOf(touched, touchedCount * 2);
    }
    touched[touchedCount++] = stream;
  }

  /** All that we have to say on it is said. */
  void onEndSent(H2Stream stream) {
    stream.isEndSent = true;
    stream.onEndSent();
    if (stream.isEndReceived && !stream.isGone && !stream.isKept()) {
      close(stream);
    }
  }

  /** The peer's message is complete; whether to read on. */
  boolean onRemoteEnd(H2Stream stream, @Nullable Headers trailers) {
    return rules.onRemoteEnd(stream, trailers);
  }

  /** The peer wants nothing more of what we say on it. */
  void stopSending(H2Stream stream) {
    sender.forget(stream);
    stream.isEnding = true;
    stream.isEndSent = true;
  }

  /** Ends a stream with an error of that code, or at once with NO_ERROR. Nobody else is told. */
  void reset(H2Stream stream, int code) {
    if (!stream.isGone) {
      reset(stream.id(), code);
      close(stream);
    }
  }

  /** Refuses a stream that was never opened here. */
  void reset(int streamId, int code) {
    if (isOver()) {
      return;
    }
    output.resetStream(streamId, code);
    if (resets.length == 0) {
      resets = new int[MOST_RESETS_KEPT];
    }
    resets[resetCount++ % MOST_RESETS_KEPT] = streamId;
    flush();
  }

  /** Whether it was us who reset the stream, so that more of it may be on its way. */
  boolean wasReset(int streamId) {
    for (int reset : resets) {
      if (reset == streamId) {
        return true;
      }
    }
    // With more than we remember, nobody knows: then it is the peer that is believed.
    return resetCount > MOST_RESETS_KEPT;
  }

  /** Takes it out of the table: both sides are done with it, or one has reset it. */
  void close(H2Stream stream) {
    if (!stream.isGone) {
      detach(stream);
      side.onStreamEnd(stream);
    }
  }

  private void detach(H2Stream stream) {
    stream.isGone = true;
    streams.remove(stream.id());
    sender.forget(stream);
    stream.dropHeld();
  }

  /** The stream is broken: takes it out of the table and tells it, and then its side. */
  void breakOff(H2Stream stream, int code, String reason, boolean isByPeer) {
    if (!stream.isGone) {
      detach(stream);
      stream.onReset(code, reason, isByPeer);
      side.onStreamEnd(stream);
    }
  }

  /** The peer has broken the rules on one stream (RFC 9113 §5.4.2); whether to read on. */
  boolean streamError(int streamId, @Nullable H2Stream stream, int code, String reason) {
    if (stream == null || !stream.isGone) {
      reset(streamId, code);
    }
    if (stream != null) {
      breakOff(stream, code, reason, false);
    }
    // Whoever makes us reset its streams costs as much as who resets them.
    return floods.onReset() ? !isOver() : tooMany("streams that were reset");
  }

  /** As {@link #streamError}, for the side. */
  void refuse(int streamId, @Nullable H2Stream stream, int code, String reason) {
    var _ = streamError(streamId, stream, code, reason);
  }

  /** The peer has broken the rules (RFC 9113 §5.4.1): tells it, and ends. Always false. */
  boolean fail(int code, String reason) {
    if (isOver()) {
      return false;
    }
    goAway(lastPeerStream, code, reason);
    isOver = true;
    side.onBroken(code, reason);
    return false;
  }

  /** The peer has ended a stream that we had reset: nothing of it is on its way any more. */
  void forgetReset(int streamId) {
    for (int i = 0; i < resets.length; i++) {
      if (resets[i] == streamId) {
        resets[i] = 0;
      }
    }
  }

  /** Ends it because of a flood. Always false. */
  boolean tooMany(String what) {
    return fail(ErrorCode.ENHANCE_YOUR_CALM, "too many " + what);
  }

  // --- sending ---

  /** Says that streams above that number are not served (RFC 9113 §6.8). */
  void goAway(int lastStreamId, int code, String reason) {
    byte[] text = Ascii.bytes(reason);
    ByteBuf out = output.frame(Frames.GOAWAY, 0, 0, 8 + text.length);
    out.writeInt(lastStreamId).writeInt(code).writeBytes(text);
    ignoreAbove = lastStreamId;
    flush();
  }

  void ping(long data) {
    output.frame(Frames.PING, 0, 0, 8).writeLong(data);
    flush();
  }

  /** A DATA frame begins; false where it is more than the connection's window. */
  boolean takeWindow(int bytes) {
    receiveWindow -= bytes;
    return receiveWindow >= 0;
  }

  /** Whether the peer was told that the stream is not served. */
  boolean isTurnedAway(int streamId) {
    return streamId > ignoreAbove;
  }

  void lastPeerStream(int streamId) {
    lastPeerStream = streamId;
  }

  /** Sends the fields after a body, and ends the stream. */
  void sendTrailers(H2Stream stream, Headers trailers) {
    ByteBuf out = output.beginHead(mostEncoded(trailers));
    encoder.begin(out);
    for (int i = 0; i < trailers.size(); i++) {
      if (!trailers.isRemoved(i)) {
        encoder.field(out, trailers, i);
      }
    }
    output.endHead(stream.id(), true);
  }

  /** An upper bound for the fields' length in a header block. */
  static int mostEncoded(Headers headers) {
    return headers.length() + headers.size() * 12 + 64;
  }

  /** So many bytes of a body have been taken: the peer may send as many more, on some stream. */
  void credit(int bytes) {
    owed += bytes;
    if (owed >= settings.connectionWindow() / 2 && !isOver()) {
      receiveWindow += owed;
      output.windowUpdate(0, owed);
      owed = 0;
    }
  }

  /** What was written leaves soon: with the end of this read, or of this turn of the loop. */
  void flush() {
    if (isProcessing || isFlushDue || isClosed) {
      return;
    }
    if (connection.isWritable()) {
      isFlushDue = true;
      loop().execute(flushLater);
    } else {
      flushNow(); // who asks wants to know whether that changes
    }
  }

  private void onTurnEnd() {
    isFlushDue = false;
    if (!isClosed) {
      flushNow();
    }
  }

  void flushNow() {
    output.flush();
  }

  // --- the connection's events ---

  @Override
  public void onData(ByteBuf data) {
    isProcessing = true;
    try {
      if (!isOver() && (prefaceCount == Frames.PREFACE.length || readPreface(data))) {
        reader.read(data);
      }
    } finally {
      isProcessing = false;
      data.release();
    }
  }

  // RFC 9113 §3.4
  private boolean readPreface(ByteBuf data) {
    while (data.isReadable() && prefaceCount < Frames.PREFACE.length) {
      if (data.readByte() != Frames.PREFACE[prefaceCount++]) {
        return fail(ErrorCode.PROTOCOL_ERROR, "no HTTP/2 preface");
      }
    }
    return prefaceCount == Frames.PREFACE.length;
  }

  @Override
  public void onReadComplete() {
    // New ones may come while they are told; those that are gone are not.
    for (int i = 0; i < touchedCount && touched != null; i++) {
      H2Stream stream = touched[i];
      touched[i] = null;
      if (stream != null) {
        stream.isTouched = false;
        if (!stream.isGone) {
          stream.onReadComplete();
        }
      }
    }
    touchedCount = 0;
    if (!isClosed) {
      side.onReadDone();
      flushNow();
    }
    if (!isClosed && !isPaused && output.pendingBytes() > MOST_UNSENT) {
      isPaused = true;
      connection.reading(false);
    }
  }

  @Override
  public void onInputClosed() {
    side.onInputClosed();
  }

  @Override
  public void onWritable() {
    if (isClosed) {
      return;
    }
    sender.pump();
    if (!isClosed) {
      flushNow();
    }
    if (isPaused && !isOver() && connection.isWritable()) {
      isPaused = false;
      connection.reading(true);
    }
  }

  @Override
  public void onClosed(@Nullable IOException cause) {
    isClosed = true;
    reader.release();
    output.release();
    side.onClosed(cause);
  }

  // --- header blocks ---

  /**
   * Decodes a header block into the sink.
   *
   * @return the size of its list, or -1 where it is broken, and the connection with it
   */
  long decode(byte[] bytes, int start, int end, long most, FieldSink sink) {
    try {
      return decoder.decode(bytes, start, end, most, sink);
    } catch (HpackException e) {
      var _ = fail(ErrorCode.COMPRESSION_ERROR, String.valueOf(e.getMessage()));
      return -1;
    }
  }

  /** Decodes a header block that nobody wants: the tables move on. */
  boolean skip(byte[] bytes, int start, int end) {
    return decode(bytes, start, end, -1, NOBODY) >= 0;
  }

  /** Whether the stream was never opened. */
  boolean isIdle(int streamId) {
    boolean isPeers = (streamId & 1) == (isServer ? 1 : 0);
    return isPeers ? streamId > lastPeerStream : streamId >= nextOwnStream || isServer;
  }
}
