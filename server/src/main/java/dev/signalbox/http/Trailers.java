package dev.signalbox.http;

/** Which fields may not stand after a body (RFC 9110 §6.5.1). Pure. */
public final class Trailers {
  /** Framing, routing, authentication, request modifiers and content format. */
  private static final byte[][] FORBIDDEN = {
    Ascii.bytes("authorization"),
    Ascii.bytes("cache-control"),
    Ascii.bytes("connection"),
    Ascii.bytes("content-encoding"),
    Ascii.bytes("content-length"),
    Ascii.bytes("client-cert"), // RFC 9440 §2.4
    Ascii.bytes("client-cert-chain"),
    Ascii.bytes("content-range"),
    Ascii.bytes("content-type"),
    Ascii.bytes("cookie"),
    Ascii.bytes("expect"),
    Ascii.bytes("forwarded"),
    Ascii.bytes("host"),
    Ascii.bytes("keep-alive"),
    Ascii.bytes("max-forwards"),
    Ascii.bytes("proxy-authorization"),
    Ascii.bytes("proxy-connection"),
    Ascii.bytes("range"),
    Ascii.bytes("set-cookie"),
    Ascii.bytes("te"),
    Ascii.bytes("trailer"),
    Ascii.bytes("transfer-encoding"),
    Ascii.bytes("upgrade"),
    Ascii.bytes("via"),
    Ascii.bytes("www-authenticate"),
    Ascii.bytes("x-forwarded-for"),
    Ascii.bytes("x-forwarded-host"),
    Ascii.bytes("x-forwarded-port"),
    Ascii.bytes("x-forwarded-proto"),
  };

  private Trailers() {}

  /**
   * Drops them: a trailer may be ignored, and these would be dangerous to merge.
   *
   * @return whether any other is there
   */
  public static boolean removeForbidden(Headers trailers) {
    for (byte[] name : FORBIDDEN) {
      for (int i = trailers.find(name, 0); i >= 0; i = trailers.find(name, i + 1)) {
        trailers.remove(i);
      }
    }
    for (int i = 0; i < trailers.size(); i++) {
      if (!trailers.isRemoved(i)) {
        return true;
      }
    }
    return false;
  }
}
