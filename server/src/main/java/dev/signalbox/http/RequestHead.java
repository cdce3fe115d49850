package dev.signalbox.http;

/**
 * What a request says before its body, whatever the version it came by. The parts are ranges of
 * {@link Headers#bytes()}; hop-by-hop fields are already gone.
 *
 * <p>Belongs to one loop and is reused: valid until its stream has ended.
 */
public final class RequestHead {
  private final Headers headers;
  private HttpVersion version = HttpVersion.HTTP_1_1;
  private Method method = Method.GET;
  private int methodStart;
  private int methodEnd;
  private int authorityStart;
  private int authorityEnd;
  private int hostStart;
  private int hostEnd;
  private int pathStart;
  private int pathEnd;
  private int queryStart;
  private int queryEnd;
  private long bodyLength;
  private boolean expectsContinue;
  private int upgradeStart;
  private int upgradeEnd;

  /** A body whose length is known only when it ends. */
  public static final long UNKNOWN_LENGTH = -1;

  /** With the room that most requests need. */
  public RequestHead() {
    this(new Headers());
  }

  /** In these, which are empty. */
  public RequestHead(Headers headers) {
    this.headers = headers;
  }

  public void clear() {
    headers.clear();
    version = HttpVersion.HTTP_1_1;
    method = Method.GET;
    methodStart = methodEnd = 0;
    authorityStart = authorityEnd = hostStart = hostEnd = 0;
    pathStart = pathEnd = queryStart = queryEnd = 0;
    bodyLength = 0;
    expectsContinue = false;
    upgradeStart = upgradeEnd = 0;
  }

  /** The same once more, for whoever needs it longer than the stream lives. */
  public RequestHead copy() {
    var copy = new RequestHead();
    copy.headers.copyFrom(headers);
    copy.version = version;
    copy.method = method;
    copy.methodStart = methodStart;
    copy.methodEnd = methodEnd;
    copy.authorityStart = authorityStart;
    copy.authorityEnd = authorityEnd;
    copy.hostStart = hostStart;
    copy.hostEnd = hostEnd;
    copy.pathStart = pathStart;
    copy.pathEnd = pathEnd;
    copy.queryStart = queryStart;
    copy.queryEnd = queryEnd;
    copy.bodyLength = bodyLength;
    copy.expectsContinue = expectsContinue;
    copy.upgradeStart = upgradeStart;
    copy.upgradeEnd = upgradeEnd;
    return copy;
  }

  public Headers headers() {
    return headers;
  }

  /** The bytes that the ranges of this head point into. */
  public byte[] bytes() {
    return headers.bytes();
  }

  public HttpVersion version() {
    return version;
  }

  public void version(HttpVersion newVersion) {
    version = newVersion;
  }

  public Method method() {
    return method;
  }

  public int methodStart() {
    return methodStart;
  }

  public int methodEnd() {
    return methodEnd;
  }

  public String methodText() {
    return Ascii.text(bytes(), methodStart, methodEnd);
  }

  public void method(int start, int end) {
    methodStart = start;
    methodEnd = end;
    method = Method.find(bytes(), start, end);
  }

  /** Host and port as the client wrote them; empty where HTTP/1.0 sent none. */
  public int authorityStart() {
    return authorityStart;
  }

  public int authorityEnd() {
    return authorityEnd;
  }

  /** The normalised host: lower case, no port, no trailing dot. */
  public int hostStart() {
    return hostStart;
  }

  public int hostEnd() {
    return hostEnd;
  }

  public String hostText() {
    return Ascii.text(bytes(), hostStart, hostEnd);
  }

  void authority(int start, int end) {
    authorityStart = start;
    authorityEnd = end;
  }

  void host(int start, int end) {
    hostStart = start;
    hostEnd = end;
  }

  /** The normalised path; {@code *} for an asterisk-form target (RFC 9112 §3.2.4). */
  public int pathStart() {
    return pathStart;
  }

  public int pathEnd() {
    return pathEnd;
  }

  public String pathText() {
    return Ascii.text(bytes(), pathStart, pathEnd);
  }

  void path(int start, int end) {
    pathStart = start;
    pathEnd = end;
  }

  /** The query with its question mark; an empty range where there is none. */
  public int queryStart() {
    return queryStart;
  }

  public int queryEnd() {
    return queryEnd;
  }

  void query(int start, int end) {
    queryStart = start;
    queryEnd = end;
  }

  /** The body's length in bytes, 0 where there is none, or {@link #UNKNOWN_LENGTH}. */
  public long bodyLength() {
    return bodyLength;
  }

  public void bodyLength(long length) {
    bodyLength = length;
  }

  /** Whether the client waits for a 100 before it sends the body (RFC 9110 §10.1.1). */
  public boolean expectsContinue() {
    return expectsContinue;
  }

  public void expectsContinue(boolean expects) {
    expectsContinue = expects;
  }

  /**
   * Whether the client would have this connection, or stream, carry another protocol from the
   * answer on (RFC 9110 §7.8, RFC 8441). Such a request is a GET without a body, whatever the
   * version.
   */
  public boolean hasUpgrade() {
    return upgradeEnd > upgradeStart;
  }

  /**
   * Whether it asks for a tunnel to its host and port (RFC 9110 §9.3.6), and for nothing else. An
   * extended CONNECT (RFC 8441) is none: it has become a GET that {@link #hasUpgrade}.
   */
  public boolean isConnect() {
    return method == Method.CONNECT;
  }

  /** Whether a yes to it is the end of messages, and what follows belongs to a tunnel. */
  public boolean opensTunnel() {
    return hasUpgrade() || isConnect();
  }

  /** The protocols that the client names, best first, with commas between them. */
  public int upgradeStart() {
    return upgradeStart;
  }

  public int upgradeEnd() {
    return upgradeEnd;
  }

  /** Names them; an empty range where there is none, or none that is welcome. */
  public void upgrade(int start, int end) {
    upgradeStart = start;
    upgradeEnd = end;
  }

  /** Whether doing it twice is the same as doing it once. A switch of protocols never is. */
  public boolean isIdempotent() {
    return method.isIdempotent() && !hasUpgrade();
  }

  @Override
  public String toString() {
    String authority = Ascii.text(bytes(), authorityStart, authorityEnd);
    return methodText()
        + ' '
        + authority
        + (isConnect() ? "" : pathText() + Ascii.text(bytes(), queryStart, queryEnd));
  }
}
