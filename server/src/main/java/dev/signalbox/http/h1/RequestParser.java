package dev.signalbox.http.h1;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.ConnectRequest;
import dev.signalbox.http.Expect;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpVersion;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.MessageLimits;
import dev.signalbox.http.Method;
import dev.signalbox.http.Problem;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.RequestTarget;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests: heads into a {@link RequestHead}, and sets up the reader of the body. Reused from
 * connection to connection by one loop, so that an idle connection holds none.
 */
final class RequestParser implements HeadReader.StartLine {
  /** Empty lines before a request line are skipped (RFC 9112 §2.2), but not without end. */
  private static final int MAX_EMPTY_LINES = 4;

  private static final byte[] SLASH = {'/'};
  private static final byte[] ASTERISK = {'*'};
  private static final byte[] HTTP = Ascii.bytes("http://");
  private static final byte[] HTTPS = Ascii.bytes("https://");

  private final RequestHead head = new RequestHead();
  private final HeadReader reader = new HeadReader(this);
  private final Framing framing = new Framing();
  private final BodyReader body = new BodyReader();
  private @Nullable Problem problem;
  private int targetStart;
  private int targetEnd;
  private boolean takesConnect;

  RequestHead head() {
    return head;
  }

  BodyReader body() {
    return body;
  }

  /** Whether the client keeps the connection open after this request. */
  boolean isPersistent() {
    return framing.isPersistent();
  }

  /** Whether anything of the request has come. */
  boolean hasBegun() {
    return reader.hasBegun(head.headers());
  }

  /** What was wrong; only after {@link HeadReader.Result#BAD}. */
  Problem problem() {
    return problem == null ? reader.problem() : problem;
  }

  /**
   * Begins a request.
   *
   * @param newTakesConnect whether clients may ask for tunnels
   */
  void begin(MessageLimits limits, boolean newTakesConnect) {
    takesConnect = newTakesConnect;
    head.clear();
    problem = null;
    body.beginNone();
    reader.begin(
        head.headers(),
        MAX_EMPTY_LINES,
        limits.requestLine().toInt(),
        limits.head().toInt(),
        limits.headers());
  }

  /** Forgets the request, so that what is kept for the next one is small. */
  void clear() {
    head.clear();
    body.beginNone();
  }

  HeadReader.Result read(ByteBuf in, MessageLimits limits) {
    HeadReader.Result result = reader.read(head.headers(), in);
    if (result == HeadReader.Result.DONE) {
      problem = finish(limits);
      return problem == null ? HeadReader.Result.DONE : HeadReader.Result.BAD;
    }
    return result;
  }

  // RFC 9112 §3: method SP request-target SP HTTP-version
  @Override
  public @Nullable Problem onStartLine(Headers block, int start, int end) {
    byte[] bytes = block.bytes();
    int methodEnd = start;
    while (methodEnd < end && Ascii.isToken(bytes[methodEnd])) {
      methodEnd++;
    }
    if (methodEnd == start || methodEnd == end || bytes[methodEnd] != ' ') {
      return Problem.of("a malformed request line");
    }
    targetStart = methodEnd + 1;
    targetEnd = targetStart;
    while (targetEnd < end && bytes[targetEnd] != ' ') {
      targetEnd++;
    }
    if (targetEnd == targetStart || targetEnd == end) {
      return Problem.of("a malformed request line");
    }
    head.method(start, methodEnd);
    return version(bytes, targetEnd + 1, end);
  }

