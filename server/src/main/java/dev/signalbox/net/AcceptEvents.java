package dev.signalbox.net;

import java.io.IOException;

/** What a bound socket tells its owner. */
public interface AcceptEvents {
  /** A peer has connected. On the connection's loop. */
  void onAccepted(Connection connection);

  /**
   * Accepting failed, and is paused for a while; most often file descriptors have run out. On the
   * loop that accepts.
   */
  void onAcceptPaused(IOException cause, java.time.Duration pause);
}
