package dev.signalbox.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Cuts HTTP/1.1 messages out of the bytes of a peer, keeping each byte. It trusts the framing that
 * it reads, as an ordinary peer does; where that is not possible, it throws a ProtocolException,
 * and where the peer ends within a message, an EOFException. Belongs to one thread at a time.
 */
final class MessageReader {
  /** Where bytes come from; waits until there are some, -1 at their end. */
  interface Source {
    int read(ByteBuffer target) throws IOException;
  }

  /** The parts of a message after its head. */
  record Body(String text, String trailers) {
    static final Body NONE = new Body("", "");
  }

  private final Source source;
  private byte[] bytes = new byte[8192];
  private int message; // where the current message starts
  private int start; // what is before was taken
  private int end;

  MessageReader(Source source) {
    this.source = source;
  }

  /** Starts a message: {@link #raw} is what is taken from here on. */
  void begin() {
    message = start;
  }

  String raw() {
    return Bytes.text(bytes, message, start);
  }

  /** Everything since the message's start, also what was not taken yet. */
  String received() {
    return Bytes.text(bytes, message, end);
  }

  /** A head with the empty line that ends it; null where the peer ended before its first byte. */
  @Nullable String takeHead() throws IOException {
    int scan = start;
    while (true) {
      for (; scan + 4 <= end; scan++) {
        if (bytes[scan] == '\r'
            && bytes[scan + 1] == '\n'
            && bytes[scan + 2] == '\r'
            && bytes[scan + 3] == '\n') {
          return takeTo(scan + 4);
        }
      }
      int moved = fill();
      if (moved < 0) {
        if (start == end) {
          return null;
        }
        throw new EOFException("closed within a head");
      }
      scan -= moved;
    }
  }

  /** The body of a request, as its head says (RFC 9112 §6.3). */
  Body takeRequestBody(String head) throws IOException {
    if (isChunked(head)) {
      return takeChunks();
    }
    int length = contentLength(head);
    return length < 0 ? Body.NONE : new Body(take(length), "");
  }

  /** The body of a response, as its head and the request's method say (RFC 9112 §6.3). */
  Body takeResponseBody(String head, String requestMethod) throws IOException {
    int status = RawResponse.status(head);
    if (requestMethod.equals("HEAD") || status < 200 || status == 204 || status == 304) {
      return Body.NONE;
    }
    if (isChunked(head)) {
      return takeChunks();
    }
    int length = contentLength(head);
    return new Body(length < 0 ? takeToEnd() : take(length), "");
  }

  private Body takeChunks() throws IOException {
    var body = new StringBuilder();
    while (true) {
      var size = takeLine();
      int length = number(size.split("[;\r]", 2)[0], 16);
      if (length == 0) {
        break;
      }
      body.append(take(length));
      if (!take(2).equals("\r\n")) {
        throw new ProtocolException("no line end after a chunk");
      }
    }
    var trailers = new StringBuilder();
    for (var line = takeLine(); !line.equals("\r\n"); line = takeLine()) {
      trailers.append(line);
    }
    return new Body(body.toString(), trailers.toString());
  }

  String takeLine() throws IOException {
    int scan = start;
    while (true) {
      for (; scan + 2 <= end; scan++) {
        if (bytes[scan] == '\r' && bytes[scan + 1] == '\n') {
          return takeTo(scan + 2);
        }
      }
      scan -= require("closed within a line of the body's framing");
    }
  }

  String take(int length) throws IOException {
    while (end - start < length) {
      require("closed " + (length - (end - start)) + " bytes before the end of the body");
    }
    return takeTo(start + length);
  }

  String takeToEnd() throws IOException {
    while (fill() >= 0) {
      // until the peer ends
    }
    return takeTo(end);
  }

  /** What is there already, or what comes next; empty at the end. */
  String takeSome() throws IOException {
    begin();
    if (start == end) {
      fill();
      begin();
    }
    return takeTo(end);
  }

  /** Reads and forgets that many bytes: for bodies that need not fit into memory. */
  void skip(long length) throws IOException {
    for (long left = length; left > 0; ) {
      int step = (int) Math.min(left, end - start);
      start += step;
      left -= step;
      message = start;
      if (left > 0) {
        require("closed " + left + " bytes before the end");
      }
    }
  }

  /** Whether the peer ends with no further byte. */
  boolean isAtEnd() throws IOException {
    return start == end && fill() < 0;
  }

  private String takeTo(int to) {
    var text = Bytes.text(bytes, start, to);
    start = to;
    return text;
  }

  private int require(String failure) throws IOException {
    int moved = fill();
    if (moved < 0) {
      throw new EOFException(failure);
    }
    return moved;
  }

  /** Reads more. Returns by how much the bytes moved in the array; -1 at the end. */
  private int fill() throws IOException {
    int moved = 0;
    if (end == bytes.length) {
      if (message > bytes.length / 2) {
        moved = message;
        System.arraycopy(bytes, message, bytes, 0, end - message);
        start -= moved;
        end -= moved;
        message = 0;
      } else {
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
    }
    int read = source.read(ByteBuffer.wrap(bytes, end, bytes.length - end));
    if (read < 0) {
      return -1;
    }
    end += read;
    return moved;
  }

  private static boolean isChunked(String head) {
    return head.toLowerCase(Locale.ROOT)
        .matches("(?s).*\r\ntransfer-encoding:[^\r\n]*chunked[ \t]*\r\n.*");
  }

  private static int contentLength(String head) throws ProtocolException {
    for (var line : head.split("\r\n", -1)) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        return number(line.substring(15), 10);
      }
    }
    return -1;
  }

  private static int number(String text, int radix) throws ProtocolException {
    try {
      return Integer.parseUnsignedInt(text.strip(), radix);
    } catch (NumberFormatException e) {
      throw new ProtocolException("a length is " + Bytes.visible(text));
    }
  }
}
