package dev.signalbox.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Accepts on one loop. Level-triggered: what is not accepted now is announced again. Where
 * accepting fails, most often for want of file descriptors, it rests for {@link #PAUSE} instead of
 * spinning; the peers wait in the backlog meanwhile.
 */
final class EpollAcceptor implements EpollIoHandle, Sockets.Bound {
  static final Duration PAUSE = Duration.ofMillis(200);
  private static final int ACCEPTS_A_TURN = 64;

  private final Loop loop;
  private final Socket socket;
  private final List<Loop> children;
  private final AcceptEvents events;
  private final boolean isUnix;
  private final SocketAddress localAddress;
  private final byte[] peer =
      new byte[26]; // as Socket.accept fills it: length, address, scope, port
  private @Nullable IoRegistration registration;
  private int nextChild;
  private boolean isAccepting = true;
  private boolean isResting;
  private boolean isClosed;

  private final TimerWheel.Timer resume =
      new TimerWheel.Timer() {
        @Override
        protected void onTimeout() {
          isResting = false;
          listenForPeers();
        }
      };

  /**
   * @param isUnix whether it is a unix-domain socket, which the socket itself can't tell: asked for
   *     an Internet address, it makes one up from the bytes of its path
   */
  EpollAcceptor(
      Loop loop, Socket socket, boolean isUnix, List<Loop> children, AcceptEvents events) {
    this.loop = loop;
    this.socket = socket;
    this.children = children;
    this.events = events;
    this.isUnix = isUnix;
    this.localAddress = isUnix ? socket.localDomainSocketAddress() : socket.localAddress();
  }

  /** Begins to accept, on the loop. */
  void begin(IoRegistration newRegistration) {
    registration = newRegistration;
    listenForPeers();
  }

  private void listenForPeers() {
    if (!isClosed && registration != null) {
      boolean isWanted = isAccepting && !isResting;
      // Not NONE, for which Netty takes the socket out of epoll and can't put it back. A listening
      // socket has no peer that could end, so this waits for nothing.
      registration.submit(isWanted ? EpollIoOps.EPOLLIN : EpollIoOps.EPOLLRDHUP);
    }
  }

  @Override
  public void accepting(boolean isWanted) {
    if (!loop.isInLoop()) {
      loop.execute(() -> accepting(isWanted));
    } else if (isAccepting != isWanted) {
      isAccepting = isWanted;
      listenForPeers();
    }
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public void handle(IoRegistration ignored, IoEvent event) {
    for (int turn = 0; turn < ACCEPTS_A_TURN && isAccepting && !isClosed; turn++) {
      int descriptor;
      try {
        descriptor = socket.accept(peer);
      } catch (IOException e) {
        pause(e);
        return;
      }
      if (descriptor < 0) {
        return;
      }
      SocketAddress remote =
          isUnix ? new DomainSocketAddress("") : NativeInetAddress.address(peer, 1, peer[0]);
      Loop child = children.get(nextChild);
      nextChild = nextChild + 1 == children.size() ? 0 : nextChild + 1;
      var connection = new EpollConnection(child, new Socket(descriptor), remote);
      if (child == loop) {
        events.onAccepted(connection);
      } else {
        child.execute(() -> events.onAccepted(connection));
      }
    }
  }

  private void pause(IOException cause) {
    isResting = true;
    listenForPeers();
    loop.arm(resume, PAUSE.toNanos());
    events.onAcceptPaused(cause, PAUSE);
  }

  @Override
  public void close() {
    if (!loop.isInLoop()) {
      loop.execute(this::close);
      return;
    }
    if (isClosed) {
      return;
    }
    isClosed = true;
    loop.remove(resume);
    try {
      socket.close();
    } catch (IOException ignored) {
      // There is nothing to be done about a descriptor that can't be closed.
    }
    if (registration != null) {
      registration.cancel();
    }
  }
}
