package dev.signalbox.listener;

import dev.signalbox.http.Failure;
import dev.signalbox.http.ServerConnection;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A listener's connections on one loop. Belongs to the loop. */
final class Connections implements ServerConnection.Owner {
  private final Listener listener;
  private @Nullable ServerConnection first;
  private final Set<Beginning> beginnings = new HashSet<>(); // by identity: none is equal

  Connections(Listener listener) {
    this.listener = listener;
  }

  void add(ServerConnection connection) {
    connection.next = first;
    if (first != null) {
      first.previous = connection;
    }
    first = connection;
  }

  @Override
  public void onClosed(ServerConnection connection) {
    remove(connection);
    listener.onClosed(connection.remoteAddress());
  }

  /** It is over, or goes on as another. */
  @SuppressWarnings("ReferenceEquality") // it is this very one that is first
  void remove(ServerConnection connection) {
    if (connection.previous != null) {
      connection.previous.next = connection.next;
    } else if (first == connection) {
      first = connection.next;
    }
    if (connection.next != null) {
      connection.next.previous = connection.previous;
    }
    connection.previous = null; // its `next` stays for whoever walks over it now
  }

  void add(Beginning beginning) {
    beginnings.add(beginning);
  }

  /** The connection goes on under another name. */
  void remove(Beginning beginning) {
    beginnings.remove(beginning);
  }

  /** Its connection is closed. */
  void onFailed(Beginning beginning, SocketAddress remote) {
    beginnings.remove(beginning);
    listener.onClosed(remote);
  }

  void drain() {
    endBeginnings(); // nobody has asked for anything there
    forEach(ServerConnection::drain);
  }

  void abort(Failure why) {
    endBeginnings();
    forEach(connection -> connection.abort(why));
  }

  private void endBeginnings() {
    List.copyOf(beginnings).forEach(Beginning::abort);
  }

  private void forEach(Consumer<ServerConnection> action) {
    for (ServerConnection each = first; each != null; ) {
      ServerConnection following = each.next;
      action.accept(each);
      each = following;
    }
  }
}
