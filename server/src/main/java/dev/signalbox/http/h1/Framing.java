package dev.signalbox.http.h1;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.ContentLength;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpVersion;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.Problem;
import org.jspecify.annotations.Nullable;

/**
 * What the fields of one HTTP/1 head say about the connection and the body, and their removal: what
 * is left is end to end. One instance a connection; {@link #read} starts anew.
 */
final class Framing {
  private static final byte[] CLOSE = Ascii.bytes("close");
  private static final byte[] KEEP_ALIVE = Ascii.bytes("keep-alive");
  private static final byte[] UPGRADE = Ascii.bytes("upgrade");
  private static final byte[] CHUNKED = Ascii.bytes("chunked");

  /** Fields that a {@code Connection} field may not remove: the message would mean another. */
  private static final byte[][] NOT_REMOVABLE = {
    Ascii.bytes("host"), Ascii.bytes("content-length"), Ascii.bytes("transfer-encoding")
  };

  private static final KnownHeader[] HOP_BY_HOP = { // RFC 9110 §7.6.1
    KnownHeader.CONNECTION,
    KnownHeader.KEEP_ALIVE,
    KnownHeader.PROXY_CONNECTION,
    KnownHeader.TE,
    KnownHeader.TRANSFER_ENCODING,
    KnownHeader.UPGRADE,
    KnownHeader.HTTP2_SETTINGS,
  };

  private boolean isChunked;
  private long contentLength;
  private boolean isPersistent;
  private int upgrade; // an entry, removed as well; or -1

  boolean isChunked() {
    return isChunked;
  }

  /** The value of Content-Length, or -1 where there is none. */
  long contentLength() {
    return contentLength;
  }

  /** Whether the sender keeps the connection open after this message. */
  boolean isPersistent() {
    return isPersistent;
  }

  /** Nothing may follow this message that could be taken for another. */
  void endsConnection() {
    isPersistent = false;
  }

  /**
   * The entry of the one Upgrade field that a Connection field names (RFC 9110 §7.8), or -1. It
   * counts as removed.
   */
  int upgrade() {
    return upgrade;
  }

  /**
   * Reads and removes the hop-by-hop fields.
   *
   * @return what is wrong with them, or null
   */
  @Nullable Problem read(Headers headers, HttpVersion version) {
    isChunked = false;
    contentLength = -1;
    isPersistent = version == HttpVersion.HTTP_1_1;
    upgrade = -1;
    Problem wrong = null;
    if (headers.has(KnownHeader.CONTENT_LENGTH)) {
      wrong = readContentLength(headers);
    }
    if (wrong == null && headers.has(KnownHeader.TRANSFER_ENCODING)) {
      wrong = readTransferEncoding(headers, version);
    }
    if (wrong == null && headers.has(KnownHeader.CONNECTION)) {
      wrong = readConnection(headers);
    }
    if (wrong != null) {
      return wrong;
    }
    for (KnownHeader hopByHop : HOP_BY_HOP) {
      headers.remove(hopByHop);
    }
    return null;
  }

  private @Nullable Problem readContentLength(Headers headers) {
    contentLength = ContentLength.read(headers);
    return contentLength < 0 ? ContentLength.problem(contentLength) : null;
  }

  // RFC 9112 §6.1
  private @Nullable Problem readTransferEncoding(Headers headers, HttpVersion version) {
    if (version == HttpVersion.HTTP_1_0) {
      return Problem.of("Transfer-Encoding in HTTP/1.0");
    }
    if (contentLength >= 0) {
      return Problem.of("both Content-Length and Transfer-Encoding");
    }
    int entry = headers.find(KnownHeader.TRANSFER_ENCODING);
    boolean isOnly = headers.find(KnownHeader.TRANSFER_ENCODING, entry + 1) < 0;
    if (!isOnly
        || !Ascii.equalsIgnoreCase(
            headers.bytes(), headers.valueStart(entry), headers.valueEnd(entry), CHUNKED)) {
      return Problem.of("a Transfer-Encoding other than a single chunked");
    }
    isChunked = true;
    return null;
  }

  private static int one(Headers headers, KnownHeader header) {
    int entry = headers.find(header);
    return entry >= 0 && headers.find(header, entry + 1) < 0 ? entry : -1;
  }

  // RFC 9110 §7.6.1
  private @Nullable Problem readConnection(Headers headers) {
    boolean hasClose = false;
    boolean hasKeepAlive = false;
    for (int entry = headers.find(KnownHeader.CONNECTION);
        entry >= 0;
        entry = headers.find(KnownHeader.CONNECTION, entry + 1)) {
      byte[] bytes = headers.bytes();
      int end = headers.valueEnd(entry);
      int start = headers.valueStart(entry);
      while (start < end) {
        int comma = Ascii.endOfItem(bytes, start, end);
        int from = Ascii.afterSpace(bytes, start, comma);
        int to = Ascii.beforeSpace(bytes, from, comma);
        if (Ascii.equalsIgnoreCase(bytes, from, to, CLOSE)) {
          hasClose = true;
        } else if (Ascii.equalsIgnoreCase(bytes, from, to, KEEP_ALIVE)) {
          hasKeepAlive = true;
        } else if (Ascii.equalsIgnoreCase(bytes, from, to, UPGRADE)) {
          upgrade = one(headers, KnownHeader.UPGRADE); // removed with the others
        } else if (to > from) {
          for (byte[] kept : NOT_REMOVABLE) {
            if (Ascii.equalsIgnoreCase(bytes, from, to, kept)) {
              return Problem.of("a Connection option that names a framing field");
            }
          }
          headers.removeNamed(from, to);
        }
        start = comma + 1;
      }
    }
    isPersistent = !hasClose && (isPersistent || hasKeepAlive);
    return null;
  }
}
