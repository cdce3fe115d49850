package dev.signalbox.route;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.RequestTarget;
import org.jspecify.annotations.Nullable;

/** Request heads for tests, read by the normaliser that the server uses. */
final class Requests {
  private Requests() {}

  /** A request for a URL without its scheme: {@code shop.example.com/login}, or only a path. */
  static RequestHead get(String url) {
    int slash = url.indexOf('/');
    var head = new RequestHead();
    if (slash > 0) {
      int host = head.headers().appendBytes(Ascii.bytes(url), 0, slash);
      requireFine(RequestTarget.authority(head, host, host + slash), url);
    }
    var path = Ascii.bytes(url.substring(slash));
    int start = head.headers().appendBytes(path, 0, path.length);
    requireFine(RequestTarget.path(head, start, start + path.length), url);
    return head;
  }

  private static void requireFine(@Nullable String mistake, String url) {
    if (mistake != null) {
      throw new IllegalArgumentException(url + " has " + mistake);
    }
  }
}
