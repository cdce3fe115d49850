package dev.signalbox.http;

import dev.signalbox.net.Connection;
import dev.signalbox.net.Proxied;
import dev.signalbox.net.tls.ClientCertificate;
import dev.signalbox.net.tls.TlsConnection;
import dev.signalbox.net.tls.TlsPeer;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a downstream connection before any request. Belongs to the connection's loop.
 */
public final class DownstreamConnection {
  private final String listener;
  private final ForwardedConfig forwarded;
  private final @Nullable InetAddress peer;
  private final int localPort;
  private final @Nullable TlsPeer tls;
  private final SocketAddress remoteAddress;
  private final @Nullable Connection connection; // null in tests only
  private @Nullable Map<Object, Runnable> whenClosed;
  private boolean isClosed;
  private byte @Nullable [] peerText;
  private byte @Nullable [] localPortText;
  private final boolean isTrusted;
  private Headers.@Nullable Lines prepared;
  private Headers.@Nullable Lines preparedClientCert;
  private byte[] rightHost = {}; // of the last request that was not misdirected

  /**
   * @param remoteAddress the peer's address; anything but an Internet address has no host
   * @param localPort the port that the listener is bound to, or 0
   * @param tls what the handshake told, or null for a plain connection
   */
  public DownstreamConnection(
      String listener,
      ForwardedConfig forwarded,
      SocketAddress remoteAddress,
      int localPort,
      @Nullable TlsPeer tls) {
    this(listener, forwarded, remoteAddress, localPort, tls, null);
  }

  private DownstreamConnection(
      String listener,
      ForwardedConfig forwarded,
      SocketAddress remoteAddress,
      int localPort,
      @Nullable TlsPeer tls,
      @Nullable Connection connection) {
    this.remoteAddress = remoteAddress;
    this.connection = connection;
    this.listener = listener;
    this.forwarded = forwarded;
    this.peer = remoteAddress instanceof InetSocketAddress inet ? inet.getAddress() : null;
    this.localPort = localPort;
    this.tls = tls;
    this.isTrusted = peer != null && forwarded.trusts(peer);
  }

  /**
   * Of a connection, or of what a trusted proxy in front of us has told of it.
   *
   * @param localPort the port that the listener is bound to, or 0
   */
  public static DownstreamConnection of(
      String listener,
      ForwardedConfig forwarded,
      Connection connection,
      int localPort,
      @Nullable TlsPeer tls) {
    Proxied proxied = connection.proxied();
    int port =
        proxied != null && proxied.destination() instanceof InetSocketAddress told
            ? told.getPort()
            : localPort;
    return new DownstreamConnection(
        listener, forwarded, connection.remoteAddress(), port, tls, connection);
  }

  private @Nullable Proxied proxied() {
    return connection == null ? null : connection.proxied();
  }

  /** Where the client's connection came from. */
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** Where it went to, or null where nobody knows any more. */
  public @Nullable SocketAddress destination() {
    return connection == null ? null : connection.destination();
  }

  /** The TLS that ends here, or null. */
  public @Nullable TlsConnection tlsConnection() {
    return connection instanceof TlsConnection secure ? secure : null;
  }

  /**
   * Does something once the client's connection has closed, or at once where it has; one an owner.
   */
  public void whenClosed(Object owner, Runnable action) {
    if (isClosed) {
      action.run();
      return;
    }
    if (whenClosed == null) {
      whenClosed = new HashMap<>(2);
    }
    whenClosed.put(owner, action);
  }

  /** It has closed. */
  public void closed() {
    isClosed = true;
    Map<Object, Runnable> actions = whenClosed;
    whenClosed = null;
    if (actions != null) {
      actions.values().forEach(Runnable::run);
    }
  }

  public String listener() {
    return listener;
  }

  public ForwardedConfig forwarded() {
    return forwarded;
  }

  /** The peer's address, or null for a unix-domain socket. */
  public @Nullable InetAddress peer() {
    return peer;
  }

  /**
   * The peer's address as text (RFC 5952), without brackets; {@code unknown} for a unix-domain
   * socket.
   */
  public byte[] peerText() {
    if (peerText == null) {
      peerText = Ascii.bytes(peer == null ? "unknown" : NetUtil.toAddressString(peer));
    }
    return peerText;
  }

  /** Whether someone at this address is a proxy whose word is taken. */
  public boolean isTrusted(InetAddress address) {
    return forwarded.trusts(address);
  }

  /** Whether the peer is a proxy whose word about earlier hops is taken. */
  public boolean isTrusted() {
    return isTrusted;
  }

  /** Fields that go with each request of this connection, prepared at the first. */
  public Headers.Lines prepared(Function<DownstreamConnection, Headers.Lines> prepare) {
    Headers.Lines lines = prepared;
    if (lines == null) {
      lines = prepare.apply(this);
      prepared = lines;
    }
    return lines;
  }

  /** The fields that tell of the client's certificate, prepared at the first request. */
  public Headers.Lines preparedClientCert(
      ClientCertificate certificate, Function<ClientCertificate, Headers.Lines> prepare) {
    Headers.Lines lines = preparedClientCert;
    if (lines == null) {
      lines = prepare.apply(certificate);
      preparedClientCert = lines;
    }
    return lines;
  }

  /** The certificate by which the client has proved who it is, or null. */
  public @Nullable ClientCertificate clientCertificate() {
    return tls == null ? null : tls.client();
  }

  public int localPort() {
    return localPort;
  }

  public byte[] localPortText() {
    if (localPortText == null) {
      localPortText = Ascii.bytes(Integer.toString(localPort));
    }
    return localPortText;
  }

  /** Whether it is encrypted, here or at a trusted proxy in front of us that says so. */
  public boolean isSecure() {
    Proxied told = proxied();
    return tls != null || (told != null && told.isSecure());
  }

  /** Whether it is encrypted here. */
  public boolean hasTls() {
    return tls != null;
  }

  /** The name that the client asked for in the handshake, in lower case; null where it did not. */
  public @Nullable String sni() {
    if (tls != null) {
      return tls.serverName();
    }
    Proxied told = proxied();
    return told == null ? null : told.serverName();
  }

  /**
   * Whether the request has come by a connection that was not made for its host (RFC 9110
   * §15.5.20). As good as always it is for the same host as the one before it.
   */
  public boolean isMisdirected(RequestHead head) {
    if (tls == null
        || Arrays.equals(
            rightHost, 0, rightHost.length, head.bytes(), head.hostStart(), head.hostEnd())) {
      return false;
    }
    if (tls.isMisdirected(head.hostText())) {
      return true;
    }
    rightHost = Arrays.copyOfRange(head.bytes(), head.hostStart(), head.hostEnd());
    return false;
  }
}
