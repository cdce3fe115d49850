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
  private final Set<SecureAccept> handshakes = new HashSet<>(); // by identity: none is equal

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

  void add(SecureAccept handshake) {
    handshakes.add(handshake);
  }

  /** The connection goes on under another name. */
  void remove(SecureAccept handshake) {
    handshakes.remove(handshake);
  }

  /** Its connection is closed. */
  void onFailed(SecureAccept handshake, SocketAddress remote) {
    handshakes.remove(handshake);
    listener.onClosed(remote);
  }

  void drain() {
    endHandshakes(); // nobody has asked for anything there
    forEach(ServerConnection::drain);
  }

  void abort(Failure why) {
    endHandshakes();
    forEach(connection -> connection.abort(why));
  }

  private void endHandshakes() {
    List.copyOf(handshakes).forEach(SecureAccept::abort);
  }

  private void forEach(Consumer<ServerConnection> action) {
    for (ServerConnection each = first; each != null; ) {
      ServerConnection following = each.next;
      action.accept(each);
      each = following;
    }
  }
}
