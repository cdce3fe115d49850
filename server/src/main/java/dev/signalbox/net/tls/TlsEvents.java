package dev.signalbox.net.tls;

import dev.signalbox.net.Connection;

/** How a handshake ends: exactly one of these, once, on the connection's loop. */
public interface TlsEvents {
  /** It is done. The receiver starts the connection now, within the call. */
  void onSecure(TlsConnection connection);

  /**
   * What came was no TLS but looks like the text of another protocol. The connection is open; the
   * receiver owns it from now on, and sets its events.
   */
  void onPlaintext(Connection plain);

  /**
   * It failed, and the connection is closed.
   *
   * @param why in words, for logs
   */
  void onFailed(String why);
}
