package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;

/** The numbers of RFC 9113 §6, §7 and §11. */
final class Frames {
  /** Of every frame's header, in bytes (§4.1). */
  static final int HEADER = 9;

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int PRIORITY_UPDATE = 16; // RFC 9218 §7.1

  static final int END_STREAM = 0x1;
  static final int ACK = 0x1;
  static final int END_HEADERS = 0x4;
  static final int PADDED = 0x8;
  static final int WITH_PRIORITY = 0x20;

  static final int HEADER_TABLE_SIZE = 1;
  static final int ENABLE_PUSH = 2;
  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;
  static final int MAX_FRAME_SIZE = 5;
  static final int MAX_HEADER_LIST_SIZE = 6;
  static final int ENABLE_CONNECT_PROTOCOL = 8; // RFC 8441 §3
  static final int NO_RFC7540_PRIORITIES = 9; // RFC 9218 §2.1

  /** What a frame may carry unless its receiver says more; we never say more. */
  static final int MOST = 16 * 1024;

  /** What every window is at first (§6.9.2). */
  static final int FIRST_WINDOW = 65_535;

  static final int MAX_WINDOW = Integer.MAX_VALUE;

  /** What a client sends first (§3.4). */
  static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

  private Frames() {}

  static int readInt(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }
}
