package dev.signalbox.http;

import org.jspecify.annotations.Nullable;

/** The field names that the server itself reads or writes, recognised while a head is parsed. */
public enum KnownHeader {
  CLIENT_CERT("client-cert"),
  CLIENT_CERT_CHAIN("client-cert-chain"),
  CONNECTION("connection"),
  CONTENT_LENGTH("content-length"),
  CONTENT_TYPE("content-type"),
  COOKIE("cookie"),
  DATE("date"),
  EXPECT("expect"),
  FORWARDED("forwarded"),
  HOST("host"),
  HTTP2_SETTINGS("http2-settings"),
  KEEP_ALIVE("keep-alive"),
  PRIORITY("priority"),
  PROXY_CONNECTION("proxy-connection"),
  SERVER("server"),
  TE("te"),
  TRAILER("trailer"),
  TRANSFER_ENCODING("transfer-encoding"),
  UPGRADE("upgrade"),
  USER_AGENT("user-agent"),
  VIA("via"),
  X_FORWARDED_FOR("x-forwarded-for"),
  X_FORWARDED_HOST("x-forwarded-host"),
  X_FORWARDED_PORT("x-forwarded-port"),
  X_FORWARDED_PROTO("x-forwarded-proto"),
  X_REQUEST_ID("x-request-id");

  private static final int SLOTS = 512;
  private static final @Nullable KnownHeader[] BY_HASH = new KnownHeader[SLOTS];

  static {
    for (KnownHeader header : values()) {
      int slot = slot(header.lower, 0, header.lower.length);
      while (BY_HASH[slot] != null) {
        slot = (slot + 1) & (SLOTS - 1);
      }
      BY_HASH[slot] = header;
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
  final byte[] lower;

  /** From 1, and below 64: a number for index entries, and a bit for sets. */
  final int id;

  @SuppressWarnings("EnumOrdinal") // it lives as long as the process, and is kept nowhere
  KnownHeader(String lower) {
    this.lower = Ascii.bytes(lower);
    this.id = ordinal() + 1;
  }

  /** The header of that name in any case, or null. */
  static @Nullable KnownHeader find(byte[] bytes, int start, int end) {
    if (start == end) {
      return null;
    }
    for (int slot = slot(bytes, start, end); ; slot = (slot + 1) & (SLOTS - 1)) {
      KnownHeader header = BY_HASH[slot];
      if (header == null || Ascii.equalsIgnoreCase(bytes, start, end, header.lower)) {
        return header;
      }
    }
  }

  /** The header of that name in any case, or null. */
  static @Nullable KnownHeader find(String name) {
    byte[] bytes = Ascii.bytes(name);
    return find(bytes, 0, bytes.length);
  }

  private static int slot(byte[] bytes, int start, int end) {
    int length = end - start;
    int first = bytes[start] | 0x20;
    int last = bytes[end - 1] | 0x20;
    int middle = bytes[start + (length >> 1)] | 0x20;
    return (length * 31 + first * 7 + last * 13 + middle * 101) & (SLOTS - 1);
  }
}
