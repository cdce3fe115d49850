package dev.signalbox.proxy;

import dev.signalbox.http.Ascii;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The base64 of gRPC-Web's text form, part by part: a stream of quanta, in which padding may stand
 * after any message (RFC 4648 §4). Keeps at most the rest of one quantum. One for each body and
 * direction; on its exchange's loop.
 */
final class GrpcWebText {
  private static final byte[] ALPHABET =
      Ascii.bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  private static final byte[] VALUES = new byte[256];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int i = 0; i < ALPHABET.length; i++) {
      VALUES[ALPHABET[i]] = (byte) i;
    }
  }

  private int rest; // the bits of the quantum that has begun
  private int count; // its characters when decoding, its bytes when encoding
  private int padding; // of its characters, those that stand for nothing
  private boolean isBroken;

  /** Decodes a part and releases it; null where the text is no base64. */
  @Nullable ByteBuf decode(ByteBuf text, ByteBufAllocator allocator) {
    ByteBuf out = allocator.directBuffer((text.readableBytes() + 3) / 4 * 3 + 3);
    while (text.isReadable() && !isBroken) {
      take(text.readByte(), out);
    }
    text.release();
    if (isBroken) {
      out.release();
      return null;
    }
    return out;
  }

  private void take(byte c, ByteBuf out) {
    if (c == '=') {
      padding++;
      isBroken = count < 2; // at least one byte stands in a quantum
      rest <<= 6;
    } else {
      int value = VALUES[c & 0xff];
      isBroken = value < 0 || padding > 0;
      rest = rest << 6 | value;
    }
    if (++count < 4 || isBroken) {
      return;
    }
    for (int i = 0; i < 3 - padding; i++) {
      out.writeByte(rest >> (16 - 8 * i));
    }
    rest = count = padding = 0;
  }

  /** Whether a decoded text may end here. */
  boolean isWhole() {
    return count == 0 && !isBroken;
  }

  /** Encodes a part and releases it; the last one or two bytes may wait for more. */
  ByteBuf encode(ByteBuf data, ByteBufAllocator allocator) {
    ByteBuf out = allocator.directBuffer((count + data.readableBytes()) / 3 * 4 + 4);
    while (data.isReadable()) {
      rest = rest << 8 | (data.readByte() & 0xff);
      if (++count == 3) {
        quantum(out, 4);
      }
    }
    data.release();
    return out;
  }

  /** Encodes what waits, with padding; null where nothing does. */
  @Nullable ByteBuf encodeRest(ByteBufAllocator allocator) {
    if (count == 0) {
      return null;
    }
    ByteBuf out = allocator.directBuffer(4);
    int characters = count + 1;
    rest <<= 8 * (3 - count);
    quantum(out, characters);
    for (int i = characters; i < 4; i++) {
      out.writeByte('=');
    }
    return out;
  }

  private void quantum(ByteBuf out, int characters) {
    for (int i = 0; i < characters; i++) {
      out.writeByte(ALPHABET[(rest >> (18 - 6 * i)) & 0x3f]);
    }
    rest = count = 0;
  }
}
