package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.RequestHead;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Writes request heads as header blocks (RFC 9113 §8.3.1), from their parsed form. Pure. */
final class RequestFields {
  private static final byte[] HTTP = Ascii.bytes("http");
  private static final byte[] HTTPS = Ascii.bytes("https");
  private static final byte[] CONNECT = Ascii.bytes("CONNECT");
  private static final byte[] PROTOCOL = Ascii.bytes(":protocol");
  private static final String WEBSOCKET_KEY = "sec-websocket-key";
  private static final byte[] TE_TRAILERS = Ascii.bytes("tetrailers"); // name and value
  private static final byte[] GRPC = Ascii.bytes("application/grpc");

  private RequestFields() {}

  /** An upper bound for what a head takes. */
  static int most(RequestHead head, byte[] authority) {
    return H2Core.mostEncoded(head.headers())
        + head.methodEnd()
        - head.methodStart()
        + head.pathEnd()
        - head.pathStart()
        + head.queryEnd()
        - head.queryStart()
        + head.authorityEnd()
        - head.authorityStart()
        + authority.length
        + head.upgradeEnd()
        - head.upgradeStart()
        + 64;
  }

  /**
   * Writes the block.
   *
   * @param authority the host to ask for, in place of the head's own; empty for the head's own
   */
  static void write(
      HpackEncoder encoder, ByteBuf out, RequestHead head, byte[] authority, boolean isSecure) {
    encoder.begin(out);
    byte[] bytes = head.bytes();
    if (head.hasUpgrade()) { // RFC 8441 §4
      encoder.value(out, StaticTable.METHOD, CONNECT, 0, CONNECT.length);
      protocol(encoder, out, head);
    } else {
      encoder.value(out, StaticTable.METHOD, bytes, head.methodStart(), head.methodEnd());
    }
    if (!head.isConnect()) { // RFC 9113 §8.5
      byte[] scheme = isSecure ? HTTPS : HTTP;
      encoder.value(out, StaticTable.SCHEME, scheme, 0, scheme.length);
    }
    if (authority.length > 0) {
      encoder.value(out, StaticTable.AUTHORITY, authority, 0, authority.length);
    } else {
      encoder.value(out, StaticTable.AUTHORITY, bytes, head.authorityStart(), head.authorityEnd());
    }
    if (!head.isConnect()) {
      path(encoder, out, head);
    }
    Headers headers = head.headers();
    int key = head.hasUpgrade() ? headers.find(WEBSOCKET_KEY, 0) : -1; // RFC 8441 §5: not here
    for (int i = 0; i < headers.size(); i++) {
      if (headers.isRemoved(i) || !isSent(headers, i) || i == key) {
        continue;
      }
      encoder.field(out, headers, i);
    }
    if (isGrpc(headers)) {
      encoder.field(out, TE_TRAILERS, 0, 2, 2, TE_TRAILERS.length, false);
    }
  }

  private static void path(HpackEncoder encoder, ByteBuf out, RequestHead head) {
    byte[] bytes = head.bytes();
    int path = head.pathStart();
    int pathLength = head.pathEnd() - path;
    int queryLength = head.queryEnd() - head.queryStart();
    if (queryLength == 0 || head.queryStart() == head.pathEnd()) {
      encoder.value(out, StaticTable.PATH, bytes, path, path + pathLength + queryLength);
    } else { // the path was normalised, and stands elsewhere
      var both = new byte[pathLength + queryLength];
      System.arraycopy(bytes, path, both, 0, pathLength);
      System.arraycopy(bytes, head.queryStart(), both, pathLength, queryLength);
      encoder.value(out, StaticTable.PATH, both, 0, both.length);
    }
  }

  private static void protocol(HpackEncoder encoder, ByteBuf out, RequestHead head) {
    int length = head.upgradeEnd() - head.upgradeStart();
    byte[] line = Arrays.copyOf(PROTOCOL, PROTOCOL.length + length);
    for (int i = 0; i < length; i++) { // HTTP/1 takes it in any case, HTTP/2 as it is registered
      line[PROTOCOL.length + i] = Ascii.toLower(head.bytes()[head.upgradeStart() + i]);
    }
    encoder.field(out, line, 0, PROTOCOL.length, PROTOCOL.length, line.length, false);
  }

  /** Fields of one connection stay behind (RFC 9113 §8.2.2), whoever added them. */
  private static boolean isSent(Headers headers, int entry) {
    KnownHeader known = headers.known(entry);
    return known == null
        || !(FieldRules.isConnectionSpecific(known)
            || known == KnownHeader.HOST
            || known == KnownHeader.HTTP2_SETTINGS
            || known == KnownHeader.TE);
  }

  /** Whether it is a call of gRPC, which wants to be told that trailers arrive. */
  private static boolean isGrpc(Headers headers) {
    int entry = headers.find(KnownHeader.CONTENT_TYPE);
    if (entry < 0) {
      return false;
    }
    int start = headers.valueStart(entry);
    int end = start + GRPC.length;
    return end <= headers.valueEnd(entry)
        && Ascii.equalsIgnoreCase(headers.bytes(), start, end, GRPC);
  }
}
