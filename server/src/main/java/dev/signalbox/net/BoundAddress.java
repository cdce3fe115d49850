package dev.signalbox.net;

import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An address that is bound on one loop or on all. Bound and closed off the loops. */
public final class BoundAddress implements AutoCloseable {
  private final SocketAddress localAddress;
  private final List<Sockets.Bound> sockets;

  /** The file of a unix-domain socket, until it is removed. Written by control. */
  private volatile @Nullable Path unixPath;

  private BoundAddress(
      SocketAddress localAddress, List<Sockets.Bound> sockets, @Nullable Path unixPath) {
    this.localAddress = localAddress;
    this.sockets = List.copyOf(sockets);
    this.unixPath = unixPath;
  }

  /** A port on every address of this machine: of IPv6 as well where it has that. */
  public static InetSocketAddress everywhere(int port) {
    try (var _ = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
      return new InetSocketAddress("::", port); // takes IPv4 clients, too
    } catch (UnsupportedOperationException | IOException e) {
      return new InetSocketAddress(port);
    }
  }

  static BoundAddress bind(
      List<Loop> loops, SocketAddress address, int backlog, AcceptEvents events)
      throws IOException {
    var bound = new ArrayList<Sockets.Bound>();
    Path unixPath = null;
    try {
      if (!(address instanceof InetSocketAddress wanted)) {
        Loop first = loops.getFirst();
        if (address instanceof DomainSocketAddress unix) {
          unixPath = Path.of(unix.path());
          removeIfDead(unixPath);
        }
        bound.add(first.sockets().bind(first, address, backlog, loops, events));
      } else {
        refuseIfTaken(wanted);
        InetSocketAddress actual = wanted;
        for (Loop loop : loops) {
          var socket = loop.sockets().bind(loop, actual, backlog, List.of(loop), events);
          bound.add(socket);
          // Port 0 is a different port each time: the first one's choice holds for all.
          actual = new InetSocketAddress(wanted.getAddress(), port(socket.localAddress()));
        }
      }
      return new BoundAddress(bound.getFirst().localAddress(), bound, unixPath);
    } catch (IOException e) {
      bound.forEach(Sockets.Bound::close);
      throw e;
    }
  }

  /**
   * SO_REUSEPORT would let a second server of the same user bind beside a running one, and each
   * would get half of the connections: a plain bind tells.
   */
  private static void refuseIfTaken(InetSocketAddress address) throws IOException {
    if (address.getPort() == 0) {
      return;
    }
    try (var probe = new java.net.ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(address, 1);
    }
  }

  /**
   * A server that died leaves its socket in the file system, where a bind would fail, or with some
   * transports delete whatever stands there, the socket of a running server included.
   */
  private static void removeIfDead(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther()) {
      throw new IOException("a file that is no socket is there");
    }
    try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new BindException("Address already in use");
    } catch (ConnectException e) {
      Files.delete(path); // nobody listens
    }
  }

  private static int port(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  public SocketAddress localAddress() {
    return localAddress;
  }

  /** Pauses or resumes accepting; meanwhile peers wait in the backlog. From any thread. */
  public void accepting(boolean isWanted) {
    sockets.forEach(socket -> socket.accepting(isWanted));
  }

  /** Stops accepting. From any thread but a loop's. */
  @Override
  public void close() {
    sockets.forEach(Sockets.Bound::close);
    Path path = unixPath;
    if (path != null) {
      unixPath = null; // another server may use it from now on
      try {
        Files.deleteIfExists(path);
      } catch (IOException ignored) {
        // The next to bind there finds that nobody listens, and removes it.
      }
    }
  }
}
