package dev.signalbox.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcWebTextTest {
  private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;

  /** What the parts decode to; null where they do not. */
  private static byte @Nullable [] decode(byte[]... parts) {
    var decoder = new GrpcWebText();
    var out = new ByteArrayOutputStream();
    for (var part : parts) {
      ByteBuf decoded = decoder.decode(Unpooled.copiedBuffer(part), ALLOCATOR);
      if (decoded == null) {
        assertThat(decoder.isWhole()).isFalse();
        return null;
      }
      out.writeBytes(ByteBufUtil.getBytes(decoded));
      decoded.release();
    }
    return decoder.isWhole() ? out.toByteArray() : null;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  void textIsDecodedWhereverItIsSplit() {
    for (int length = 0; length < 20; length++) {
      byte[] data = random(length);
      byte[] text = Base64.getEncoder().encode(data);
      for (int first = 0; first <= text.length; first++) {
        for (int second = first; second <= text.length; second++) {
          assertThat(
                  decode(
                      Arrays.copyOfRange(text, 0, first),
                      Arrays.copyOfRange(text, first, second),
                      Arrays.copyOfRange(text, second, text.length)))
              .isEqualTo(data);
        }
      }
    }
  }

  @Test
  void paddingMayStandAfterEachMessage() {
    assertThat(decode(bytes("YQ==Yg==YWI=YWJj"))).isEqualTo(bytes("ababab" + "c"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Y", "YQ", "YQ=", "=", "Y===", "====", "YQ=Y", "Y Q=", "YWJ\n", "YWJj-_", "\u00ff"
      })
  void whatIsNoBase64IsRefused(String text) {
    assertThat(decode(bytes(text))).isNull();
    byte[][] single = new byte[text.length()][];
    for (int i = 0; i < single.length; i++) {
      single[i] = bytes(text.substring(i, i + 1));
    }
    assertThat(decode(single)).isNull();
  }

  @Test
  void dataIsEncodedWhereverItIsSplitAndFlushed() {
    for (int length = 0; length < 20; length++) {
      byte[] data = random(length);
      for (int first = 0; first <= length; first++) {
        for (int second = first; second <= length; second++) {
          for (boolean isFlushed : new boolean[] {false, true}) {
            var encoder = new GrpcWebText();
            var text = new StringBuilder();
            append(text, encoder.encode(Unpooled.copiedBuffer(data, 0, first), ALLOCATOR));
            if (isFlushed) {
              append(text, encoder.encodeRest(ALLOCATOR));
            }
            append(
                text,
                encoder.encode(Unpooled.copiedBuffer(data, first, second - first), ALLOCATOR));
            append(
                text,
                encoder.encode(Unpooled.copiedBuffer(data, second, length - second), ALLOCATOR));
            append(text, encoder.encodeRest(ALLOCATOR));
            assertThat(encoder.encodeRest(ALLOCATOR)).isNull();
            assertThat(decode(bytes(text.toString()))).isEqualTo(data);
            if (!isFlushed) {
              assertThat(text).hasToString(Base64.getEncoder().encodeToString(data));
            }
          }
        }
      }
    }
  }

  private static void append(StringBuilder to, @Nullable ByteBuf text) {
    if (text != null) {
      to.append(text.toString(StandardCharsets.ISO_8859_1));
      text.release();
    }
  }

  @Test
  void anyBytesAreDecodedAsTheJdkDoesOrRefused() {
    var random = new Random(40);
    String letters = "AZaz09+/==-\n";
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder();
      for (int left = random.nextInt(9); left > 0; left--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      boolean isText =
          text.toString().matches("([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)*");
      byte[] decoded = decode(bytes(text.toString()));
      assertThat(decoded != null).as(text.toString()).isEqualTo(isText);
      if (decoded != null) {
        var expected = new ByteArrayOutputStream();
        for (int at = 0; at < text.length(); at += 4) {
          expected.writeBytes(Base64.getDecoder().decode(text.substring(at, at + 4)));
        }
        assertThat(decoded).isEqualTo(expected.toByteArray());
      }
    }
  }
}
