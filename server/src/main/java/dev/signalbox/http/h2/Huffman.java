package dev.signalbox.http.h2;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The fixed Huffman code of HPACK (RFC 7541 §5.2 and Appendix B). The code is canonical, so the
 * lengths say it all. Decoding looks ten bits at a time up in a table, which is every character
 * that is common; the rare ones are found by their length. Pure.
 */
final class Huffman {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final int EOS = 256;
  private static final int LONGEST = 30;

  /** The length of each symbol's code, in bits; the last is the end of string. */
  private static final byte[] LENGTHS = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, //
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, //
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, //
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, //
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, //
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, //
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, //
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, //
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, //
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, //
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, //
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, //
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, //
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, //
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, //
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, //
    30,
  };

  private static final int[] CODES = new int[EOS + 1];

  /** The symbols, by length and then by code. */
  private static final short[] SORTED = new short[EOS + 1];

  /** For each length, the code after its last, moved to the left of 30 bits. */
  private static final int[] LIMIT = new int[LONGEST + 1];

  /** For each length, where its first symbol stands among the sorted, less its first code. */
  private static final int[] OFFSET = new int[LONGEST + 1];

  private static final int QUICK_BITS = 10;
  private static final int SYMBOL_SHIFT = 5;
  private static final int LENGTH = (1 << SYMBOL_SHIFT) - 1;

  /** By the next ten bits: symbol and length, or 0 where the code is longer. */
  private static final short[] QUICK = new short[1 << QUICK_BITS];

  static {
    int code = 0;
    int at = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code <<= 1;
      OFFSET[length] = at - code;
      for (int symbol = 0; symbol <= EOS; symbol++) {
        if (LENGTHS[symbol] == length) {
          CODES[symbol] = code;
          SORTED[at++] = (short) symbol;
          if (length <= QUICK_BITS) {
            int first = code << (QUICK_BITS - length);
            for (int i = 0; i < 1 << (QUICK_BITS - length); i++) {
              QUICK[first + i] = (short) (symbol << SYMBOL_SHIFT | length);
            }
          }
          code++;
        }
      }
      LIMIT[length] = code << (LONGEST - length);
    }
  }

  private Huffman() {}

  /** The most bytes that so many can become: the shortest code has five bits. */
  static int mostDecoded(int encoded) {
    return (int) ((encoded * 8L) / 5);
  }

  /**
   * Decodes a range. The output has room for {@link #mostDecoded}.
   *
   * @return where the output ends
   */
  static int decode(byte[] in, int start, int end, byte[] out, int outStart) throws HpackException {
    long window = 0; // the next bits, from the left
    int bits = 0;
    int i = start;
    int at = outStart;
    while (true) {
      if (bits < LONGEST) {
        if (end - i >= 4) {
          window |= ((int) INTS.get(in, i) & 0xffffffffL) << (32 - bits);
          bits += 32;
          i += 4;
        } else {
          while (i < end) {
            window |= (in[i++] & 0xffL) << (56 - bits);
            bits += 8;
          }
        }
      }
      int entry = QUICK[(int) (window >>> (64 - QUICK_BITS))];
      if (entry == 0) {
        entry = rare((int) (window >>> (64 - LONGEST)));
      }
      int length = entry & LENGTH;
      if (length > bits) {
        break; // the input has ended
      }
      if (entry >>> SYMBOL_SHIFT == EOS) {
        throw new HpackException("an end of string inside a string"); // RFC 7541 §5.2
      }
      out[at++] = (byte) (entry >>> SYMBOL_SHIFT);
      window <<= length;
      bits -= length;
    }
    // RFC 7541 §5.2: what is left is less than a byte, and the beginning of the end of string.
    if (bits >= 8 || (bits > 0 && window >>> (64 - bits) != (1 << bits) - 1)) {
      throw new HpackException("wrong padding of a string");
    }
    return at;
  }

  /** Symbol and length of a code that is longer than the table knows, by its next 30 bits. */
  private static int rare(int next) {
    int length = QUICK_BITS + 1;
    while (next >= LIMIT[length]) { // every number of 30 bits is below the last limit
      length++;
    }
    return SORTED[OFFSET[length] + (next >>> (LONGEST - length))] << SYMBOL_SHIFT | length;
  }

  /** How many bytes a range becomes. */
  static int encodedLength(byte[] bytes, int start, int end) {
    long bits = 0;
    for (int i = start; i < end; i++) {
      bits += LENGTHS[bytes[i] & 0xff];
    }
    return (int) ((bits + 7) >>> 3);
  }

  static void encode(byte[] bytes, int start, int end, ByteBuf out) {
    long window = 0; // the last bits, at the right
    int bits = 0;
    for (int i = start; i < end; i++) {
      int symbol = bytes[i] & 0xff;
      int length = LENGTHS[symbol];
      window = window << length | CODES[symbol];
      bits += length;
      if (bits >= 32) {
        bits -= 32;
        out.writeInt((int) (window >>> bits));
      }
    }
    while (bits >= 8) {
      bits -= 8;
      out.writeByte((int) (window >>> bits));
    }
    if (bits > 0) { // the rest is filled with the beginning of the end of string, which is ones
      out.writeByte((int) (window << (8 - bits)) | 0xff >>> bits);
    }
  }
}
