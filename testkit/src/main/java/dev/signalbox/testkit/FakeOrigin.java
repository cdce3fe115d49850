package dev.signalbox.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server that does what its script says, byte by byte, and remembers what it was sent.
 * Each connection has a virtual thread. All methods may be called by any thread.
 *
 * <pre>{@code
 * try (var origin = FakeOrigin.start(Script.each(respond(200, "hello")))) {
 *   …
 *   assertThat(origin.requests()).hasSize(1);
 * }
 * }</pre>
 *
 * A script that fails (a step that expected something else, a request that is no HTTP/1.1) fails
 * the test when the origin is closed.
 */
public final class FakeOrigin implements AutoCloseable {
  private final List<OriginConnection> connections = new CopyOnWriteArrayList<>();
  private final List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final Queue<Script> nextScripts = new ConcurrentLinkedQueue<>();
  private final SocketAddress address;
  private final @Nullable OriginTls tls;
  private volatile Script script;
  private volatile ServerSocketChannel server;
  private volatile Thread acceptor;

  private FakeOrigin(SocketAddress wanted, @Nullable OriginTls tls, Script script) {
    this.script = script;
    this.tls = tls;
    this.server = bind(wanted);
    this.address = local(server);
    acceptor = acceptFrom(server);
  }

  /** Starts on a free port of the loopback address. */
  public static FakeOrigin start(Script script) {
    return new FakeOrigin(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, script);
  }

  /** Starts on a free port of the loopback address, and speaks TLS. */
  public static FakeOrigin start(OriginTls tls, Script script) {
    return new FakeOrigin(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls, script);
  }

  /** Starts on a port where another has died, as soon as the kernel lets go; speaks TLS. */
  public static FakeOrigin startAt(int port, OriginTls tls, Script script) {
    var started = new AtomicReference<@Nullable FakeOrigin>();
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    Await.until(
        "the address " + address,
        () -> {
          try {
            started.set(new FakeOrigin(address, tls, script));
            return true;
          } catch (UncheckedIOException e) {
            return false;
          }
        });
    return Objects.requireNonNull(started.get());
  }

  /** Starts on a unix domain socket; the file must not exist. */
  public static FakeOrigin start(Path socket, Script script) {
    return new FakeOrigin(UnixDomainSocketAddress.of(socket), null, script);
  }

  public SocketAddress address() {
    return address;
  }

  public int port() {
    if (address instanceof InetSocketAddress inet) {
      return inet.getPort();
    }
    throw new IllegalStateException(address + " has no port");
  }

  /** As a configuration names it. */
  public String hostAndPort() {
    return "127.0.0.1:" + port();
  }

  /** From now on, connections play this script. */
  public void script(Script newScript) {
    script = newScript;
  }

  /** The next connection that has no other plays this script; later ones the usual one. */
  public void nextScript(Script next) {
    nextScripts.add(next);
  }

  /** The whole requests so far, in the order in which their ends arrived. */
  public List<ReceivedRequest> requests() {
    return List.copyOf(requests);
  }

  /** Waits until so many whole requests have arrived, and returns them. */
  public List<ReceivedRequest> awaitRequests(int count) {
    Await.until(
        count + " requests at the origin", () -> requests.size() >= count || !failures.isEmpty());
    return requests();
  }

  /** The connections ever accepted. */
  public int accepted() {
    return connections.size();
  }

  /** The connections that neither side has closed. */
  public int open() {
    return (int) connections.stream().filter(c -> !c.isClosed()).count();
  }

  /** Waits until so many connections are open. */
  public void awaitOpen(int count) {
    Await.until(count + " open connections at the origin", () -> open() == count);
  }

  /**
   * Waits until the peer has closed or reset that connection. Its script must be reading, as {@link
   * Script#each} and {@link Step#ignore} are.
   */
  public void awaitClosedByPeer(int connection) {
    Await.until(
        "the peer's close of connection " + connection,
        () -> connections.size() > connection && connections.get(connection).isClosedByPeer());
  }

  /** Dies: refuses new connections and resets all others. */
  public void kill() {
    try {
      server.close();
      acceptor.join(); // until then the kernel goes on to accept
      if (address instanceof UnixDomainSocketAddress unix) {
        Files.deleteIfExists(unix.getPath());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.forEach(OriginConnection::reset);
  }

  /** Comes back at the same address. */
  public void restart() {
    server = bind(address);
    acceptor = acceptFrom(server);
  }

  /** Ends everything, and fails where a script has failed. */
  @Override
  public void close() {
    kill();
    if (!failures.isEmpty()) {
      var failure = new AssertionError("a script failed: " + failures.getFirst().getMessage());
      failures.forEach(failure::addSuppressed);
      throw failure;
    }
  }

  private Thread acceptFrom(ServerSocketChannel accepting) {
    return Thread.ofVirtual()
        .name("origin " + address)
        .start(() -> {
          for (var channel = accept(accepting); channel != null; channel = accept(accepting)) {
            var connection = add(channel);
            if (!accepting.isOpen()) {
              connection.reset(); // it was accepted while the origin died
            }
            Thread.ofVirtual()
                .name("origin " + address + " connection " + connection.number())
                .start(() -> play(connection));
          }
        });
  }

  // Synchronized, because around a restart two threads accept, and a number is a place in the list.
  private synchronized OriginConnection add(SocketChannel channel) {
    var connection = new OriginConnection(connections.size(), channel, tls, requests::add);
    connections.add(connection);
    return connection;
  }

  private void play(OriginConnection connection) {
    var next = nextScripts.poll();
    try {
      (next == null ? script : next).play(connection);
    } catch (ProtocolException e) {
      failures.add(e); // what the peer sent is no HTTP/1.1
    } catch (IOException e) {
      // The peer went away, or the test closed the connection: not the script's fault. What the
      // test wants to know of it stands in the connection's state.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (AssertionError | RuntimeException e) {
      failures.add(e);
    } finally {
      connection.close();
    }
  }

  private static @Nullable SocketChannel accept(ServerSocketChannel server) {
    try {
      return server.accept();
    } catch (IOException e) {
      return null; // closed by kill()
    }
  }

  private static ServerSocketChannel bind(SocketAddress address) {
    try {
      var server =
          address instanceof UnixDomainSocketAddress
              ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
              : ServerSocketChannel.open();
      return server.bind(address, 1024);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }

  private static SocketAddress local(ServerSocketChannel server) {
    try {
      return server.getLocalAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
