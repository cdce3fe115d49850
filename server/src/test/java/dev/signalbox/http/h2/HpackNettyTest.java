package dev.signalbox.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.Ascii;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Netty's HPACK as an independent peer, and noise. */
class HpackNettyTest {
  private static final int CONNECTIONS = 500;
  private static final int BLOCKS = 100; // each way: 100,000 in all

  private static final String[] NAMES = {
    "accept",
    "accept-encoding",
    "cache-control",
    "content-type",
    "content-length",
    "cookie",
    "date",
    "server",
    "set-cookie",
    "user-agent",
    "vary",
    "x-a",
    "x-b",
    "x-request-id",
    "x-a-rather-long-name-that-somebody-made-up",
    "authorization",
    "etag",
    "via",
    "grpc-status",
  };
  private static final String[] VALUES = {
    "",
    "0",
    "gzip",
    "gzip, deflate",
    "text/html; charset=utf-8",
    "Mon, 21 Oct 2013 20:13:21 GMT",
    "max-age=31536000, immutable",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
  };
  private static final int[] TABLE_SIZES = {0, 31, 64, 100, 256, 1024, 4000, 4096, 10_000};

  private static List<String> randomFields(Random random) {
    var fields = new ArrayList<String>();
    if (random.nextBoolean()) {
      fields.add(":path: /" + (random.nextInt(4) == 0 ? "index.html" : random.nextInt(5)));
    }
    int count = random.nextInt(12);
    for (int i = 0; i < count; i++) {
      String name =
          random.nextInt(10) == 0 ? "x-" + random.nextInt(50) : NAMES[random.nextInt(NAMES.length)];
      fields.add(name + ": " + randomValue(random));
    }
    return fields;
  }

  private static String randomValue(Random random) {
    int kind = random.nextInt(20);
    if (kind > 4) {
      return VALUES[random.nextInt(VALUES.length)];
    }
    int length = kind == 0 ? random.nextInt(3000) : random.nextInt(40);
    var value = new StringBuilder();
    for (int i = 0; i < length; i++) {
      value.append((char) (kind < 3 ? random.nextInt(256) : ' ' + random.nextInt(95)));
    }
    return value.toString();
  }

  private static Http2Headers nettys(List<String> fields) {
    var headers = new DefaultHttp2Headers(false);
    for (String field : fields) {
      int colon = field.indexOf(": ");
      headers.add(
          new AsciiString(Ascii.bytes(field.substring(0, colon)), false),
          new AsciiString(Ascii.bytes(field.substring(colon + 2)), false));
    }
    return headers;
  }

  private static List<String> ours(Http2Headers headers) {
    var fields = new ArrayList<String>();
    for (Map.Entry<CharSequence, CharSequence> entry : headers) {
      fields.add(text(entry.getKey()) + ": " + text(entry.getValue()));
    }
    return fields;
  }

  private static String text(CharSequence chars) {
    var ascii = (AsciiString) chars;
    byte[] bytes = ascii.toByteArray();
    return Ascii.text(bytes, 0, bytes.length);
  }

  @Test
  void whatNettyEncodesIsDecoded() throws Exception {
    long compressed = 0;
    long plain = 0;
    for (int seed = 0; seed < CONNECTIONS; seed++) {
      var random = new Random(seed);
      Http2HeadersEncoder.SensitivityDetector sensitive = (_, _) -> random.nextInt(20) == 0;
      try (var netty = new DefaultHttp2HeadersEncoder(sensitive, true)) {
        var decoder = new HpackDecoder(4096);
        for (int i = 0; i < BLOCKS; i++) {
          if (random.nextInt(10) == 0) {
            int size = TABLE_SIZES[random.nextInt(TABLE_SIZES.length)];
            decoder.maxTableSize(size);
            netty.configuration().maxHeaderTableSize(size);
          }
          List<String> fields = randomFields(random);
          ByteBuf out = Unpooled.buffer();
          netty.encodeHeaders(3, nettys(fields), out);
          byte[] block = Fields.bytes(out);
          assertThat(Fields.decode(decoder, block)).isEqualTo(fields);
          compressed += block.length;
          plain += String.join("", fields).length();
        }
      }
    }
    assertThat(compressed).isLessThan(plain);
  }

