package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.ConnectRequest;
import dev.signalbox.http.ContentLength;
import dev.signalbox.http.Expect;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpVersion;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.MessageLimits;
import dev.signalbox.http.Method;
import dev.signalbox.http.Problem;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.RequestTarget;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's fields into a {@link RequestHead}, as strictly as HTTP/1 reads its own. What
 * breaks the rules of HTTP/2 is {@link #malformed}; what any version would refuse is a {@link
 * #problem}, with a status. Reused from stream to stream by one loop.
 */
final class RequestReader implements FieldSink {
  private static final int METHOD = 1;
  private static final int SCHEME = 2;
  private static final int AUTHORITY = 4;
  private static final int PATH = 8;
  private static final int PROTOCOL = 16;

  private static final byte[] NAME_METHOD = Ascii.bytes(":method");
  private static final byte[] NAME_SCHEME = Ascii.bytes(":scheme");
  private static final byte[] NAME_AUTHORITY = Ascii.bytes(":authority");
  private static final byte[] NAME_PATH = Ascii.bytes(":path");
  private static final byte[] NAME_PROTOCOL = Ascii.bytes(":protocol"); // RFC 8441 §4
  private static final byte[] COOKIE = Ascii.bytes("cookie");
  private static final byte[] GET = Ascii.bytes("GET");
  private static final byte[] WEBSOCKET_KEY = Ascii.bytes("sec-websocket-key");
  private static final int REST_OF_LINE = 11; // the spaces and the version that HTTP/1 would add

  private final RequestHead head = new RequestHead();
  private boolean takesConnect;
  private int seen; // pseudo-headers
  private boolean hasFields;
  private int fields;
  private int mostFields;
  private int cookies;
  private int authorityStart;
  private int authorityEnd;
  private int pathStart;
  private int pathEnd;
  private int protocolStart;
  private int protocolEnd;
  private @Nullable String malformed;
  private @Nullable Problem problem;

  RequestHead head() {
    return head;
  }

  /** What breaks the rules of HTTP/2, or null. After {@link #finish}. */
  @Nullable String malformed() {
    return malformed;
  }

  /** Why it is refused with a response, or null. After {@link #finish}. */
  @Nullable Problem problem() {
    return problem;
  }

  /**
   * Begins a request.
   *
   * @param newTakesConnect whether clients may ask for tunnels
   */
  void begin(MessageLimits limits, boolean newTakesConnect) {
    takesConnect = newTakesConnect;
    head.clear();
    head.version(HttpVersion.HTTP_2);
    seen = 0;
    hasFields = false;
    fields = 0;
    mostFields = limits.headers();
    cookies = 0;
    malformed = null;
    problem = null;
  }

  /** Forgets the request, so that what is kept for the next one is small. */
  void clear() {
    head.clear();
  }

  @Override
  public void onField(
      byte[] bytes,
      int nameStart,
      int nameEnd,
      int valueStart,
      int valueEnd,
      boolean isNeverIndexed) {
    if (malformed != null) {
      return;
    }
    if (nameStart < nameEnd && bytes[nameStart] == ':') {
      malformed = pseudo(bytes, nameStart, nameEnd, valueStart, valueEnd);
      return;
    }
    hasFields = true;
    if (++fields > mostFields) {
      problem = Problem.TOO_MANY_FIELDS;
      return;
    }
    int length = nameEnd - nameStart;
    if (length == COOKIE.length && is(bytes, nameStart, nameEnd, COOKIE)) {
      cookies++;
    }
    malformed = FieldRules.enter(head.headers(), bytes, nameStart, nameEnd, valueStart, valueEnd);
  }

  private static boolean is(byte[] bytes, int start, int end, byte[] name) {
    if (end - start != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (bytes[start + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  // RFC 9113 §8.3, §8.3.1
  private @Nullable String pseudo(
      byte[] bytes, int nameStart, int nameEnd, int valueStart, int valueEnd) {
    if (hasFields) {
      return "a pseudo-header after a field";
    }
    int which;
    if (is(bytes, nameStart, nameEnd, NAME_METHOD)) {
      which = METHOD;
    } else if (is(bytes, nameStart, nameEnd, NAME_PATH)) {
      which = PATH;
    } else if (is(bytes, nameStart, nameEnd, NAME_SCHEME)) {
      which = SCHEME;
    } else if (is(bytes, nameStart, nameEnd, NAME_AUTHORITY)) {
      which = AUTHORITY;
    } else if (is(bytes, nameStart, nameEnd, NAME_PROTOCOL)) {
      which = PROTOCOL;
    } else {
      return "an unknown pseudo-header";
    }
    if ((seen & which) != 0) {
      return "a pseudo-header twice";
    }
    seen |= which;
    if (!FieldRules.isValue(bytes, valueStart, valueEnd)) {
      return "a character in a pseudo-header where it may not be";
    }
    if (which == SCHEME) {
      return isScheme(bytes, valueStart, valueEnd) ? null : "a malformed :scheme";
    }
    int start = head.headers().appendBytes(bytes, valueStart, valueEnd);
    int end = start + valueEnd - valueStart;
    if (which == METHOD) {
      for (int i = start; i < end; i++) {
        if (!Ascii.isToken(head.bytes()[i])) {
          return "a character in the method that no method has";
        }
      }
      head.method(start, end);
      return start == end ? "an empty :method" : null;
    }
    if (which == PATH) {
      pathStart = start;
      pathEnd = end;
      return start == end ? "an empty :path" : null;
    }
    if (which == PROTOCOL) {
      protocolStart = start;
      protocolEnd = end;
      return start == end ? "an empty :protocol" : null;
    }
    authorityStart = start;
    authorityEnd = end;
    return null;
  }

  // RFC 3986 §3.1
  private static boolean isScheme(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      int c = bytes[i] | 0x20;
      boolean isLetter = c >= 'a' && c <= 'z';
      boolean isOther =
          (bytes[i] >= '0' && bytes[i] <= '9')
              || bytes[i] == '+'
              || bytes[i] == '-'
              || bytes[i] == '.';
      if (!(isLetter || (isOther && i > start))) {
        return false;
      }
    }
    return end > start;
  }

  /**
   * All fields have come.
   *
   * @param listSize the size of their list
   * @param isEndStream whether there is no body
   */
  void finish(long listSize, boolean isEndStream, MessageLimits limits) {
    if (malformed != null) {
      return;
    }
    if (listSize > limits.head().count()) {
      problem = Problem.TOO_LARGE;
    }
    if (problem != null) {
      return; // not all of it is there
    }
    boolean isConnect = (seen & METHOD) != 0 && head.method() == Method.CONNECT;
    boolean hasProtocol = (seen & PROTOCOL) != 0;
    if (hasProtocol && !isConnect) {
      malformed = "a :protocol without CONNECT"; // RFC 8441 §4
      return;
    }
    if (isConnect && !hasProtocol) {
      if (takesConnect) {
        connect(head.headers(), limits);
      } else {
        problem = new Problem(405, "CONNECT is not enabled");
      }
      return;
    }
    if ((seen & (METHOD | SCHEME | PATH)) != (METHOD | SCHEME | PATH)) { // RFC 9113 §8.3.1
      malformed = "a pseudo-header is missing";
      return;
    }
    Headers headers = head.headers();
    malformed = FieldRules.checkConnectionSpecific(headers);
    if (malformed == null) {
      problem = length(headers, isEndStream, limits);
    }
    if (malformed == null && problem == null) {
      problem = target(headers, limits);
    }
    if (malformed == null && problem == null && headers.has(KnownHeader.EXPECT)) {
      problem = expect(headers);
    }
    if (cookies > 1) {
      joinCookies(headers);
    }
    if (malformed == null && problem == null && hasProtocol) {
      upgrade(headers);
    }
  }

  // RFC 9113 §8.5
  private void connect(Headers headers, MessageLimits limits) {
    if ((seen & (SCHEME | PATH)) != 0 || (seen & AUTHORITY) == 0) {
      malformed = "a CONNECT of other parts than :method and :authority";
      return;
    }
    malformed = FieldRules.checkConnectionSpecific(headers);
    if (malformed == null && headers.has(KnownHeader.CONTENT_LENGTH)) { // RFC 9110 §9.3.6
      malformed = "a content-length on CONNECT";
    }
    if (malformed != null) {
      return;
    }
    int line = head.methodEnd() - head.methodStart() + authorityEnd - authorityStart + REST_OF_LINE;
    problem = line > limits.requestLine().count() ? Problem.LINE_TOO_LONG : authority(headers);
    if (problem == null) {
      problem = problem(ConnectRequest.read(head, authorityStart, authorityEnd));
    }
    if (problem == null && headers.has(KnownHeader.EXPECT)) {
      problem = expect(headers);
    }
    if (cookies > 1) {
      joinCookies(headers);
    }
  }

  /** Says in the words of every version what the extended CONNECT says (RFC 8441 §4, §5). */
  private void upgrade(Headers headers) {
    if (headers.has(KnownHeader.CONTENT_LENGTH)) { // RFC 9110 §9.3.6
      malformed = "a content-length on CONNECT";
      return;
    }
    int key = headers.find(WEBSOCKET_KEY, 0);
    for (; key >= 0; key = headers.find(WEBSOCKET_KEY, key + 1)) {
      headers.remove(key); // it means nothing here, and would be taken for one that does
    }
    int method = headers.appendBytes(GET, 0, GET.length);
    head.method(method, method + GET.length);
    head.bodyLength(0); // what follows is none
    head.upgrade(protocolStart, protocolEnd);
  }

  private @Nullable Problem length(Headers headers, boolean isEndStream, MessageLimits limits) {
    long length = ContentLength.read(headers);
    if (length < ContentLength.NONE) {
      return ContentLength.problem(length);
    }
    if (isEndStream) {
      if (length > 0) { // RFC 9113 §8.1.1
        malformed = "less data than its content-length";
      }
      head.bodyLength(0);
      return null;
    }
    if (length > limits.body().count()) {
      return Problem.BODY_TOO_LARGE;
    }
    head.bodyLength(length == ContentLength.NONE ? RequestHead.UNKNOWN_LENGTH : length);
    return null;
  }

  private @Nullable Problem target(Headers headers, MessageLimits limits) {
    int line = head.methodEnd() - head.methodStart() + pathEnd - pathStart + REST_OF_LINE;
    if (line > limits.requestLine().count()) {
      return Problem.LINE_TOO_LONG;
    }
    Problem wrong = authority(headers);
    if (wrong != null) {
      return wrong;
    }
    byte[] bytes = headers.bytes();
    if (bytes[pathStart] == '/') {
      return problem(RequestTarget.path(head, pathStart, pathEnd));
    }
    if (bytes[pathStart] == '*' && pathEnd - pathStart == 1 && head.method() == Method.OPTIONS) {
      RequestTarget.asterisk(head, pathStart);
      return null;
    }
    malformed = "a :path that does not begin with a slash";
    return null;
  }

  // RFC 9113 §8.3.1: a Host field may stand beside :authority if it says the same
  private @Nullable Problem authority(Headers headers) {
    int entry = headers.find(KnownHeader.HOST);
    boolean hasAuthority = (seen & AUTHORITY) != 0;
    if (entry < 0) {
      return hasAuthority
          ? problem(RequestTarget.authority(head, authorityStart, authorityEnd))
          : Problem.of("neither :authority nor Host");
    }
    if (headers.find(KnownHeader.HOST, entry + 1) >= 0) {
      return Problem.of("several Host fields");
    }
    int start = headers.valueStart(entry);
    int end = headers.valueEnd(entry);
    if (hasAuthority && !isSame(headers.bytes(), start, end)) {
      return Problem.of("a Host other than :authority");
    }
    headers.remove(entry);
    return problem(RequestTarget.authority(head, start, end));
  }

  private boolean isSame(byte[] bytes, int start, int end) {
    if (end - start != authorityEnd - authorityStart) {
      return false;
    }
    for (int i = 0; i < end - start; i++) {
      if (Ascii.toLower(bytes[start + i]) != Ascii.toLower(bytes[authorityStart + i])) {
        return false;
      }
    }
    return true;
  }

  // RFC 9110 §10.1.1
  private @Nullable Problem expect(Headers headers) {
    Problem wrong = Expect.problem(headers);
    if (wrong == null) {
      head.expectsContinue(true);
    }
    return wrong;
  }

  // RFC 9113 §8.2.3: HTTP/1 has one Cookie field
  private void joinCookies(Headers headers) {
    int length = 0;
    for (int i = headers.find(KnownHeader.COOKIE); i >= 0; ) {
      length += headers.valueEnd(i) - headers.valueStart(i) + 2;
      i = headers.find(KnownHeader.COOKIE, i + 1);
    }
    byte[] all = new byte[length];
    int at = 0;
    for (int i = headers.find(KnownHeader.COOKIE); i >= 0; ) {
      int count = headers.valueEnd(i) - headers.valueStart(i);
      System.arraycopy(headers.bytes(), headers.valueStart(i), all, at, count);
      at += count;
      all[at++] = ';';
      all[at++] = ' ';
      headers.remove(i);
      i = headers.find(KnownHeader.COOKIE, i + 1);
    }
    headers.add(COOKIE, all, 0, at - 2);
  }

  /** Tells the stream how urgent the client says that it is. */
  void prioritise(H2Stream stream) {
    if (head.headers().has(KnownHeader.PRIORITY)) {
      stream.prioritise(Priority.of(head.headers()));
    }
  }

  private static @Nullable Problem problem(@Nullable String reason) {
    return reason == null ? null : Problem.of(reason);
  }
}
