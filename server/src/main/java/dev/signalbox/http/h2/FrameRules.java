package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What each frame of a peer does (RFC 9113 §6), in which order they may come (§5.1), and how many
 * of those that bring nothing. On its connection's loop.
 */
final class FrameRules implements FrameReader.Receiver {
  private final H2Core core;
  private final H2Settings settings;
  private final H2Side side;
  private final boolean isServer;
  private final FrameOutput output;
  private final Sender sender;
  private final StreamTable streams;
  private final Floods floods;

  private boolean hasSettings;
  private boolean isAcknowledged;
  private int peerMaxStreams = Integer.MAX_VALUE;
  private boolean takesConnectProtocol;

  // A header block that goes on in CONTINUATION frames.
  private int blockStream;
  private boolean isBlockEnd;
  private boolean isBlockBad;
  private byte[] block = {};
  private int blockLength;
  private int continuations;
  private int blocks; // that needed more than one frame

  private @Nullable H2Stream dataStream; // whose DATA frame is being read
  private boolean isDataEnd;
  private int dataBytes;

  FrameRules(H2Core core, boolean isServer, H2Side side) {
    this.core = core;
    this.settings = core.settings();
    this.side = side;
    this.isServer = isServer;
    this.output = core.output();
    this.sender = core.sender();
    this.streams = core.streams();
    this.floods = core.floods();
  }

  boolean hasSettings() {
    return hasSettings;
  }

  boolean isAcknowledged() {
    return isAcknowledged;
  }

  int peerMaxStreams() {
    return peerMaxStreams;
  }

  boolean takesConnectProtocol() {
    return takesConnectProtocol;
  }

  /** A number for the header block that has come in part; negative. */
  int blockMark() {
    return -1 - (blocks & 0x7fffffff);
  }

  /** Whether a header block has come in part. */
  boolean isMidBlock() {
    return blockStream != 0;
  }

  @Override
  public boolean onBadFrame(int code, String reason) {
    return core.fail(code, reason);
  }

