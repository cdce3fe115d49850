package dev.signalbox.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.Bytes;
import dev.signalbox.http.HalfClose;
import dev.signalbox.http.MessageLimits;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseLimits;
import dev.signalbox.net.TestLoop;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What must hold of any bytes at all. Each takes its input from a fuzzer or from a generator. */
final class Fuzzing {
  private static final MessageLimits LIMITS =
      new MessageLimits(
          Bytes.parse("256B"), Bytes.parse("1KB"), 16, Bytes.parse("4KB"), Bytes.parse("1KB"));
  private static final ResponseLimits RESPONSE_LIMITS = new ResponseLimits(1024, 16);

  private Fuzzing() {}

  /** A request head that is accepted is within limits, and says the same when it is forwarded. */
  static boolean requestHead(byte[] bytes) {
    var parser = new RequestParser();
    String first = readRequest(parser, bytes);
    if (first == null) {
      return false;
    }
    if (parser.head().authorityStart() == parser.head().authorityEnd()) {
      return true; // HTTP/1.0 without Host: it is the proxy that says which host it asks
    }
    byte[] forwarded = write(parser.head());
    var again = new RequestParser();
    assertThat(readRequest(again, forwarded)).as(text(forwarded)).isEqualTo(first);
    assertThat(write(again.head())).as("written twice").isEqualTo(forwarded);
    return true;
  }

  private static @Nullable String readRequest(RequestParser parser, byte[] bytes) {
    // What is written anew may be a little longer: ": " for ":".
    parser.begin(ServerWire.LIMITS, true);
    var in = Unpooled.wrappedBuffer(bytes);
    if (parser.read(in, ServerWire.LIMITS) != HeadReader.Result.DONE) {
      return null;
    }
    var head = parser.head();
    assertThat(in.readerIndex()).isLessThanOrEqualTo(32 * 1024);
    assertThat(head.headers().size()).isLessThanOrEqualTo(110);
    assertThat(head.bodyLength()).isBetween(-1L, 1L << 20);
    return head + "\n" + head.hostText() + "\n" + head.headers() + head.bodyLength();
  }

  private static byte[] write(RequestHead head) {
    var out = Unpooled.buffer();
    HeadWriter.request(head, new byte[0], out);
    if (head.bodyLength() == RequestHead.UNKNOWN_LENGTH) {
      out.writeCharSequence("Transfer-Encoding: chunked\r\n", StandardCharsets.US_ASCII);
    }
    out.writeBytes(HeadWriter.CRLF);
    byte[] written = new byte[out.readableBytes()];
    out.readBytes(written);
    return written;
  }

  /** A response head that is accepted says the same when it is forwarded. */
  static boolean responseHead(byte[] bytes) {
    var parser = new ResponseParser();
    String first = readResponse(parser, bytes);
    if (first == null) {
      return false;
    }
    var head = parser.head();
    var out = Unpooled.buffer();
    HeadWriter.response(head, out);
    if (head.bodyLength() < 0 && !parser.body().isUntilClose()) {
      out.writeCharSequence("Transfer-Encoding: chunked\r\n", StandardCharsets.US_ASCII);
    }
    out.writeBytes(HeadWriter.CRLF);
    byte[] forwarded = new byte[out.readableBytes()];
    out.readBytes(forwarded);
    assertThat(readResponse(new ResponseParser(), forwarded)).as(text(forwarded)).isEqualTo(first);
    return true;
  }

  private static @Nullable String readResponse(ResponseParser parser, byte[] bytes) {
    var limits = new ResponseLimits(32 * 1024, 100);
    parser.begin(limits);
    var result = parser.read(Unpooled.wrappedBuffer(bytes), false, limits);
    var head = parser.head();
    return result == HeadReader.Result.DONE
        ? head.status()
            + " "
            + text(Arrays.copyOfRange(head.bytes(), head.reasonStart(), head.reasonEnd()))
            + "\n"
            + head.headers()
            + head.bodyLength()
        : null;
  }

  /** Chunks are what a plain reading of the grammar says, however they are cut. */
  static boolean chunkedBody(byte[] bytes) {
    String expected = naiveChunks(text(bytes));
    for (var parts : List.of(List.of(bytes), Splits.singly(bytes))) {
      var read = readChunks(parts);
      if (read.equals("more") && expected.equals("bad")) {
        continue; // a line that comes in pieces is judged when it is complete
      }
      assertThat(read).as("in %d parts", parts.size()).isEqualTo(expected);
    }
    return expected.startsWith("body ");
  }