  private @Nullable Problem version(byte[] bytes, int start, int end) {
    boolean isVersion =
        end - start == 8
            && bytes[start] == 'H'
            && bytes[start + 1] == 'T'
            && bytes[start + 2] == 'T'
            && bytes[start + 3] == 'P'
            && bytes[start + 4] == '/'
            && isDigit(bytes[start + 5])
            && bytes[start + 6] == '.'
            && isDigit(bytes[start + 7]);
    if (!isVersion) {
      return Problem.of("a malformed request line");
    }
    if (bytes[start + 5] != '1' || bytes[start + 7] > '1') {
      return new Problem(505, "a version other than HTTP/1.0 and HTTP/1.1");
    }
    head.version(bytes[start + 7] == '1' ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0);
    return null;
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private @Nullable Problem finish(MessageLimits limits) {
    Headers headers = head.headers();
    Problem wrong = framing.read(headers, head.version());
    if (wrong == null) {
      wrong = host(headers);
    }
    if (wrong == null) {
      wrong = target(headers);
    }
    if (wrong == null && headers.has(KnownHeader.EXPECT)) {
      wrong = expect(headers);
    }
    if (wrong == null) {
      wrong = body(limits);
    }
    return wrong == null && framing.upgrade() >= 0 ? upgrade(headers) : wrong;
  }

  // RFC 9112 §3.2
  private @Nullable Problem host(Headers headers) {
    int entry = headers.find(KnownHeader.HOST);
    if (entry < 0) {
      return head.version() == HttpVersion.HTTP_1_0 ? null : Problem.of("no Host");
    }
    if (headers.find(KnownHeader.HOST, entry + 1) >= 0) {
      return Problem.of("several Host fields");
    }
    headers.remove(entry);
    return problem(
        RequestTarget.authority(head, headers.valueStart(entry), headers.valueEnd(entry)));
  }

  private @Nullable Problem target(Headers headers) {
    byte[] bytes = headers.bytes();
    byte first = bytes[targetStart];
    if (head.isConnect()) {
      return takesConnect ? connect() : new Problem(405, "CONNECT is not enabled");
    }
    if (first == '/') {
      return problem(RequestTarget.path(head, targetStart, targetEnd));
    }
    if (first == '*' && targetEnd - targetStart == 1 && head.method() == Method.OPTIONS) {
      RequestTarget.asterisk(head, targetStart);
      return null;
    }
    return absolute(headers);
  }

  // RFC 9112 §3.2.3: the target is host and port, which take the place of the Host field's
  private @Nullable Problem connect() {
    if (framing.isChunked() || framing.contentLength() > 0) {
      return Problem.of("a body on CONNECT"); // it could be taken for what follows the tunnel's yes
    }
    // A client may send ahead what is meant for the tunnel. If it gets none, that is no request.
    framing.endsConnection();
    return problem(ConnectRequest.read(head, targetStart, targetEnd));
  }

  // RFC 9112 §3.2.2: the target's authority takes the place of the Host field's
  private @Nullable Problem absolute(Headers headers) {
    byte[] bytes = headers.bytes();
    int start = targetStart;
    if (startsWith(bytes, start, HTTP)) {
      start += HTTP.length;
    } else if (startsWith(bytes, start, HTTPS)) {
      start += HTTPS.length;
    } else {
      return Problem.of("a malformed request target");
    }
    int end = start;
    while (end < targetEnd && bytes[end] != '/' && bytes[end] != '?') {
      end++;
    }
    String wrong = RequestTarget.authority(head, start, end);
    if (wrong != null) {
      return Problem.of(wrong);
    }
    if (end < targetEnd && bytes[end] == '/') {
      return problem(RequestTarget.path(head, end, targetEnd));
    }
    if (end == targetEnd && head.method() == Method.OPTIONS) { // RFC 9112 §3.2.4
      RequestTarget.asterisk(head, headers.appendBytes(ASTERISK, 0, 1));
      return null;
    }
    int path = headers.appendBytes(SLASH, 0, 1);
    int pathEnd = headers.appendBytes(headers.bytes(), end, targetEnd) + targetEnd - end;
    return problem(RequestTarget.path(head, path, pathEnd));
  }

  private boolean startsWith(byte[] bytes, int start, byte[] lower) {
    return start + lower.length <= targetEnd
        && Ascii.equalsIgnoreCase(bytes, start, start + lower.length, lower);
  }

  // RFC 9110 §10.1.1
  private @Nullable Problem expect(Headers headers) {
    Problem wrong = Expect.problem(headers);
    if (wrong == null) {
      head.expectsContinue(head.version() == HttpVersion.HTTP_1_1);
    }
    return wrong;
  }

  private @Nullable Problem body(MessageLimits limits) {
    if (framing.isChunked()) {
      head.bodyLength(RequestHead.UNKNOWN_LENGTH);
      body.beginChunked(limits.body().count(), limits.head().toInt(), limits.headers());
      return null;
    }
    long length = Math.max(0, framing.contentLength());
    if (length > limits.body().count()) {
      return Problem.BODY_TOO_LARGE;
    }
    head.bodyLength(length);
    body.beginLength(length);
    return null;
  }

  // RFC 9110 §7.8: HTTP/1.0 knows no upgrade. One may always be overlooked, and is where a body
  // would have to be told from what follows the switch.
  private @Nullable Problem upgrade(Headers headers) {
    boolean isPlain = head.method() == Method.GET && head.bodyLength() == 0;
    if (head.version() == HttpVersion.HTTP_1_0 || !isPlain) {
      return null;
    }
    int entry = framing.upgrade();
    head.upgrade(headers.valueStart(entry), headers.valueEnd(entry));
    return WebSocketKey.isAskedFor(head) && !WebSocketKey.isIn(head)
        ? Problem.of("a WebSocket without one good Sec-WebSocket-Key") // RFC 6455 §4.2.1
        : null;
  }

  private static @Nullable Problem problem(@Nullable String reason) {
    return reason == null ? null : Problem.of(reason);
  }
}
