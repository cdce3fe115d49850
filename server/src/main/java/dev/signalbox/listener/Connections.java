package dev.signalbox.listener;

import dev.signalbox.http.Failure;
import dev.signalbox.http.h1.H1ServerConnection;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A listener's connections on one loop. Belongs to the loop. */
final class Connections implements H1ServerConnection.Owner {
  private final Listener listener;
  private @Nullable H1ServerConnection first;
  private final Set<SecureAccept> handshakes = new HashSet<>(); // by identity: none is equal

  Connections(Listener listener) {
    this.listener = listener;
  }

  void add(H1ServerConnection connection) {
    connection.next = first;
    if (first != null) {
      first.previous = connection;
    }
    first = connection;
  }

  @Override
  public void onClosed(H1ServerConnection connection) {
    if (connection.previous != null) {
      connection.previous.next = connection.next;
    } else if (first == connection) {
      first = connection.next;
    }
    if (connection.next != null) {
      connection.next.previous = connection.previous;
    }
    connection.previous = null; // its `next` stays for whoever walks over it now
    listener.onClosed(connection.remoteAddress());
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
    forEach(H1ServerConnection::drain);
  }

  void abort(Failure why) {
    endHandshakes();
    forEach(connection -> connection.abort(why));
  }

  private void endHandshakes() {
    List.copyOf(handshakes).forEach(SecureAccept::abort);
  }

  private void forEach(Consumer<H1ServerConnection> action) {
    for (H1ServerConnection each = first; each != null; ) {
      H1ServerConnection following = each.next;
      action.accept(each);
      each = following;
    }
  }
}
