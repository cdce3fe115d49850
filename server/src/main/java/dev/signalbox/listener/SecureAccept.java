package dev.signalbox.listener;

import dev.signalbox.net.Connection;
import dev.signalbox.net.tls.TlsAcceptor;
import dev.signalbox.net.tls.TlsConnection;
import dev.signalbox.net.tls.TlsEvents;
import dev.signalbox.net.tls.TlsServer;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted connection while its handshake goes on: then it is a connection of HTTP, or it is
 * over. On the connection's loop.
 */
final class SecureAccept implements TlsEvents, Beginning {
  private static final Logger LOG = LoggerFactory.getLogger(SecureAccept.class);

  private final Listener listener;
  private final Connections connections;
  private final SocketAddress remote;
  private @Nullable TlsAcceptor acceptor;

  private SecureAccept(Listener listener, Connections connections, SocketAddress remote) {
    this.listener = listener;
    this.connections = connections;
    this.remote = remote;
  }

  static void begin(
      Listener listener,
      Connections connections,
      Connection connection,
      TlsServer tls,
      Duration timeout) {
    var handshake = new SecureAccept(listener, connections, connection.remoteAddress());
    connections.add(handshake);
    handshake.acceptor = TlsAcceptor.accept(connection, tls, timeout, handshake);
  }

  @Override
  public void abort() {
    if (acceptor != null) {
      acceptor.abort();
    }
  }

  @Override
  public void onSecure(TlsConnection connection) {
    connections.remove(this);
    listener.serve(connection, connection.peer(), connection.protocol());
  }

  @Override
  public void onPlaintext(Connection plain) {
    connections.remove(this);
    listener.refusePlain(plain);
  }

  @Override
  public void onFailed(String why) {
    if (LOG.isDebugEnabled()) { // anybody can cause it: no line that floods the log
      LOG.debug("listener {}: no handshake with {}: {}", listener.name(), remote, why);
    }
    connections.onFailed(this, remote);
  }
}
