package dev.signalbox.net;

import java.io.IOException;

/** What a bound socket tells its owner, on the loop it is bound on. */
public interface AcceptEvents {
  /** A peer has connected; the connection's own loop may be another one. */
  void onAccepted(Connection connection);

  /** Accepting failed, and is paused for a while; most often file descriptors have run out. */
  void onAcceptPaused(IOException cause, java.time.Duration pause);
}
