package dev.signalbox.http.h2;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Cuts frames out of the bytes of a connection (RFC 9113 §4.1). The data of DATA frames is handed
 * on as it lies in the buffer, in parts; every other frame is collected whole, which is at most 16
 * KB. Between frames it holds nothing. On its connection's loop.
 */
final class FrameReader {
  /** Who is told of frames. Each method says whether to read on. */
  interface Receiver {
    /** A DATA frame begins; {@code length} is what it takes of the windows. */
    boolean onDataHead(int streamId, boolean isEndStream, int length);

    /** A part of its data, which is never empty; the receiver releases it. */
    boolean onDataPart(ByteBuf part);

    /** It is complete; {@code padding} bytes of its length were none of its data. */
    boolean onDataEnd(int padding);

    /** Any other frame. The payload begins at 0 and is valid during the call. */
    boolean onFrame(int type, int flags, int streamId, byte[] payload, int length);

    /** What came is no frame that may come. */
    boolean onBadFrame(int code, String reason);
  }

  private enum State {
    HEAD,
    PAYLOAD,
    PAD_LENGTH,
    DATA,
    PADDING
  }

  private final H2Loop h2;
  private final Receiver receiver;
  private State state = State.HEAD;
  private long headBytes; // of a head that has come in part: the bytes so far
  private int headCount;
  private int length;
  private int type;
  private int flags;
  private int streamId;
  private int remaining; // of the data
  private int padding; // what is left of it
  private int paid; // padding, with the byte that says how long it is
  private byte @Nullable [] partial;
  private int partialLength;
  private int frames; // that have come whole

  FrameReader(H2Loop h2, Receiver receiver) {
    this.h2 = h2;
    this.receiver = receiver;
  }

  /** Whether a frame other than DATA has come in part. */
  boolean isMidFrame() {
    return headCount > 0 || state == State.PAYLOAD;
  }

  /** A number for the frame other than DATA that has come in part; 0 where there is none. */
  int mark() {
    return isMidFrame() ? 1 + (frames & 0x3fffffff) : 0;
  }

  /** Reads all there is, unless the receiver has enough. */
  void read(ByteBuf in) {
    boolean goesOn = true;
    while (goesOn) {
      switch (state) {
        case HEAD -> {
          if (!readHead(in)) {
            return;
          }
          goesOn = begin();
        }
        case PAYLOAD -> {
          if (in.readableBytes() < length - partialLength) {
            keep(in);
            return;
          }
          goesOn = readPayload(in);
        }
        case PAD_LENGTH -> {
          if (!in.isReadable()) {
            return;
          }
          padding = in.readUnsignedByte();
          paid = padding + 1;
          if (padding >= length) { // RFC 9113 §6.1
            goesOn = receiver.onBadFrame(ErrorCode.PROTOCOL_ERROR, "padding longer than its frame");
          }
          remaining = length - 1 - padding;
          state = State.DATA;
        }
        case DATA -> {
          int count = Math.min(remaining, in.readableBytes());
          if (count > 0) {
            remaining -= count;
            goesOn = receiver.onDataPart(in.readRetainedSlice(count));
          } else if (remaining > 0) {
            return;
          }
          if (remaining == 0) {
            state = State.PADDING;
          }
        }
        case PADDING -> {
          int count = Math.min(padding, in.readableBytes());
          in.skipBytes(count);
          padding -= count;
          if (padding > 0) {
            return;
          }
          state = State.HEAD;
          frames++;
          goesOn = receiver.onDataEnd(paid);
        }
      }
    }
  }

  private boolean readHead(ByteBuf in) {
    if (headCount == 0 && in.readableBytes() >= Frames.HEADER) {
      int first = in.readInt();
      length = first >>> 8;
      type = first & 0xff;
      flags = in.readUnsignedByte();
      streamId = in.readInt() & 0x7fffffff; // the highest bit is reserved
      return true;
    }
    while (in.isReadable() && headCount < Frames.HEADER) {
      int next = in.readUnsignedByte();
      if (headCount < 4) {
        length = headCount == 0 ? 0 : length;
        if (headCount < 3) {
          length = length << 8 | next;
        } else {
          type = next;
        }
      } else {
        headBytes = headBytes << 8 | next;
      }
      headCount++;
    }
    if (headCount < Frames.HEADER) {
      return false;
    }
    flags = (int) (headBytes >>> 32) & 0xff;
    streamId = (int) headBytes & 0x7fffffff;
    headCount = 0;
    headBytes = 0;
    return true;
  }

  private boolean begin() {
    if (length > Frames.MOST) { // RFC 9113 §4.2
      return receiver.onBadFrame(ErrorCode.FRAME_SIZE_ERROR, "a frame longer than 16384 bytes");
    }
    if (type != Frames.DATA) {
      state = State.PAYLOAD;
      return true;
    }
    paid = 0;
    padding = 0;
    remaining = length;
    boolean isPadded = (flags & Frames.PADDED) != 0;
    state = isPadded ? State.PAD_LENGTH : State.DATA;
    if (isPadded && length == 0) {
      return receiver.onBadFrame(ErrorCode.FRAME_SIZE_ERROR, "no room for the padding's length");
    }
    return receiver.onDataHead(streamId, (flags & Frames.END_STREAM) != 0, length);
  }

  private boolean readPayload(ByteBuf in) {
    state = State.HEAD;
    frames++;
    byte[] waiting = partial;
    byte[] payload = waiting == null ? h2.scratch() : waiting;
    in.readBytes(payload, partialLength, length - partialLength);
    partial = null;
    partialLength = 0;
    boolean goesOn = receiver.onFrame(type, flags, streamId, payload, length);
    if (waiting != null) {
      h2.givePayload(waiting);
    }
    return goesOn;
  }

  private void keep(ByteBuf in) {
    int count = in.readableBytes();
    if (count > 0) {
      byte[] waiting = partial;
      if (waiting == null) {
        waiting = h2.takePayload();
        partial = waiting;
      }
      in.readBytes(waiting, partialLength, count);
      partialLength += count;
    }
  }

  /** The connection is over. */
  void release() {
    if (partial != null) {
      h2.givePayload(partial);
      partial = null;
    }
  }
}
