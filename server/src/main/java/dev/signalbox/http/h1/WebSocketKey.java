package dev.signalbox.http.h1;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * The key of a WebSocket's handshake, and the answer to it (RFC 6455 §4). Only HTTP/1.1 has them
 * (RFC 8441 §5): where the other side speaks another version, they are made and checked here. Pure.
 */
final class WebSocketKey {
  static final byte[] KEY = Ascii.bytes("Sec-WebSocket-Key");
  static final byte[] ACCEPT = Ascii.bytes("Sec-WebSocket-Accept");

  private static final byte[] WEBSOCKET = Ascii.bytes("websocket");
  private static final String LOWER_KEY = "sec-websocket-key";
  private static final String LOWER_ACCEPT = "sec-websocket-accept";
  private static final byte[] GUID = Ascii.bytes("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
  private static final int SIZE = 16;
  private static final int LENGTH = 24; // of SIZE bytes in base64

  private WebSocketKey() {}

  /** Whether one of the protocols that the request would switch to is WebSocket. */
  static boolean isAskedFor(RequestHead head) {
    byte[] bytes = head.bytes();
    int start = head.upgradeStart();
    while (start < head.upgradeEnd()) {
      int comma = Ascii.endOfItem(bytes, start, head.upgradeEnd());
      int from = Ascii.afterSpace(bytes, start, comma);
      int to = Ascii.beforeSpace(bytes, from, comma);
      if (Ascii.equalsIgnoreCase(bytes, from, to, WEBSOCKET)) {
        return true;
      }
      start = comma + 1;
    }
    return false;
  }

  /** Whether the request has exactly one key, and a good one. */
  static boolean isIn(RequestHead head) {
    Headers headers = head.headers();
    int entry = headers.find(LOWER_KEY, 0);
    if (entry < 0 || headers.find(LOWER_KEY, entry + 1) >= 0) {
      return false;
    }
    try {
      return headers.valueEnd(entry) - headers.valueStart(entry) == LENGTH
          && Base64.getDecoder().decode(Ascii.bytes(headers.value(entry))).length == SIZE;
    } catch (IllegalArgumentException e) {
      return false; // not base64
    }
  }

  static byte[] make(RandomGenerator random) {
    var nonce = new byte[SIZE];
    random.nextBytes(nonce);
    return Base64.getEncoder().encode(nonce);
  }

  /** The request's key; only where there is one. */
  static byte[] of(RequestHead head) {
    Headers headers = head.headers();
    return Ascii.bytes(headers.value(headers.find(LOWER_KEY, 0)));
  }

  /** The answer to a key. */
  static byte[] accept(byte[] key) {
    try {
      var digest = MessageDigest.getInstance("SHA-1");
      digest.update(key);
      return Base64.getEncoder().encode(digest.digest(GUID));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** The entry of the answer, or -1. */
  static int findAccept(Headers headers) {
    return headers.find(LOWER_ACCEPT, 0);
  }

  /** Whether the answer is there once, and is this one. */
  static boolean isAccepted(Headers headers, byte[] accept) {
    int entry = findAccept(headers);
    return entry >= 0
        && headers.find(LOWER_ACCEPT, entry + 1) < 0
        && headers.value(entry).equals(new String(accept, StandardCharsets.ISO_8859_1));
  }
}