  private static String readChunks(List<byte[]> parts) {
    var reader = new BodyReader();
    reader.beginChunked(Long.MAX_VALUE, 32 * 1024, 100);
    var body = new StringBuilder();
    int consumed = 0;
    for (byte[] part : parts) {
      var in = Unpooled.buffer().writeBytes(part);
      while (in.isReadable() && !reader.isDone() && reader.problem() == null) {
        var piece = reader.read(in);
        if (piece != null) {
          body.append(piece.toString(StandardCharsets.ISO_8859_1));
          piece.release();
        }
      }
      consumed += in.readerIndex();
      in.release();
      assertThat(in.refCnt()).isZero();
      if (reader.problem() != null) {
        return "bad";
      }
    }
    return reader.isDone() ? "body " + body + " in " + consumed : "more";
  }

  private static final Pattern SIZE =
      Pattern.compile("([0-9A-Fa-f]{1,15})(;[\\t -~\\x80-\\xff]*)?\r\n");
  private static final Pattern LINE =
      Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t -~\\x80-\\xff]*\r\n");

  /**
   * The grammar of RFC 9112 §7.1 in regular expressions. What is no chunked body is "bad" if no
   * bytes could make it one, else "more".
   */
  private static String naiveChunks(String text) {
    var body = new StringBuilder();
    int at = 0;
    while (true) {
      var size = SIZE.matcher(text).region(at, text.length());
      if (!size.lookingAt()) {
        return size.hitEnd() ? "more" : "bad";
      }
      long length = Long.parseLong(size.group(1), 16);
      at = size.end();
      if (length == 0) {
        break;
      }
      if (text.length() - at < length) {
        return "more";
      }
      body.append(text, at, at + (int) length);
      at += (int) length;
      var end = text.substring(at, Math.min(at + 2, text.length()));
      if (!"\r\n".startsWith(end)) {
        return "bad";
      }
      if (end.length() < 2) {
        return "more";
      }
      at += 2;
    }
    while (true) {
      var rest = text.substring(at, Math.min(at + 2, text.length()));
      if (rest.equals("\r\n")) {
        return "body " + body + " in " + (at + 2);
      }
      if ("\r\n".startsWith(rest)) {
        return "more";
      }
      var line = LINE.matcher(text).region(at, text.length());
      if (!line.lookingAt()) {
        return line.hitEnd() ? "more" : "bad";
      }
      at = line.end();
    }
  }

  /**
   * A connection never throws, leaks or answers twice, and what comes of it does not depend on how
   * its bytes are cut. The first byte says how.
   */
  static void connection(TestLoop loop, H1Loop h1, byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    byte[] input = Arrays.copyOfRange(bytes, 1, bytes.length);
    // Complete lines and an end for every body, so that each way of cutting comes to its verdict.
    byte[] complete = concat(input, Splits.bytes("\r\n\r\n" + "\n".repeat(2048)));
    var config = new H1ServerConfig(LIMITS, ServerWire.TIMEOUTS, HalfClose.ANSWER, true);
    var whole = ServerWire.run(loop, h1, config, ServerWire.ECHO, List.of(complete));
    var cut =
        ServerWire.run(loop, h1, config, ServerWire.ECHO, parts(complete, new Random(bytes[0])));
    // Of what is refused, how is a matter of which fault is seen first.
    assertThat(cut.requests().stream().map(Fuzzing::withoutReason).toList())
        .isEqualTo(whole.requests().stream().map(Fuzzing::withoutReason).toList());
    assertThat(cut.refused()).hasSameSizeAs(whole.refused());
    assertThat(cut.isOutputShut()).isEqualTo(whole.isOutputShut());
  }

  /** The client's side of a connection, likewise. */
  static void response(TestLoop loop, H1Loop h1, byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    var request = (bytes[0] & 1) == 0 ? "GET" : "HEAD";
    var head = request + " / HTTP/1.1\r\nHost: a\r\n\r\n";
    byte[] input = Arrays.copyOfRange(bytes, 1, bytes.length);
    var whole = ClientWire.run(loop, h1, RESPONSE_LIMITS, head, List.of(input), true);
    var cut =
        ClientWire.run(loop, h1, RESPONSE_LIMITS, head, parts(input, new Random(bytes[0])), true);
    assertThat(cut.head()).isEqualTo(whole.head());
    assertThat(cut.body()).isEqualTo(whole.body());
    assertThat(cut.trailers()).isEqualTo(whole.trailers());
    assertThat(cut.reset() == null).isEqualTo(whole.reset() == null);
    assertThat(whole.isReusable()).isFalse();
  }

  private static String withoutReason(String request) {
    return request.replaceAll("(?s)reset .*", "reset");
  }

  private static List<byte[]> parts(byte[] bytes, Random random) {
    var parts = new ArrayList<byte[]>();
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(bytes.length, at + 1 + random.nextInt(40));
      parts.add(Arrays.copyOfRange(bytes, at, end));
      at = end;
    }
    return parts;
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