  private boolean isExpected(int type, int flags, int streamId) {
    if (blockStream != 0 && (type != Frames.CONTINUATION || streamId != blockStream)) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, "another frame within a header block"); // §6.10
    }
    if (!hasSettings && (type != Frames.SETTINGS || (flags & Frames.ACK) != 0)) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, "no SETTINGS at first"); // §3.4
    }
    return true;
  }

  @Override
  public boolean onDataHead(int streamId, boolean isEndStream, int length) {
    if (!isExpected(Frames.DATA, 0, streamId)) {
      return false;
    }
    if (!core.takeWindow(length)) { // §6.9.1
      return core.fail(ErrorCode.FLOW_CONTROL_ERROR, "more data than the connection's window");
    }
    dataStream = null;
    dataBytes = 0;
    isDataEnd = isEndStream;
    H2Stream stream = streams.get(streamId);
    if (stream == null) {
      return onClosedStream(streamId, isEndStream, "DATA");
    }
    if (stream.isEndReceived) { // §5.1
      return core.streamError(streamId, stream, ErrorCode.STREAM_CLOSED, "DATA after the end");
    }
    if (!stream.takeWindow(length)) {
      return core.streamError(
          streamId, stream, ErrorCode.FLOW_CONTROL_ERROR, "more data than the stream's window");
    }
    dataStream = stream;
    return true;
  }

  /** A frame for a stream that is not open; whether that may be. */
  private boolean onClosedStream(int streamId, boolean isEnd, String what) {
    if (streamId == 0) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, what + " without a stream");
    }
    if (core.isIdle(streamId)) { // §5.1
      return core.fail(ErrorCode.PROTOCOL_ERROR, what + " on a stream that was never opened");
    }
    if (core.wasReset(streamId) || core.isTurnedAway(streamId)) {
      if (isEnd) {
        core.forgetReset(streamId);
      }
      return floods.onControl() || core.tooMany("frames of closed streams");
    }
    return core.fail(ErrorCode.STREAM_CLOSED, what + " on a closed stream");
  }

  @Override
  public boolean onDataPart(ByteBuf part) {
    int bytes = part.readableBytes();
    dataBytes += bytes;
    H2Stream stream = dataStream;
    if (stream == null || stream.isGone) {
      part.release();
      core.credit(bytes);
    } else if (!stream.fits(bytes)) {
      part.release();
      core.credit(bytes);
      return core.streamError(
          stream.id(), stream, ErrorCode.PROTOCOL_ERROR, "more data than its content-length");
    } else {
      core.touch(stream);
      stream.receive(part);
    }
    return !core.isOver();
  }

  @Override
  public boolean onDataEnd(int padding) {
    H2Stream stream = dataStream;
    if (padding > 0) {
      if (stream == null) {
        core.credit(padding);
      } else {
        stream.credit(padding);
      }
    }
    if (dataBytes == 0 && !isDataEnd && !floods.onControl()) {
      return core.tooMany("empty DATA frames");
    }
    dataStream = null;
    if (isDataEnd && stream != null && !stream.isGone) {
      return onRemoteEnd(stream, null);
    }
    return !core.isOver();
  }

  /** The peer's message is complete. */
  boolean onRemoteEnd(H2Stream stream, @Nullable Headers trailers) {
    if (stream.bodyLeft > 0) { // §8.1.1
      return core.streamError(
          stream.id(), stream, ErrorCode.PROTOCOL_ERROR, "less data than its content-length");
    }
    stream.receiveEnd(trailers);
    if (stream.isEndSent && !stream.isGone && !stream.isKept()) {
      core.close(stream);
    }
    return !core.isOver();
  }

  @Override
  public boolean onFrame(int type, int flags, int streamId, byte[] payload, int length) {
    if (!isExpected(type, flags, streamId)) {
      return false;
    }
    return switch (type) {
      case Frames.HEADERS -> onHeaders(flags, streamId, payload, length);
      case Frames.CONTINUATION -> onContinuation(flags, payload, length);
      case Frames.WINDOW_UPDATE -> onWindowUpdate(streamId, payload, length);
      case Frames.SETTINGS -> onSettings(flags, streamId, payload, length);
      case Frames.PING -> onPing(flags, streamId, payload, length);
      case Frames.RST_STREAM -> onResetStream(streamId, payload, length);
      case Frames.GOAWAY -> onGoAway(streamId, payload, length);
      case Frames.PRIORITY -> onPriority(streamId, payload, length);
      case Frames.PRIORITY_UPDATE -> onPriorityUpdate(streamId, payload, length);
      case Frames.PUSH_PROMISE -> // §8.4: only a server may, and only if we let it
          core.fail(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE");
      default -> // §4.1: unknown types are ignored
          floods.onControl() || core.tooMany("frames of unknown types");
    };
  }

  // §6.2
  private boolean onHeaders(int flags, int streamId, byte[] payload, int length) {
    if (streamId == 0) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, "HEADERS without a stream");
    }
    int start = 0;
    int end = length;
    if ((flags & Frames.PADDED) != 0) {
      if (length == 0) {
        return core.fail(ErrorCode.FRAME_SIZE_ERROR, "no room for the padding's length");
      }
      end -= payload[start++] & 0xff;
    }
    isBlockBad = false;
    if ((flags & Frames.WITH_PRIORITY) != 0) {
      if (end - start < 5) {
        return core.fail(ErrorCode.FRAME_SIZE_ERROR, "HEADERS without room for its priority");
      }
      isBlockBad = (Frames.readInt(payload, start) & 0x7fffffff) == streamId;
      start += 5;
    }
    if (end < start) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, "padding longer than its frame");
    }
    isBlockEnd = (flags & Frames.END_STREAM) != 0;
    if ((flags & Frames.END_HEADERS) != 0) {
      return onBlock(streamId, payload, start, end);
    }
    blockStream = streamId;
    blockLength = 0;
    continuations = 0;
    blocks++;
    collect(payload, start, end);
    return true;
  }

  // §6.10
  private boolean onContinuation(int flags, byte[] payload, int length) {
    if (blockStream == 0) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, "CONTINUATION without a header block");
    }
    if (++continuations > settings.maxContinuations()) {
      return core.tooMany("CONTINUATION frames");
    }
    if (blockLength + length > settings.maxHeaderBlock()) {
      return core.fail(ErrorCode.ENHANCE_YOUR_CALM, "a header block that is too long");
    }
    collect(payload, 0, length);
    if ((flags & Frames.END_HEADERS) == 0) {
      return true;
    }
    int streamId = blockStream;
    blockStream = 0;
    byte[] complete = block;
    block = new byte[0]; // an idle connection keeps none
    return onBlock(streamId, complete, 0, blockLength);
  }

  private void collect(byte[] payload, int start, int end) {
    int count = end - start;
    if (block.length < blockLength + count) {
      block = Arrays.copyOf(block, Math.max(2 * block.length, blockLength + count));
    }
    System.arraycopy(payload, start, block, blockLength, count);
    blockLength += count;
  }

  private boolean onBlock(int streamId, byte[] bytes, int start, int end) {
    H2Stream stream = streams.get(streamId);
    boolean isNew = stream == null && isServer && core.isIdle(streamId);
    if (isBlockBad) { // RFC 7540 §5.3.1
      if (isNew) {
        core.lastPeerStream(streamId);
      }
      return core.skip(bytes, start, end)
          && core.streamError(streamId, stream, ErrorCode.PROTOCOL_ERROR, "depends on itself");
    }
    if (isNew) {
      if ((streamId & 1) == 0) { // §5.1.1
        return core.fail(ErrorCode.PROTOCOL_ERROR, "an even number for a client's stream");
      }
      core.lastPeerStream(streamId);
      if (core.isTurnedAway(streamId)) {
        return core.skip(bytes, start, end); // §6.8: the client knows, or will soon
      }
    } else if (stream == null) {
      return onClosedStream(streamId, isBlockEnd, "HEADERS") && core.skip(bytes, start, end);
    } else if (stream.isEndReceived) { // §5.1
      return core.skip(bytes, start, end)
          && core.streamError(streamId, stream, ErrorCode.STREAM_CLOSED, "HEADERS after the end");
    }
    side.onHeaders(streamId, stream, bytes, start, end, isBlockEnd);
    return !core.isOver();
  }

  // §6.9
  private boolean onWindowUpdate(int streamId, byte[] payload, int length) {
    if (length != 4) {
      return core.fail(ErrorCode.FRAME_SIZE_ERROR, "WINDOW_UPDATE of " + length + " bytes");
    }
    int increment = Frames.readInt(payload, 0) & 0x7fffffff;
    if (!floods.onWindowUpdate()) {
      return core.tooMany("WINDOW_UPDATE frames");
    }
    if (streamId == 0) {
      if (increment == 0) {
        return core.fail(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE by nothing");
      }
      return sender.widen(increment)
          ? !core.isOver()
          : core.fail(ErrorCode.FLOW_CONTROL_ERROR, "a window beyond 2^31-1");
    }
    H2Stream stream = streams.get(streamId);
    if (stream == null) {
      return core.isIdle(streamId)
          ? core.fail(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE on a stream that was never opened")
          : floods.onControl() || core.tooMany("frames of closed streams");
    }
    if (increment == 0) {
      return core.streamError(
          streamId, stream, ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE by nothing");
    }
    return sender.widen(stream, increment)
        ? !core.isOver()
        : core.streamError(
            streamId, stream, ErrorCode.FLOW_CONTROL_ERROR, "a window beyond 2^31-1");
  }

  // §6.4
  private boolean onResetStream(int streamId, byte[] payload, int length) {
    if (length != 4) {
      return core.fail(ErrorCode.FRAME_SIZE_ERROR, "RST_STREAM of " + length + " bytes");
    }
    if (streamId == 0 || core.isIdle(streamId)) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, "RST_STREAM on a stream that was never opened");
    }
    H2Stream stream = streams.get(streamId);
    if (stream == null) {
      core.forgetReset(streamId);
      return floods.onControl() || core.tooMany("frames of closed streams");
    }
    int code = Frames.readInt(payload, 0);
    if (stream.isKept()) { // §8.1: what is complete counts all the same
      core.stopSending(stream);
      return floods.onReset() ? !core.isOver() : core.tooMany("streams that were reset");
    }
    core.breakOff(stream, code, "RST_STREAM with " + ErrorCode.name(code), true);
    return floods.onReset() ? !core.isOver() : core.tooMany("streams that were reset");
  }

  // §6.5
  private boolean onSettings(int flags, int streamId, byte[] payload, int length) {
    if (streamId != 0) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, "SETTINGS on a stream");
    }
    if (!floods.onControl()) {
      return core.tooMany("SETTINGS frames");
    }
    if ((flags & Frames.ACK) != 0) {
      isAcknowledged = true;
      return length == 0
          || core.fail(ErrorCode.FRAME_SIZE_ERROR, "an acknowledgement with a payload");
    }
    if (length % 6 != 0) {
      return core.fail(ErrorCode.FRAME_SIZE_ERROR, "SETTINGS of " + length + " bytes");
    }
    hasSettings = true;
    for (int at = 0; at < length; at += 6) {
      int id = (payload[at] & 0xff) << 8 | (payload[at + 1] & 0xff);
      if (!onSetting(id, Frames.readInt(payload, at + 2) & 0xffffffffL)) {
        return false;
      }
    }
    var _ = output.frame(Frames.SETTINGS, Frames.ACK, 0, 0);
    side.onPeerSettings();
    return !core.isOver();
  }

  // §6.5.2
  private boolean onSetting(int id, long value) {
    switch (id) {
      case Frames.HEADER_TABLE_SIZE ->
          core.encoder().maxTableSize((int) Math.min(value, Integer.MAX_VALUE));
      case Frames.MAX_CONCURRENT_STREAMS ->
          peerMaxStreams = (int) Math.min(value, Integer.MAX_VALUE);
      case Frames.INITIAL_WINDOW_SIZE -> {
        if (value > Frames.MAX_WINDOW || !sender.initialWindow((int) value)) {
          return core.fail(ErrorCode.FLOW_CONTROL_ERROR, "a window beyond 2^31-1");
        }
        return !core.isOver();
      }
      case Frames.MAX_FRAME_SIZE -> {
        if (value < Frames.MOST || value > 0xffffff) {
          return core.fail(ErrorCode.PROTOCOL_ERROR, "SETTINGS_MAX_FRAME_SIZE of " + value);
        } // we never send longer ones than everybody takes
      }
      case Frames.ENABLE_PUSH -> {
        if (value > (isServer ? 1 : 0)) {
          return core.fail(ErrorCode.PROTOCOL_ERROR, "SETTINGS_ENABLE_PUSH of " + value);
        }
      }
      case Frames.ENABLE_CONNECT_PROTOCOL -> { // RFC 8441 §3
        if (value > 1 || (value == 0 && takesConnectProtocol)) {
          return core.fail(
              ErrorCode.PROTOCOL_ERROR, "SETTINGS_ENABLE_CONNECT_PROTOCOL of " + value);
        }
        takesConnectProtocol = value == 1;
      }
      case Frames.NO_RFC7540_PRIORITIES -> {
        if (value > 1) { // RFC 9218 §2.1
          return core.fail(ErrorCode.PROTOCOL_ERROR, "SETTINGS_NO_RFC7540_PRIORITIES of " + value);
        }
      }
      default -> {} // unknown ones are ignored
    }
    return true;
  }

  // §6.7
  private boolean onPing(int flags, int streamId, byte[] payload, int length) {
    if (streamId != 0) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, "PING on a stream");
    }
    if (length != 8) {
      return core.fail(ErrorCode.FRAME_SIZE_ERROR, "PING of " + length + " bytes");
    }
    if (!floods.onControl()) {
      return core.tooMany("PING frames");
    }
    if ((flags & Frames.ACK) != 0) {
      side.onPong(
          (long) Frames.readInt(payload, 0) << 32 | (Frames.readInt(payload, 4) & 0xffffffffL));
    } else {
      output.frame(Frames.PING, Frames.ACK, 0, 8).writeBytes(payload, 0, 8);
    }
    return !core.isOver();
  }

  // §6.8
  private boolean onGoAway(int streamId, byte[] payload, int length) {
    if (streamId != 0) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, "GOAWAY on a stream");
    }
    if (length < 8) {
      return core.fail(ErrorCode.FRAME_SIZE_ERROR, "GOAWAY of " + length + " bytes");
    }
    if (!floods.onControl()) {
      return core.tooMany("GOAWAY frames");
    }
    side.onGoAway(
        Frames.readInt(payload, 0) & 0x7fffffff,
        Frames.readInt(payload, 4),
        Ascii.text(payload, 8, length));
    return !core.isOver();
  }

  // §6.3: of no meaning any more, but its form still counts
  private boolean onPriority(int streamId, byte[] payload, int length) {
    if (streamId == 0) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, "PRIORITY without a stream");
    }
    if (!floods.onControl()) {
      return core.tooMany("PRIORITY frames");
    }
    boolean isSound = length == 5;
    if (isSound && (Frames.readInt(payload, 0) & 0x7fffffff) != streamId) {
      return true;
    }
    int code = isSound ? ErrorCode.PROTOCOL_ERROR : ErrorCode.FRAME_SIZE_ERROR;
    String reason = isSound ? "depends on itself" : "PRIORITY of " + length + " bytes";
    H2Stream stream = streams.get(streamId);
    return stream == null
        ? core.fail(code, reason)
        : core.streamError(streamId, stream, code, reason);
  }

  // RFC 9218 §7.1
  private boolean onPriorityUpdate(int streamId, byte[] payload, int length) {
    if (!isServer || streamId != 0) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, "PRIORITY_UPDATE where none may be");
    }
    if (length < 4) {
      return core.fail(ErrorCode.FRAME_SIZE_ERROR, "PRIORITY_UPDATE of " + length + " bytes");
    }
    int prioritised = Frames.readInt(payload, 0) & 0x7fffffff;
    if (prioritised == 0) {
      return core.fail(ErrorCode.PROTOCOL_ERROR, "PRIORITY_UPDATE without a stream");
    }
    if (!floods.onControl()) {
      return core.tooMany("PRIORITY_UPDATE frames");
    }
    side.onPriorityUpdate(prioritised, payload, 4, length);
    return !core.isOver();
  }
}
