package dev.signalbox.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/** An address that is bound on one loop or on all. Bound and closed off the loops. */
public final class BoundAddress implements AutoCloseable {
  private final SocketAddress localAddress;
  private final List<Sockets.Bound> sockets;

  private BoundAddress(SocketAddress localAddress, List<Sockets.Bound> sockets) {
    this.localAddress = localAddress;
    this.sockets = List.copyOf(sockets);
  }

  static BoundAddress bind(
      List<Loop> loops, SocketAddress address, int backlog, AcceptEvents events)
      throws IOException {
    var bound = new ArrayList<Sockets.Bound>();
    try {
      if (!(address instanceof InetSocketAddress wanted)) {
        Loop first = loops.getFirst();
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
      return new BoundAddress(bound.getFirst().localAddress(), bound);
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

  /** Stops accepting. From any thread. */
  @Override
  public void close() {
    sockets.forEach(Sockets.Bound::close);
  }
}
