package dev.signalbox.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.Headers;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseHead;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadWriterTest {
  @Test
  void untouchedLinesLeaveAsTheyCame() {
    assertThat(written("GET /a?b HTTP/1.1\r\nHost: a\r\nB: c\r\nD: e  f\r\n\r\n"))
        .isEqualTo("GET /a?b HTTP/1.1\r\nHost: a\r\nB: c\r\nD: e  f\r\n");
  }

  @Test
  void linesInAnotherFormAreWrittenAnewAndTheOthersAroundThemAreNot() {
    assertThat(
            written(
                "GET / HTTP/1.1\r\nA:1\r\nB: 2\r\nHost: a\r\nC: 3\r\nD:\t4\r\nE: 5 \r\nF:\r\n\r\n"))
        .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\nF: \r\n");
  }

  @Test
  void removedLinesLeaveNothingBehind() {
    var head = ClientWire.request("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n");
    head.headers().remove(2);
    head.headers().add("D", "4");
    assertThat(text(head, new byte[0]))
        .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nC: 3\r\nD: 4\r\n");
  }

  @Test
  void anotherAuthorityTakesThePlaceOfTheClients() {
    var head = ClientWire.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(text(head, Splits.bytes("b:81"))).isEqualTo("GET / HTTP/1.1\r\nHost: b:81\r\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 101, 200, 204, 301, 404, 503, 599})
  void aStatusHasThreeDigitsAndASpace(int status) {
    var head = new ResponseHead();
    head.status(status);
    var out = Unpooled.buffer();
    HeadWriter.response(head, out);
    assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("HTTP/1.1 " + status + " \r\n");
  }

  @Test
  void whatIsWrittenIsAsManyLinesAsTheIndexHasAndFitsIntoItsBound() {
    var random = new Random(42);
    for (int i = 0; i < 5_000; i++) {
      var text = new StringBuilder();
      for (int k = random.nextInt(20); k > 0; k--) {
        text.append((char) ('A' + random.nextInt(20)))
            .append(random.nextBoolean() ? ": " : ":\t ".substring(0, 1 + random.nextInt(3)))
            .append("v".repeat(random.nextInt(5)))
            .append(random.nextInt(4) == 0 ? " \r\n" : "\r\n");
      }
      var head = ClientWire.request("GET / HTTP/1.1\r\nHost: a\r\n" + text + "\r\n");
      Headers headers = head.headers();
      for (int k = 0; k < headers.size(); k++) {
        if (random.nextInt(5) == 0) {
          headers.remove(k);
        }
      }
      if (random.nextBoolean()) {
        headers.add("Added", "x");
      }
      var out = Unpooled.buffer();
      HeadWriter.fields(headers, out);
      assertThat(out.readableBytes()).isLessThanOrEqualTo(HeadWriter.sizeOf(headers));
      assertThat(out.toString(StandardCharsets.ISO_8859_1))
          .isEqualTo(headers.toString().replace("\n", "\r\n"));
    }
  }

  private static String written(String request) {
    return text(ClientWire.request(request), new byte[0]);
  }

  private static String text(RequestHead head, byte[] authority) {
    var out = Unpooled.buffer();
    HeadWriter.request(head, authority, out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }
}
