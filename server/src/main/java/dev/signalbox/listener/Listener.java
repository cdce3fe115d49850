package dev.signalbox.listener;

import dev.signalbox.config.Address;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.StreamHandler;
import dev.signalbox.http.h1.H1Loop;
import dev.signalbox.http.h2.H2Loop;
import dev.signalbox.net.AcceptEvents;
import dev.signalbox.net.BoundAddress;
import dev.signalbox.net.Connection;
import dev.signalbox.net.Loops;
import dev.signalbox.net.tls.TlsConfig;
import dev.signalbox.net.tls.TlsPeer;
import dev.signalbox.net.tls.TlsServer;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bound address and the connections that came by it. Bound, drained and closed by control;
 * connections live on their loops.
 */
public final class Listener implements AcceptEvents {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  private final ListenerConfig config;
  private final Loops loops;
  private final Openers openers;
  private final List<Connections> onLoops;
  private final ClientCounts clients;
  private final @Nullable TlsServer tls;

  /** Open connections on all loops. Written by all loops. */
  private final AtomicInteger open = new AtomicInteger();

  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile boolean isDraining; // written by control
  private volatile @Nullable BoundAddress bound; // written by control

  private Listener(ListenerConfig config, Loops loops, Openers openers, @Nullable TlsServer tls) {
    this.config = config;
    this.loops = loops;
    this.openers = openers;
    this.tls = tls;
    this.clients = new ClientCounts(config.maxConnectionsPerClient());
    var each = new ArrayList<Connections>();
    for (int i = 0; i < loops.all().size(); i++) {
      each.add(new Connections(this));
    }
    this.onLoops = List.copyOf(each);
  }

  private static StreamHandler inFrontOf(StreamHandler handler, ListenerConfig config) {
    if (config.tls() != null) {
      return new RightConnection(handler);
    }
    var redirect = config.httpsRedirect();
    return redirect.isEnabled() ? new HttpsRedirect(redirect.port()).before(handler) : handler;
  }

  /**
   * Binds, and accepts from now on.
   *
   * @param h1 what HTTP/1 connections share, by loop
   * @param h2 what HTTP/2 connections share, by loop
   * @throws IOException if the address can't be bound
   * @throws CertificatesException if its certificates can't be used
   */
  public static Listener bind(
      ListenerConfig config, Loops loops, List<H1Loop> h1, List<H2Loop> h2, StreamHandler handler)
      throws IOException {
    TlsConfig tlsConfig = config.tls();
    TlsServer tls =
        tlsConfig == null ? null : openTls(config.name(), tlsConfig, config.protocols(), loops);
    var openers = new Openers(config, h1, h2, inFrontOf(handler, config));
    var listener = new Listener(config, loops, openers, tls);
    try {
      listener.bound = loops.bind(resolve(config.bind()), config.backlog(), listener);
    } catch (IOException e) {
      listener.release();
      throw e;
    }
    return listener;
  }

  private static TlsServer openTls(
      String name, TlsConfig config, List<Protocol> protocols, Loops loops)
      throws CertificatesException {
    try {
      return TlsServer.open(name, config, Protocol.alpn(protocols), loops.all());
    } catch (IOException e) {
      throw new CertificatesException(e);
    }
  }

  /** What was opened for it could not be used; the message says why. */
  public static final class CertificatesException extends IOException {
    private static final long serialVersionUID = 1L;

    CertificatesException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private static SocketAddress resolve(Address address) throws IOException {
    return switch (address) {
      case Address.Unix(String path) -> new DomainSocketAddress(path);
      case Address.Tcp(String host, int port) when host.isEmpty() -> BoundAddress.everywhere(port);
      case Address.Tcp(String host, int port) -> {
        try {
          yield new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
          throw new IOException("the host has no address", e);
        }
      }
    };
  }

  public String name() {
    return config.name();
  }

  public ListenerConfig config() {
    return config;
  }

  public SocketAddress localAddress() {
    if (bound == null) {
      throw new IllegalStateException("not bound");
    }
    return bound.localAddress();
  }

  /** Connections that are open now. From any thread. */
  public int connections() {
    return open.get();
  }

