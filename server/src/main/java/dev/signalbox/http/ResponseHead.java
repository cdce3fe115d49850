package dev.signalbox.http;

/**
 * What a response says before its body, whatever the version it came by. Hop-by-hop fields are
 * already gone. Belongs to one loop and is reused: valid until its stream has ended.
 */
public final class ResponseHead {
  private final Headers headers = new Headers();
  private HttpVersion version = HttpVersion.HTTP_1_1;
  private int status;
  private int reasonStart;
  private int reasonEnd;
  private long bodyLength;

  /** One of our own, with the usual words for its status. */
  public static ResponseHead of(int status) {
    var head = new ResponseHead();
    head.status = status;
    byte[] reason = Ascii.bytes(Reasons.of(status));
    head.reasonStart = head.headers.appendBytes(reason, 0, reason.length);
    head.reasonEnd = head.reasonStart + reason.length;
    return head;
  }

  public void clear() {
    headers.clear();
    version = HttpVersion.HTTP_1_1;
    status = 0;
    reasonStart = reasonEnd = 0;
    bodyLength = 0;
  }

  public Headers headers() {
    return headers;
  }

  public byte[] bytes() {
    return headers.bytes();
  }

  public HttpVersion version() {
    return version;
  }

  public void version(HttpVersion newVersion) {
    version = newVersion;
  }

  public int status() {
    return status;
  }

  public void status(int newStatus) {
    status = newStatus;
  }

  /** The reason phrase as it came; empty where none did. */
  public int reasonStart() {
    return reasonStart;
  }

  public int reasonEnd() {
    return reasonEnd;
  }

  public void reason(int start, int end) {
    reasonStart = start;
    reasonEnd = end;
  }

  /** The body's length in bytes, 0 where there is none, or {@link RequestHead#UNKNOWN_LENGTH}. */
  public long bodyLength() {
    return bodyLength;
  }

  public void bodyLength(long length) {
    bodyLength = length;
  }

  /** Whether a response of that status has no body whatever it says (RFC 9110 §6.4.1). */
  public static boolean hasNoBody(int status) {
    return status < 200 || status == 204 || status == 304;
  }
}
