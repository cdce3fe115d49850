package dev.signalbox.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;

/**
 * The door to a transport: how sockets are bound and connected on a loop.
 *
 * <p>Connections of every transport behave alike; the conversations in {@code it/} run on each.
 */
abstract class Sockets {
  /** Bound, listening and accepting, until closed. */
  interface Bound {
    SocketAddress localAddress();

    /** Pauses or resumes accepting; meanwhile peers wait in the backlog. From any thread. */
    void accepting(boolean isWanted);

    /** Stops accepting. From any thread. */
    void close();
  }

  /** An attempt to connect that may be given up, on its loop. */
  interface Connecting {
    void cancel();
  }

  /**
   * Binds on a loop. Called off the loops.
   *
   * @param children the loops that accepted connections are spread over
   */
  abstract Bound bind(
      Loop loop, SocketAddress address, int backlog, List<Loop> children, AcceptEvents events)
      throws IOException;

  /** Begins to connect. Called on the loop. */
  abstract Connecting connect(Loop loop, SocketAddress address, ConnectEvents events);
}
