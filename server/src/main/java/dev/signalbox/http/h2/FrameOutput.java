package dev.signalbox.http.h2;

import dev.signalbox.http.WriteBuffer;
import dev.signalbox.net.Connection;
import dev.signalbox.net.Loop;
import io.netty.buffer.ByteBuf;

/**
 * What leaves on one HTTP/2 connection: frames gathered in one buffer, long data as it came where
 * that costs nothing. It knows no windows.
 */
final class FrameOutput extends WriteBuffer {
  /** Data up to this size is copied behind what is pending. */
  private static final int COPY_AT_MOST = 4096;

  /** Data is not cut for less room than this. */
  private static final int LEAST_CUT = 2048;

  private final boolean copies;
  private int lastFlagsAt = -1; // where the flags of the last frame of a message stand
  private int lastStream;
  private int headStart;

  /**
   * @param copies whether long data is copied too, so that encryption finds it in one piece: a
   *     record of its own for each frame's head costs more than the copy
   */
  FrameOutput(Connection connection, boolean copies) {
    super(connection);
    this.copies = copies;
  }

  /** Begins a frame whose payload of that length the caller writes into what it gets. */
  ByteBuf frame(int type, int flags, int streamId, int length) {
    ByteBuf out = room(Frames.HEADER + length);
    out.writeInt(length << 8 | type);
    out.writeByte(flags);
    out.writeInt(streamId);
    lastFlagsAt = -1;
    return out;
  }

  /** What is no frame: a client's preface. */
  void raw(byte[] bytes) {
    room(bytes.length).writeBytes(bytes);
  }

  void resetStream(int streamId, int code) {
    frame(Frames.RST_STREAM, 0, streamId, 4).writeInt(code);
  }

  void windowUpdate(int streamId, int increment) {
    frame(Frames.WINDOW_UPDATE, 0, streamId, 4).writeInt(increment);
  }

  // --- heads ---

  /**
   * Begins a header block.
   *
   * @param most an upper bound of its length
   */
  ByteBuf beginHead(int most) {
    ByteBuf out = room(Frames.HEADER + most);
    headStart = out.writerIndex();
    out.writeZero(Frames.HEADER);
    return out;
  }

  /** Ends it: one HEADERS frame, or as many more as its length asks for (RFC 9113 §4.3). */
  void endHead(int streamId, boolean isEndStream) {
    ByteBuf out = room(0);
    int length = out.writerIndex() - headStart - Frames.HEADER;
    int flags = isEndStream ? Frames.END_STREAM : 0;
    lastStream = streamId;
    if (length <= Frames.MOST) {
      header(out, headStart, length, Frames.HEADERS, flags | Frames.END_HEADERS, streamId);
      lastFlagsAt = headStart + 4;
      return;
    }
    int frames = (length + Frames.MOST - 1) / Frames.MOST;
    ByteBuf all = connection().loop().allocator().directBuffer(length + frames * Frames.HEADER);
    int from = headStart + Frames.HEADER;
    for (int i = 0; i < frames; i++) {
      int count = Math.min(Frames.MOST, out.writerIndex() - from);
      int at = all.writerIndex();
      all.writeZero(Frames.HEADER);
      boolean isLast = i == frames - 1;
      header(
          all,
          at,
          count,
          i == 0 ? Frames.HEADERS : Frames.CONTINUATION,
          (i == 0 ? flags : 0) | (isLast ? Frames.END_HEADERS : 0),
          streamId);
      all.writeBytes(out, from, count);
      from += count;
    }
    out.writerIndex(headStart);
    push();
    begin(all);
    lastFlagsAt = 4; // END_STREAM belongs to the first of them
  }

  private static void header(ByteBuf out, int at, int length, int type, int flags, int streamId) {
    out.setInt(at, length << 8 | type);
    out.setByte(at + 4, flags);
    out.setInt(at + 5, streamId);
  }

  // --- data ---

  /** Sends so many bytes of the data, which moves on over them and stays the caller's. */
  void data(int streamId, ByteBuf data, int count, boolean isEndStream) {
    int left = count;
    do {
      int length = Math.min(left, Frames.MOST);
      boolean isCopied = copies || length <= COPY_AT_MOST;
      if (isCopied) {
        ByteBuf gathered = pending();
        int free = gathered == null ? 0 : gathered.writableBytes() - Frames.HEADER;
        if (length > free) {
          length = free >= LEAST_CUT ? free : Math.min(length, Loop.WRITE_BUFFER - Frames.HEADER);
        }
      }
      left -= length;
      int flags = isEndStream && left == 0 ? Frames.END_STREAM : 0;
      ByteBuf out = frame(Frames.DATA, flags, streamId, isCopied ? length : 0);
      int at = out.writerIndex() - Frames.HEADER;
      if (isCopied) {
        out.writeBytes(data, length);
        lastStream = streamId;
        lastFlagsAt = at + 4;
      } else {
        out.setInt(at, length << 8 | Frames.DATA);
        push();
        connection().write(data.readRetainedSlice(length));
      }
    } while (left > 0);
  }

  /** Ends the stream: in the frame that was written last where it is its own, or in one more. */
  void endStream(int streamId) {
    ByteBuf out = pending();
    if (out != null && lastFlagsAt >= 0 && lastStream == streamId) {
      out.setByte(lastFlagsAt, out.getByte(lastFlagsAt) | Frames.END_STREAM);
    } else {
      frame(Frames.DATA, Frames.END_STREAM, streamId, 0);
    }
  }

  // --- on its way ---

  @Override
  public void push() {
    lastFlagsAt = -1;
    super.push();
  }

  @Override
  public void release() {
    lastFlagsAt = -1;
    super.release();
  }
}
