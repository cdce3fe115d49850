package dev.signalbox.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 server, with prior knowledge or over TLS, that does what its script says for each
 * request, and remembers what it was sent. Each connection and each request has a virtual thread.
 * All methods may be called by any thread. A step that fails, or a peer that breaks the protocol,
 * fails the test when the origin is closed.
 */
public final class H2Origin implements AutoCloseable {
  private final List<H2OriginConnection> connections = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final InetSocketAddress address;
  private final @Nullable OriginTls tls;
  private volatile H2Frame settings;
  private volatile H2Step step;
  private volatile ServerSocket server;
  private volatile Thread acceptor;

  private H2Origin(int port, @Nullable OriginTls tls, H2Step step, int... settings) {
    this.tls = tls == null ? null : tls.speaking("h2");
    this.step = step;
    this.settings = H2Frame.settings(settings);
    this.server = bindSoon(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    this.address = (InetSocketAddress) server.getLocalSocketAddress();
    acceptor = acceptFrom(server);
  }

  /**
   * Starts on a free port of the loopback address.
   *
   * @param settings the origin's settings: identifiers and values in turn
   */
  public static H2Origin start(H2Step step, int... settings) {
    return new H2Origin(0, null, step, settings);
  }

  /** Starts on a free port of the loopback address, and speaks TLS. */
  public static H2Origin start(OriginTls tls, H2Step step, int... settings) {
    return new H2Origin(0, tls, step, settings);
  }

  /** Starts on a port where another has died, as soon as the kernel lets go; speaks TLS. */
  public static H2Origin startAt(int port, OriginTls tls, H2Step step, int... settings) {
    return new H2Origin(port, tls, step, settings);
  }

  public int port() {
    return address.getPort();
  }

  /** As a configuration names it. */
  public String hostAndPort() {
    return "127.0.0.1:" + port();
  }

  /** From now on, requests are answered by this step. */
  public void step(H2Step newStep) {
    step = newStep;
  }

  /** From now on, connections begin with these settings. */
  public void settings(int... pairs) {
    settings = H2Frame.settings(pairs);
  }

  public List<H2OriginConnection> connections() {
    return List.copyOf(connections);
  }

  public H2OriginConnection connection(int number) {
    Await.until("connection " + number, () -> connections.size() > number);
    return connections.get(number);
  }

  /** All requests so far, connection by connection. */
  public List<H2OriginStream> requests() {
    return connections.stream().flatMap(connection -> connection.streams().stream()).toList();
  }

  /** Waits until the heads of so many requests have arrived, and returns them. */
  public List<H2OriginStream> awaitRequests(int count) {
    Await.until(
        count + " requests at the origin; failures: " + failures,
        () -> requests().size() >= count || !failures.isEmpty());
    return requests();
  }

  /** The connections ever accepted. */
  public int accepted() {
    return connections.size();
  }

  public int open() {
    return (int) connections.stream().filter(c -> !c.isClosed()).count();
  }

  public void awaitOpen(int count) {
    Await.until(count + " open connections at the origin", () -> open() == count);
  }

  /** Refuses new connections, and tells the others that they get no more requests. */
  public void leave() {
    stopAccepting();
    for (var connection : connections) {
      int last = connection.streams().stream().mapToInt(H2OriginStream::id).max().orElse(0);
      try {
        connection.goAway(last, 0);
      } catch (IOException e) {
        // It has gone already.
      }
    }
  }

  private void stopAccepting() {
    try {
      server.close();
      acceptor.join(); // until then the kernel goes on to accept
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Dies: refuses new connections and resets all others. */
  public void kill() {
    stopAccepting();
    connections.forEach(H2OriginConnection::reset);
  }

  /** Comes back at the same address, as soon as the kernel lets go of it. */
  public void restart() {
    server = bindSoon(address);
    acceptor = acceptFrom(server);
  }

  /** Ends everything, and fails where a step has failed. */
  @Override
  public void close() {
    kill();
    if (!failures.isEmpty()) {
      var failure = new AssertionError("a step failed: " + failures.getFirst().getMessage());
      failures.forEach(failure::addSuppressed);
      throw failure;
    }
  }

  private Thread acceptFrom(ServerSocket accepting) {
    return Thread.ofVirtual()
        .name("h2 origin " + address)
        .start(() -> {
          while (!accepting.isClosed()) {
            try {
              var connection = add(accepting.accept());
              if (accepting.isClosed()) {
                connection.reset(); // it was accepted while the origin died
              }
              Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
              return; // closed by kill()
            }
          }
        });
  }

  private synchronized H2OriginConnection add(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    var connection = new H2OriginConnection(connections.size(), socket, tls);
    connections.add(connection);
    return connection;
  }

  private void serve(H2OriginConnection connection) {
    try {
      connection.serve(settings, stream -> Thread.ofVirtual().start(() -> play(stream)));
    } catch (ProtocolException e) {
      failures.add(e);
    } catch (IOException e) {
      // The peer went away: what the test wants to know of it stands in the connection's state.
    } catch (RuntimeException e) {
      failures.add(e);
    } finally {
      connection.close();
    }
  }

  private void play(H2OriginStream stream) {
    try {
      step.play(stream);
    } catch (IOException e) {
      // The stream or its connection has ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (AssertionError | RuntimeException e) {
      failures.add(e);
    }
  }

  private static ServerSocket bindSoon(InetSocketAddress address) {
    var bound = new AtomicReference<@Nullable ServerSocket>();
    Await.until(
        "the address " + address,
        () -> {
          try {
            bound.set(bind(address));
            return true;
          } catch (UncheckedIOException e) {
            return false;
          }
        });
    return Objects.requireNonNull(bound.get());
  }

  private static ServerSocket bind(InetSocketAddress address) {
    try {
      var server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(address, 1024);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }
}
