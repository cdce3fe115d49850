package dev.signalbox.http;

import dev.signalbox.net.ClientCertificate;
import dev.signalbox.net.TlsPeer;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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
  private byte @Nullable [] peerText;
  private byte @Nullable [] localPortText;
  private final boolean isTrusted;
  private Headers.@Nullable Lines prepared;
  private Headers.@Nullable Lines preparedClientCert;

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
    this.listener = listener;
    this.forwarded = forwarded;
    this.peer = remoteAddress instanceof InetSocketAddress inet ? inet.getAddress() : null;
    this.localPort = localPort;
    this.tls = tls;
    this.isTrusted = peer != null && forwarded.trusts(peer);
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

  /** Whether it is encrypted. */
  public boolean isSecure() {
    return tls != null;
  }

  /** The name that the client asked for in the handshake, in lower case; null where it did not. */
  public @Nullable String sni() {
    return tls == null ? null : tls.serverName();
  }
}
