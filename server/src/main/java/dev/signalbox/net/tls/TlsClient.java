package dev.signalbox.net.tls;

import dev.signalbox.net.ConnectEvents;
import dev.signalbox.net.Connection;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;

/**
 * The client's side of TLS towards the endpoints of one upstream: whom to believe, what to show,
 * and the sessions that later handshakes resume. Opened and closed by control; loops ask it once a
 * connection.
 */
public final class TlsClient implements AutoCloseable {
  private final TlsClientConfig config;
  private final TlsClientKeeper keeper;

  private TlsClient(TlsClientConfig config, TlsClientKeeper keeper) {
    this.config = config;
    this.keeper = keeper;
  }

  /**
   * Reads the authorities, and the certificate if there is one, and keeps them up to date until it
   * is closed.
   *
   * @param upstream its name, for logs
   * @param protocols what may follow the handshake, by ALPN, best first
   * @throws IOException if they can't be used; the message says which and why
   */
  public static TlsClient open(String upstream, TlsClientConfig config, List<String> protocols)
      throws IOException {
    var engine = OpenSsl.isAvailable() ? TlsIdentity.Engine.BORINGSSL : TlsIdentity.Engine.JDK;
    var client = open(upstream, config, protocols, engine, InstantSource.system());
    client.keeper.start();
    return client;
  }

  /** Nothing happens by itself: {@link #keeper} is to be asked to look. */
  static TlsClient open(
      String upstream,
      TlsClientConfig config,
      List<String> protocols,
      TlsIdentity.Engine engine,
      InstantSource clock)
      throws IOException {
    return new TlsClient(
        config, TlsClientKeeper.open(upstream, config, List.copyOf(protocols), engine, clock));
  }

  TlsClientKeeper keeper() {
    return keeper;
  }

  /**
   * Begins a handshake on a connection that nobody has started, and takes ownership of it. The new
   * connection is started by its receiver, within the call that tells of it.
   *
   * @param host the endpoint's own, which counts where the configuration names no other
   * @param endpoint its number from 1: sessions are resumed with the endpoint that gave them
   * @return gives it up when it is run
   */
  public Runnable connect(Connection below, String host, int endpoint, ConnectEvents events) {
    String configured = config.serverName();
    String name = configured == null ? host : configured;
    return TlsConnector.connect(below, engine(below, name, endpoint), name, events);
  }

  private TlsEngine engine(Connection below, String name, int endpoint) {
    SslContext current = take();
    try {
      // The port is but a part of the key of sessions.
      SSLEngine made = current.newHandler(below.loop().allocator(), name, endpoint).engine();
      if (!isAddress(name)) { // RFC 6066 §3; by themselves, engines leave out names without a dot
        var parameters = made.getSSLParameters();
        parameters.setServerNames(
            List.of(new SNIHostName(name.getBytes(StandardCharsets.US_ASCII))));
        made.setSSLParameters(parameters);
      }
      return new JavaEngine(made);
    } finally {
      ReferenceCountUtil.release(current);
    }
  }

  /** Holds the context against a swap in this moment. */
  @SuppressWarnings("ReferenceEquality") // whether it is still this very one
  private SslContext take() {
    while (true) {
      SslContext current = keeper.context();
      try {
        return ReferenceCountUtil.retain(current);
      } catch (IllegalReferenceCountException e) {
        if (current == keeper.context()) {
          throw e; // closed
        }
      }
    }
  }

  private static boolean isAddress(String name) {
    return NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
  }

  /** When no loop asks any more. */
  @Override
  public void close() {
    keeper.close();
  }
}
