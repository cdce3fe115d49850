package dev.signalbox.http.h1;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.WriteBuffer;
import dev.signalbox.net.Connection;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What leaves on one HTTP/1 connection: heads and small bodies gathered in one buffer, large body
 * parts as they came, body framing between.
 */
final class Output extends WriteBuffer {
  /** Body parts up to this size are copied behind what is pending; larger ones go as they are. */
  private static final int COPY_AT_MOST = 4096;

  private static final byte[] LAST_CHUNK = Ascii.bytes("0\r\n");
  private static final byte[] HEX = Ascii.bytes("0123456789abcdef");

  private boolean isChunked;

  Output(Connection connection) {
    super(connection);
  }

  /** Whether the body that follows is sent in chunks. */
  void chunked(boolean isWanted) {
    isChunked = isWanted;
  }

  /** Sends a body part and takes ownership of it. */
  void body(ByteBuf data) {
    int length = data.readableBytes();
    if (length == 0) { // an empty chunk would be the last one
      data.release();
      return;
    }
    if (isChunked) {
      writeChunkSize(room(18), length);
    }
    if (length <= COPY_AT_MOST) {
      room(length + 2).writeBytes(data);
      data.release();
    } else {
      push();
      connection().write(data);
      if (!isChunked) {
        // At once: as long as the client keeps up, the same buffer serves the next read, and its
        // bytes are still in the processor's cache.
        connection().flush();
      }
    }
    if (isChunked) {
      room(2).writeBytes(HeadWriter.CRLF);
    }
  }

  /** Ends a body that is sent in chunks (RFC 9112 §7.1). */
  void lastChunk(@Nullable Headers trailers) {
    ByteBuf out = room(trailers == null ? 8 : HeadWriter.sizeOf(trailers));
    out.writeBytes(LAST_CHUNK);
    if (trailers != null) {
      HeadWriter.fields(trailers, out);
    }
    out.writeBytes(HeadWriter.CRLF);
  }

  private static void writeChunkSize(ByteBuf out, int length) {
    int shift = 28 - (Integer.numberOfLeadingZeros(length) & ~3);
    for (; shift >= 0; shift -= 4) {
      out.writeByte(HEX[length >>> shift & 0xf]);
    }
    out.writeBytes(HeadWriter.CRLF);
  }
}
