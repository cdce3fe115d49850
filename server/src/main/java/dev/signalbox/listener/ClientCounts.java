package dev.signalbox.listener;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections each client address has. Shared by the loops; free where nothing bounds it.
 */
final class ClientCounts {
  private final int most;
  private final ConcurrentHashMap<InetAddress, Integer> counts = new ConcurrentHashMap<>();

  /**
   * @param most of one address; 0 for any number
   */
  ClientCounts(int most) {
    this.most = most;
  }

  /** Counts a connection, unless the address has as many as it may. */
  boolean take(SocketAddress remote) {
    if (most == 0 || !(remote instanceof InetSocketAddress inet)) {
      return true;
    }
    boolean[] isTaken = {false};
    counts.compute(
        inet.getAddress(),
        (_, count) -> {
          int now = count == null ? 0 : count;
          isTaken[0] = now < most;
          return isTaken[0] ? Integer.valueOf(now + 1) : count;
        });
    return isTaken[0];
  }

  void give(SocketAddress remote) {
    if (most > 0 && remote instanceof InetSocketAddress inet) {
      counts.computeIfPresent(inet.getAddress(), (_, count) -> count == 1 ? null : count - 1);
    }
  }
}
