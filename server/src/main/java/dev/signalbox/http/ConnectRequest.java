package dev.signalbox.http;

import org.jspecify.annotations.Nullable;

/**
 * Reads what a CONNECT asks for, the same in every version: a tunnel to one host and one port (RFC
 * 9110 §9.3.6). It has no path, no query and no content. Pure.
 */
public final class ConnectRequest {
  private static final byte[] SLASH = {'/'};

  private ConnectRequest() {}

  /**
   * Enters the target. The path is {@code /} for whoever asks for one; none is forwarded.
   *
   * @return what is wrong with it, or null
   */
  public static @Nullable String read(RequestHead head, int start, int end) {
    String wrong = RequestTarget.authority(head, start, end);
    if (wrong != null) {
      return wrong;
    }
    if (!hasPort(head.bytes(), start, end)) { // RFC 9112 §3.2.3: not even that of a scheme
      return "no port";
    }
    Headers headers = head.headers();
    headers.remove(KnownHeader.CONTENT_LENGTH); // whoever calls has seen that it is 0
    headers.remove(KnownHeader.CONTENT_TYPE); // of no content: nobody shall go by it
    int path = headers.appendBytes(SLASH, 0, 1);
    head.path(path, path + 1);
    head.query(path + 1, path + 1);
    head.bodyLength(0); // what follows is none
    return null;
  }

  /** Whether there is one, and not 0; that it is a number has been seen. */
  private static boolean hasPort(byte[] bytes, int start, int end) {
    boolean isZero = true;
    for (int at = end - 1; at > start; at--) {
      byte c = bytes[at];
      if (c == ':') {
        return !isZero;
      }
      if (c < '0' || c > '9') {
        return false;
      }
      isZero &= c == '0';
    }
    return false;
  }
}