  @Test
  void whatIsEncodedNettyDecodes() throws Exception {
    long compressed = 0;
    long plain = 0;
    for (int seed = 0; seed < CONNECTIONS; seed++) {
      var random = new Random(seed);
      var netty = new DefaultHttp2HeadersDecoder(false, 1 << 20);
      var encoder = new HpackEncoder();
      for (int i = 0; i < BLOCKS; i++) {
        while (random.nextInt(10) == 0) {
          int size = TABLE_SIZES[random.nextInt(TABLE_SIZES.length)];
          netty.configuration().maxHeaderTableSize(size);
          encoder.maxTableSize(size);
        }
        List<String> fields = randomFields(random);
        byte[] block = Fields.encode(encoder, fields);
        assertThat(ours(netty.decodeHeaders(3, Unpooled.wrappedBuffer(block)))).isEqualTo(fields);
        compressed += block.length;
        plain += String.join("", fields).length();
      }
    }
    assertThat(compressed).isLessThan(plain);
  }

  @Test
  void whatIsEncodedIsDecodedAndSecretsStayOutOfTheTable() throws HpackException {
    var encoder = new HpackEncoder();
    var decoder = new HpackDecoder(4096);
    List<String> fields =
        List.of("authorization: Basic x", "Cookie: a=b", "set-cookie: c=d", "x-key: k", "X-a: 1");
    byte[] first = Fields.encode(encoder, fields);
    byte[] second = Fields.encode(encoder, fields);
    assertThat(Fields.decode(decoder, first))
        .containsExactly(
            "authorization: Basic x", "cookie: a=b", "set-cookie: c=d", "x-key: k", "x-a: 1");
    var again = new Fields();
    decoder.decode(second, 0, second.length, Long.MAX_VALUE, again);
    assertThat(again.list).hasSize(5);
    assertThat(again.neverIndexed).isEqualTo(3);
    assertThat(first.length - second.length).isEqualTo("x-keykx-a1".length() + 4 - 1);
  }

  @Test
  void aFullTableIsKeptFromWhatIsSeenOnce() throws HpackException {
    var encoder = new HpackEncoder();
    var decoder = new HpackDecoder(4096);
    List<String> steady = List.of("server: toy", "content-type: text/plain; charset=utf-8");
    Fields.decode(decoder, Fields.encode(encoder, steady));
    for (int i = 0; i < 10_000; i++) {
      List<String> once = List.of("x-request-id: " + i + "-0123456789abcdef0123456789abcdef");
      assertThat(Fields.decode(decoder, Fields.encode(encoder, once))).isEqualTo(once);
    }
    assertThat(Fields.encode(encoder, steady)).hasSize(2);
    List<String> later = List.of("date: Mon, 21 Oct 2013 20:13:21 GMT");
    for (int i = 0; i < 3; i++) {
      byte[] block = Fields.encode(encoder, later);
      assertThat(Fields.decode(decoder, block)).isEqualTo(later);
      assertThat(block.length == 1).isEqualTo(i == 2);
    }
  }

  @Test
  void noiseIsDecodedOrRefused() {
    var random = new Random(7541);
    int refused = 0;
    for (int i = 0; i < 200_000; i++) {
      var block = new byte[random.nextInt(60)];
      random.nextBytes(block);
      var decoder = new HpackDecoder(4096);
      try {
        for (int part = 0; part < 2; part++) {
          int cut = part == 0 ? block.length / 2 : block.length;
          decoder.decode(block, part == 0 ? 0 : block.length / 2, cut, 200, new Fields());
        }
      } catch (HpackException _) {
        refused++;
      }
    }
    assertThat(refused).isBetween(150_000, 199_999);
  }

  @Test
  void mutatedBlocksAreDecodedOrRefused() {
    var random = new Random(2);
    int decoded = 0;
    for (int connection = 0; connection < 2_000; connection++) {
      var encoder = new HpackEncoder();
      var decoder = new HpackDecoder(4096);
      try {
        for (int i = 0; i < 10; i++) {
          byte[] block = Fields.encode(encoder, randomFields(random));
          if (block.length > 0) {
            block[random.nextInt(block.length)] ^= (byte) (1 << random.nextInt(8));
          }
          decoder.decode(block, 0, block.length, 16_384, new Fields());
          decoded++;
        }
      } catch (HpackException _) {
        // its connection has ended
      }
    }
    assertThat(decoded).isGreaterThan(2_000);
  }
}