  private int localPort() {
    if (config.bind() instanceof Address.Tcp(_, int port) && port > 0) {
      return port; // a first connection may come before `bound` is known
    }
    return bound != null && bound.localAddress() instanceof InetSocketAddress inet
        ? inet.getPort()
        : 0;
  }

  // --- accepting ---

  @Override
  public void onAccepted(Connection connection) {
    SocketAddress remote = connection.remoteAddress();
    boolean isProxied = config.proxyProtocol() != ProxyProtocol.OFF;
    if (isDraining || (!isProxied && !clients.take(remote))) {
      connection.close();
      return;
    }
    if (open.incrementAndGet() == config.maxConnections()) {
      accepting(false);
      LOG.warn(
          "listener {}: {} connections are open, the most there may be (max-connections);"
              + " further clients wait",
          config.name(),
          config.maxConnections());
    }
    if (isProxied) {
      ProxyAccept.begin(this, onLoops.get(connection.loop().index()), connection, config);
    } else {
      begin(connection);
    }
  }

  /** Counts a connection of that client, unless it has as many as it may. */
  boolean takeClient(SocketAddress client) {
    return clients.take(client);
  }

  /** Lets TLS begin, or HTTP where there is none. */
  void begin(Connection connection) {
    TlsConfig tlsConfig = config.tls();
    if (tls == null || tlsConfig == null) {
      serve(connection, null, "");
    } else {
      SecureAccept.begin(this, on(connection), connection, tls, tlsConfig.handshakeTimeout());
    }
  }

  /**
   * Lets HTTP begin.
   *
   * @param peer what the handshake told, or null where there was none
   * @param protocol what was agreed in it; empty where nothing was
   */
  void serve(Connection connection, @Nullable TlsPeer peer, String protocol) {
    openers.serve(connection, downstream(connection, peer), on(connection), protocol);
  }

  /** Somebody speaks plain HTTP where TLS is spoken: says so in plain HTTP. */
  void refusePlain(Connection connection) {
    openers
        .h1(connection, downstream(connection, null), on(connection))
        .refuse(OwnAnswer.PLAIN.status(), OwnAnswer.PLAIN.why());
  }

  private Connections on(Connection connection) {
    return onLoops.get(connection.loop().index());
  }

  private DownstreamConnection downstream(Connection connection, @Nullable TlsPeer peer) {
    return DownstreamConnection.of(
        config.name(), config.forwarded(), connection, localPort(), peer);
  }

  @Override
  public void onAcceptPaused(IOException cause, Duration pause) {
    LOG.warn(
        "listener {}: can't accept: {}; trying again in {} ms (raise the limit of open files, or"
            + " lower max-connections)",
        config.name(),
        cause.getMessage(),
        pause.toMillis());
  }

  private void accepting(boolean isWanted) {
    if (bound != null) {
      bound.accepting(isWanted);
    }
  }

  void onClosed(SocketAddress remote) {
    clients.give(remote);
    onGone();
  }

  /** A connection that counts for no client is over. */
  void onGone() {
    int left = open.decrementAndGet();
    if (left == config.maxConnections() - 1 && !isDraining) {
      accepting(true);
    }
    if (left == 0 && isDraining) {
      drained.complete(null);
    }
  }

  // --- ending ---

  /** Stops accepting, and lets what is under way end. */
  public void drain() {
    isDraining = true;
    if (bound != null) {
      bound.close();
    }
    for (int i = 0; i < onLoops.size(); i++) {
      loops.all().get(i).execute(onLoops.get(i)::drain);
    }
    if (open.get() == 0) {
      drained.complete(null);
    }
  }

  /** Completes when it is draining and the last connection has closed. */
  public CompletableFuture<Void> drained() {
    return drained;
  }

  /** The certificates that it shows now; none on a plain listener. From any thread. */
  public List<TlsServer.Certificate> certificates() {
    return tls == null ? List.of() : tls.certificates();
  }

  /** Lets go of the certificates. When no connection is left, and none can come. */
  public void release() {
    if (tls != null) {
      tls.close();
    }
  }

  /** Breaks off whatever is still under way. */
  public void abort() {
    for (int i = 0; i < onLoops.size(); i++) {
      Connections connections = onLoops.get(i);
      loops.all().get(i).execute(() -> connections.abort(new Failure.ShuttingDown()));
    }
  }
}
