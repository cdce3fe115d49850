package dev.signalbox.net.tls;

import java.io.IOException;

/** Who waits for the end of a handshake; told once, on the connection's loop. */
interface TlsHandshake {
  void onDone(TlsConnection connection);

  void onFailed(IOException cause);
}
