package dev.signalbox.analysis;

import dev.signalbox.route.OfflineRequest;
import org.jspecify.annotations.Nullable;

/**
 * A listener as far as requests can tell: where it is, and what it answers by itself. Immutable.
 *
 * @param bind as the configuration writes it
 * @param port 0 where it has none, or any
 * @param isSecure whether it speaks TLS
 * @param takesConnect whether it takes requests for tunnels
 * @param example a host for which requests get to the routes; empty where any will do
 */
public record Entrance(
    String name,
    String bind,
    int port,
    boolean isSecure,
    boolean takesConnect,
    Gate gate,
    String example) {
  /** What stands before the routes, by the code that serves. */
  public interface Gate {
    /**
     * What becomes of a request there; null where routes are asked.
     *
     * @param serverName the name that its client asks for in the handshake, or null
     */
    @Nullable Outcome outcome(OfflineRequest request, @Nullable String serverName);
  }
}
