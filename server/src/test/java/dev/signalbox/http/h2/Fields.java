package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Header lists as tests like them: one text per field, {@code name: value}. */
final class Fields implements FieldSink {
  final List<String> list = new ArrayList<>();
  int neverIndexed;

  @Override
  public void onField(
      byte[] bytes,
      int nameStart,
      int nameEnd,
      int valueStart,
      int valueEnd,
      boolean isNeverIndexed) {
    list.add(
        Ascii.text(bytes, nameStart, nameEnd) + ": " + Ascii.text(bytes, valueStart, valueEnd));
    neverIndexed += isNeverIndexed ? 1 : 0;
  }

  static List<String> decode(HpackDecoder decoder, byte[] block) throws HpackException {
    var fields = new Fields();
    decoder.decode(block, 0, block.length, Long.MAX_VALUE, fields);
    return fields.list;
  }

  static byte[] encode(HpackEncoder encoder, List<String> fields) {
    ByteBuf out = Unpooled.buffer();
    encoder.begin(out);
    for (String field : fields) {
      byte[] bytes = Ascii.bytes(field);
      int colon = field.indexOf(": ");
      encoder.field(out, bytes, 0, colon, colon + 2, bytes.length, false);
    }
    return bytes(out);
  }

  static byte[] bytes(ByteBuf buffer) {
    var bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    buffer.release();
    return bytes;
  }
}
