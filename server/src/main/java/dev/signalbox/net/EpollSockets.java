package dev.signalbox.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Sockets on epoll, each an {@link EpollConnection}. */
final class EpollSockets extends Sockets {
  @Override
  Bound bind(
      Loop loop, SocketAddress address, int backlog, List<Loop> children, AcceptEvents events)
      throws IOException {
    boolean isUnix = !(address instanceof InetSocketAddress);
    Socket socket = newSocket(address);
    try {
      if (!isUnix) {
        socket.setReuseAddress(true);
        socket.setReusePort(true);
        socket.setTcpNoDelay(true); // Linux hands it down to the accepted sockets
      }
      socket.bind(address);
      socket.listen(backlog);
      var acceptor = new EpollAcceptor(loop, socket, isUnix, children, events);
      IoRegistration registration = loop.executor().register(acceptor).get();
      loop.execute(() -> acceptor.begin(registration));
      return acceptor;
    } catch (IOException e) {
      socket.close();
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      socket.close();
      throw new IOException("interrupted while binding", e);
    } catch (ExecutionException e) {
      socket.close();
      throw new IOException("can't register with epoll", e.getCause());
    }
  }

  @Override
  Connecting connect(Loop loop, SocketAddress address, ConnectEvents events) {
    var connecting = new EpollConnecting(loop, address, events);
    connecting.begin();
    return connecting;
  }

  static Socket newSocket(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      return LinuxSocket.newSocketStream(inet.getAddress() instanceof Inet6Address);
    }
    return Socket.newSocketDomain();
  }

  /** Waits for a connect to end. */
  private static final class EpollConnecting implements EpollIoHandle, Connecting {
    private final Loop loop;
    private final SocketAddress address;
    private final ConnectEvents events;
    private @Nullable Socket socket;
    private @Nullable IoRegistration registration;
    private boolean isOver;

    EpollConnecting(Loop loop, SocketAddress address, ConnectEvents events) {
      this.loop = loop;
      this.address = address;
      this.events = events;
    }

    void begin() {
      try {
        Socket opened = newSocket(address);
        socket = opened;
        if (address instanceof InetSocketAddress) {
          opened.setTcpNoDelay(true);
        }
        if (opened.connect(address)) {
          loop.execute(this::connected);
          return;
        }
        var registered = loop.executor().register(this);
        registration = registered.get();
        registration.submit(EpollIoOps.EPOLLOUT);
      } catch (Exception | Error e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        loop.execute(() -> failed(e instanceof IOException io ? io : new IOException(e)));
      }
    }

    @Override
    public FileDescriptor fd() {
      return opened();
    }

    private Socket opened() {
      if (socket == null) {
        throw new IllegalStateException("no socket yet");
      }
      return socket;
    }

    @Override
    public void handle(IoRegistration ignored, IoEvent event) {
      if (isOver) {
        return;
      }
      try {
        if (opened().finishConnect()) {
          connected();
        }
      } catch (IOException e) {
        failed(e);
      }
    }

    private void connected() {
      if (isOver) {
        return;
      }
      isOver = true;
      if (registration != null) {
        registration.cancel(); // the connection registers for itself
      }
      events.onConnected(new EpollConnection(loop, opened(), address));
    }

    private void failed(IOException cause) {
      if (isOver) {
        return;
      }
      close();
      events.onConnectFailed(cause);
    }

    @Override
    public void cancel() {
      if (!isOver) {
        close();
      }
    }

    @Override
    public void close() {
      isOver = true;
      try {
        if (socket != null) {
          socket.close();
        }
      } catch (IOException ignored) {
        // There is nothing to be done about a descriptor that can't be closed.
      }
      if (registration != null) {
        registration.cancel();
      }
    }
  }
}
