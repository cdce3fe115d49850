package dev.signalbox.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.signalbox.net.TestLoop;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Any bytes at all. A build replays the saved inputs and a fixed number of generated ones; with
 * {@code JAZZER_FUZZ=1} in the environment the fuzzer looks for more.
 */
class WireFuzzTest {
  private static final int GENERATED = 4_000;

  private static final String[] REQUESTS = {
    "GET /a/../b?c HTTP/1.1\r\nHost: Example.com:80\r\nAccept:*/*\r\nCookie: a=b\r\n\r\n",
    "POST http://a.b/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: u\r\n\r\n",
    "PUT / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive, X\r\nX: y\r\nContent-Length: 3\r\n\r\nabc",
    "OPTIONS * HTTP/1.1\r\nHost: [::1]\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
    "CONNECT [::1]:443 HTTP/1.1\r\nHost: a:443\r\nContent-Length: 0\r\n\r\n",
  };
  private static final String[] RESPONSES = {
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer:x\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: u\r\n\r\n",
    "HTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.0 304 \r\nConnection: keep-alive\r\n\r\n",
    "HTTP/1.1 204 None\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\nuntil close",
  };
  private static final String[] CHUNKS = {
    "5\r\nhello\r\n0\r\n\r\n",
    "1;a=b\r\nx\r\nA\r\n0123456789\r\n000\r\nA: b\r\nC:\r\n\r\n",
    "0\r\n\r\nnext",
  };
  private static final String[] SPICES = {
    "\r\n",
    "\r",
    "\n",
    "\0",
    " ",
    "\t",
    ":",
    ",",
    ";",
    "0",
    "5",
    "ffffffffffffffff",
    "0x",
    "-",
    "+",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Host: b\r\n",
    "Connection: close\r\n",
    "HTTP/1.0",
    "HTTP/1.1",
    "%2e%2e/",
    "%00",
    "//",
    "#",
    "\u00ff",
    "100-continue",
    "\r\n\r\n",
    "0\r\n\r\n"
  };

  @FuzzTest
  void requestHeads(byte[] bytes) {
    Fuzzing.requestHead(bytes);
  }

  @FuzzTest
  void responseHeads(byte[] bytes) {
    Fuzzing.responseHead(bytes);
  }

  @FuzzTest
  void chunkedBodies(byte[] bytes) {
    Fuzzing.chunkedBody(bytes);
  }

  @FuzzTest
  void connections(byte[] bytes) {
    try (var loop = new TestLoop()) {
      Fuzzing.connection(loop, new H1Loop(loop.loop()), bytes);
    }
  }

  @FuzzTest
  void responses(byte[] bytes) {
    try (var loop = new TestLoop()) {
      Fuzzing.response(loop, new H1Loop(loop.loop()), bytes);
    }
  }

  @Test
  void generatedRequestHeadsAreForwardedAsTheyWereRead() {
    assertSomeAccepted(REQUESTS, Fuzzing::requestHead);
  }

  @Test
  void generatedResponseHeadsAreForwardedAsTheyWereRead() {
    assertSomeAccepted(RESPONSES, Fuzzing::responseHead);
  }

  @Test
  void generatedChunksAreReadAsTheGrammarSays() {
    assertSomeAccepted(CHUNKS, Fuzzing::chunkedBody);
  }

  @Test
  void generatedConnectionsComeToTheSameHoweverTheyAreCut() {
    try (var loop = new TestLoop()) {
      var h1 = new H1Loop(loop.loop());
      generate(
          REQUESTS,
          bytes -> {
            Fuzzing.connection(loop, h1, bytes);
            return true;
          });
    }
  }

  @Test
  void generatedResponsesComeToTheSameHoweverTheyAreCut() {
    try (var loop = new TestLoop()) {
      var h1 = new H1Loop(loop.loop());
      generate(
          RESPONSES,
          bytes -> {
            Fuzzing.response(loop, h1, bytes);
            return true;
          });
    }
  }

  private static void assertSomeAccepted(String[] seeds, Predicate<byte[]> target) {
    int accepted = generate(seeds, target);
    assertThat(accepted).as("of %d accepted", GENERATED).isBetween(GENERATED / 20, GENERATED - 1);
  }

  private static int generate(String[] seeds, Predicate<byte[]> target) {
    var random = new Random(42);
    int accepted = 0;
    for (int i = 0; i < GENERATED; i++) {
      var text = new StringBuilder(seeds[random.nextInt(seeds.length)]);
      if (random.nextInt(3) == 0) {
        text.append(seeds[random.nextInt(seeds.length)]);
      }
      for (int k = random.nextInt(4); k > 0; k--) {
        mutate(text, random);
      }
      byte[] bytes = Splits.bytes(text.toString());
      try {
        accepted += target.test(bytes) ? 1 : 0;
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("input " + i + ": " + text.toString().replace("\r", "\\r"), e);
      }
    }
    return accepted;
  }

  private static void mutate(StringBuilder text, Random random) {
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + 1 + random.nextInt(4));
    switch (random.nextInt(4)) {
      case 0 -> text.insert(at, SPICES[random.nextInt(SPICES.length)]);
      case 1 -> text.delete(at, end);
      case 2 -> text.insert(at, (char) random.nextInt(256));
      default -> text.replace(at, end, SPICES[random.nextInt(SPICES.length)]);
    }
    if (text.isEmpty()) {
      text.append('G');
    }
  }
}
