package dev.signalbox.listener;

import dev.signalbox.net.Connection;
import dev.signalbox.net.ConnectionEvents;
import dev.signalbox.net.Proxied;
import dev.signalbox.net.TimerWheel;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted connection until its header of the PROXY protocol is read: then it begins, with TLS
 * or HTTP, by the name of the client that it tells; or it is over. On the connection's loop.
 */
final class ProxyAccept extends TimerWheel.Timer implements ConnectionEvents, Beginning {
  private static final Logger LOG = LoggerFactory.getLogger(ProxyAccept.class);

  private final Listener listener;
  private final Connections connections;
  private final Connection connection;
  private final SocketAddress peer;
  private final boolean isTrusted;
  private final boolean isRequired;
  private @Nullable ByteBuf waiting; // a header that is not complete

  private ProxyAccept(
      Listener listener,
      Connections connections,
      Connection connection,
      boolean isTrusted,
      boolean isRequired) {
    this.listener = listener;
    this.connections = connections;
    this.connection = connection;
    this.peer = connection.remoteAddress();
    this.isTrusted = isTrusted;
    this.isRequired = isRequired;
  }

  /** Begins to read the header, which must be here within the time. */
  static void begin(
      Listener listener, Connections connections, Connection connection, ListenerConfig config) {
    SocketAddress peer = connection.remoteAddress();
    // Who may connect to a unix-domain socket is a matter of its file's permissions.
    boolean isTrusted =
        !(peer instanceof InetSocketAddress inet) || config.forwarded().trusts(inet.getAddress());
    boolean isRequired = config.proxyProtocol() == ProxyProtocol.REQUIRED;
    var accept = new ProxyAccept(listener, connections, connection, isTrusted, isRequired);
    connections.add(accept);
    Duration most = config.timeouts().head();
    connection.loop().arm(accept, most.toNanos());
    connection.start(accept);
    if (isRequired && !isTrusted) {
      accept.refuse("it is none of trusted-proxies");
    }
  }

  @Override
  public void abort() {
    connection.close();
  }

  @Override
  protected void onTimeout() {
    refuse("no header in time");
  }

  @Override
  public void onData(ByteBuf data) {
    ByteBuf input = data;
    ByteBuf before = waiting;
    if (before != null) {
      waiting = null;
      before.writeBytes(data);
      data.release();
      input = before;
    }
    switch (ProxyHeader.read(input)) {
      case ProxyHeader.Header(int length, Proxied proxied) when isTrusted ->
          goOn(input.skipBytes(length), proxied);
      case ProxyHeader.Absent _ when !isRequired -> goOn(input, null);
      case ProxyHeader.Incomplete _ -> waiting = before == null ? copy(input) : before;
      case ProxyHeader.Header _ -> refuse(input, "a header from one that is not trusted");
      case ProxyHeader.Absent _ -> refuse(input, "no header");
      case ProxyHeader.Broken(String reason) -> refuse(input, reason);
    }
  }

  /** The read buffer serves others while the rest of the header is awaited. */
  private ByteBuf copy(ByteBuf input) {
    ByteBuf copy = connection.loop().allocator().directBuffer(2 * input.readableBytes());
    copy.writeBytes(input);
    input.release();
    return copy;
  }

  private void goOn(ByteBuf rest, @Nullable Proxied proxied) {
    connection.loop().remove(this);
    if (!listener.takeClient(proxied == null ? peer : proxied.client())) {
      refuse(rest, "its client has as many connections as it may");
      return;
    }
    connections.remove(this);
    connection.handBack(rest, proxied);
    listener.begin(connection);
  }

  private void refuse(ByteBuf input, String why) {
    input.release();
    refuse(why);
  }

  private void refuse(String why) {
    if (LOG.isDebugEnabled()) { // anybody can cause it: no line that floods the log
      LOG.debug("listener {}: PROXY protocol: {} is refused: {}", listener.name(), peer, why);
    }
    connection.close();
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onInputClosed() {
    connection.close();
  }

  @Override
  public void onWritable() {}

  @Override
  public void onClosed(@Nullable IOException cause) {
    connection.loop().remove(this);
    if (waiting != null) {
      waiting.release();
      waiting = null;
    }
    connections.remove(this);
    listener.onGone();
  }
}
