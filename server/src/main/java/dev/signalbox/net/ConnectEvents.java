package dev.signalbox.net;

import java.io.IOException;

/**
 * How an attempt to connect ends: by exactly one of these, on the loop, never before it returns.
 */
public interface ConnectEvents {
  void onConnected(Connection connection);

  void onConnectFailed(IOException cause);
}
