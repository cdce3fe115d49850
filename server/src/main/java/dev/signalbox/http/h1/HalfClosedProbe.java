package dev.signalbox.http.h1;

import dev.signalbox.http.HttpVersion;

/**
 * Asks a client that sent its FIN and waits for an answer whether it closed for good, or only said
 * all it had to say. An interim response tells: whoever is still there must skip it (RFC 9110
 * §15.2), and the kernel of whoever is not sends a reset. One an exchange; on its loop.
 */
final class HalfClosedProbe {
  /** The first brings the reset; where only writing shows it, the next finds it. */
  private static final int AT_MOST = 4;

  private int asked;

  /** Asks once more where it may. Returns whether it will do so again. */
  boolean ask(H1ServerStream stream, Output output) {
    if (asked == AT_MOST || !stream.isRequestDone() || stream.isCommitted()) {
      return false;
    }
    asked++;
    if (stream.version() == HttpVersion.HTTP_1_1) {
      output.room(32).writeBytes(Refusals.CONTINUE);
      output.flush();
    }
    return asked < AT_MOST;
  }
}
