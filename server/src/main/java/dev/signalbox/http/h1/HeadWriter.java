package dev.signalbox.http.h1;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpVersion;
import dev.signalbox.http.Reasons;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseHead;
import io.netty.buffer.ByteBuf;

/** Writes heads from their parsed form. Runs of untouched field lines are copied together. Pure. */
final class HeadWriter {
  static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] VERSION_CRLF_HOST = Ascii.bytes(" HTTP/1.1\r\nHost: ");
  private static final byte[] VERSION = Ascii.bytes("HTTP/1.1 ");
  static final byte[] COLON = {':', ' '};
  private static final byte[] UPGRADE = Ascii.bytes("Connection: Upgrade\r\nUpgrade: ");

  private HeadWriter() {}

  /** An upper bound for what the head takes, without fields the caller adds. */
  static int sizeOf(Headers headers) {
    return headers.length() + headers.size() * 4 + 256;
  }

  /** Writes the request line, Host and the fields, without the empty line. */
  static void request(RequestHead head, byte[] authority, ByteBuf out) {
    byte[] bytes = head.bytes();
    out.writeBytes(bytes, head.methodStart(), head.methodEnd() - head.methodStart());
    out.writeByte(' ');
    if (head.isConnect()) { // RFC 9112 §3.2.3
      out.writeBytes(bytes, head.authorityStart(), head.authorityEnd() - head.authorityStart());
    } else {
      out.writeBytes(bytes, head.pathStart(), head.pathEnd() - head.pathStart());
      out.writeBytes(bytes, head.queryStart(), head.queryEnd() - head.queryStart());
    }
    out.writeBytes(VERSION_CRLF_HOST);
    if (authority.length > 0) {
      out.writeBytes(authority);
    } else {
      out.writeBytes(bytes, head.authorityStart(), head.authorityEnd() - head.authorityStart());
    }
    out.writeBytes(CRLF);
    fields(head.headers(), out);
  }

  /** Writes the status line and the fields, without the empty line. */
  static void response(ResponseHead head, ByteBuf out) {
    int status = head.status();
    out.writeBytes(VERSION);
    out.writeMedium(
        ('0' + status / 100) << 16 | ('0' + status / 10 % 10) << 8 | ('0' + status % 10));
    out.writeByte(' '); // RFC 9112 §4: also before an empty reason
    if (head.version() == HttpVersion.HTTP_2) { // some clients can't read an empty one
      out.writeBytes(Reasons.bytes(status));
    } else {
      out.writeBytes(head.bytes(), head.reasonStart(), head.reasonEnd() - head.reasonStart());
    }
    out.writeBytes(CRLF);
    fields(head.headers(), out);
  }

  /** Writes the fields that switch to the protocol of that request. */
  static void upgrade(RequestHead head, ByteBuf out) {
    out.writeBytes(UPGRADE);
    out.writeBytes(head.bytes(), head.upgradeStart(), head.upgradeEnd() - head.upgradeStart());
    out.writeBytes(CRLF);
  }

  static void fields(Headers headers, ByteBuf out) {
    byte[] bytes = headers.bytes();
    int runStart = 0;
    int runEnd = 0;
    for (int i = 0; i < headers.size(); i++) {
      if (headers.isRemoved(i)) {
        continue;
      }
      int lineStart = headers.nameStart(i);
      if (headers.isRewrite(i)) {
        out.writeBytes(bytes, runStart, runEnd - runStart);
        runStart = runEnd = 0;
        out.writeBytes(bytes, lineStart, headers.nameEnd(i) - lineStart);
        out.writeBytes(COLON);
        out.writeBytes(bytes, headers.valueStart(i), headers.valueEnd(i) - headers.valueStart(i));
        out.writeBytes(CRLF);
        continue;
      }
      if (lineStart != runEnd) {
        out.writeBytes(bytes, runStart, runEnd - runStart);
        runStart = lineStart;
      }
      runEnd = headers.valueEnd(i) + 2;
    }
    out.writeBytes(bytes, runStart, runEnd - runStart);
  }
}
