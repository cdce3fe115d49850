package dev.signalbox.http;

import dev.signalbox.net.TimerWheel;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one connection, whatever the version on it. Its timer is its own business.
 * On its connection's loop.
 */
public abstract class ServerConnection extends TimerWheel.Timer {
  /** Who is told when a connection is over. */
  public interface Owner {
    void onClosed(ServerConnection connection);
  }

  /** For the owner's list of its connections. */
  public @Nullable ServerConnection previous;

  public @Nullable ServerConnection next;

  /** Lets what is under way be answered, then closes; closes now if there is nothing. */
  public abstract void drain();

  /** Ends it now, whatever is under way. */
  public abstract void abort(Failure why);

  /** The peer's address. */
  public abstract SocketAddress remoteAddress();
}
