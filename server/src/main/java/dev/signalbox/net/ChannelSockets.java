package dev.signalbox.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannelConfig;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sockets of any transport that Netty has channels for, each a {@link ChannelConnection}. */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a channel to close
final class ChannelSockets extends Sockets {
  /** So long closing a bound address may take. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(Connection.LOW_WATER, Connection.HIGH_WATER);

  /** The channels of one transport. */
  record Channels(
      ChannelFactory<? extends ServerChannel> tcpServer,
      ChannelFactory<? extends Channel> tcpClient,
      ChannelFactory<? extends ServerChannel> unixServer,
      ChannelFactory<? extends Channel> unixClient,
      ChannelOption<Boolean> reusePort,
      boolean usesJdkUnixAddresses) {}

  private final Channels channels;
  private final EventLoopGroup group;

  ChannelSockets(Channels channels, EventLoopGroup group) {
    this.channels = channels;
    this.group = group;
  }

  @Override
  Bound bind(
      Loop loop, SocketAddress address, int backlog, List<Loop> children, AcceptEvents events)
      throws IOException {
    boolean isTcp = address instanceof InetSocketAddress;
    var bootstrap = new ServerBootstrap();
    bootstrap.group(loop.executor(), children.size() == 1 ? loop.executor() : group);
    bootstrap.channelFactory(isTcp ? channels.tcpServer() : channels.unixServer());
    bootstrap.option(ChannelOption.SO_BACKLOG, backlog);
    if (isTcp) {
      bootstrap.option(ChannelOption.SO_REUSEADDR, true);
      bootstrap.option(channels.reusePort(), true);
      bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
    }
    bootstrap.childOption(ChannelOption.ALLOCATOR, loop.allocator());
    bootstrap.childOption(ChannelOption.AUTO_READ, false);
    bootstrap.childOption(ChannelOption.AUTO_CLOSE, false);
    bootstrap.childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    var accepting = new Accepting(events);
    bootstrap.handler(accepting);
    bootstrap.childHandler(new Accepted(children, events));
    ChannelFuture bound = bootstrap.bind(native_(address)).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      Throwable cause = bound.cause();
      throw cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause);
    }
    return new BoundChannel(bound.channel(), accepting);
  }

  @Override
  Connecting connect(Loop loop, SocketAddress address, ConnectEvents events) {
    boolean isTcp = address instanceof InetSocketAddress;
    var bootstrap = new Bootstrap();
    bootstrap.group(loop.executor());
    bootstrap.channelFactory(isTcp ? channels.tcpClient() : channels.unixClient());
    bootstrap.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0); // the caller has its own timer
    bootstrap.option(ChannelOption.ALLOCATOR, loop.allocator());
    bootstrap.option(ChannelOption.AUTO_READ, false);
    bootstrap.option(ChannelOption.AUTO_CLOSE, false);
    bootstrap.option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    if (isTcp) {
      bootstrap.option(ChannelOption.TCP_NODELAY, true);
    }
    bootstrap.handler(new ChannelInboundHandlerAdapter());
    ChannelFuture connecting = bootstrap.connect(native_(address));
    connecting.addListener(_ ->
        loop.execute(() -> {
          if (connecting.isSuccess()) {
            events.onConnected(connected(loop, connecting.channel(), address));
          } else if (!connecting.isCancelled()) {
            Throwable cause = connecting.cause();
            events.onConnectFailed(
                cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause));
          }
        }));
    return new ConnectingChannel(connecting);
  }

  private static ChannelConnection connected(Loop loop, Channel channel, SocketAddress address) {
    if (channel.config() instanceof DuplexChannelConfig config) {
      config.setAllowHalfClosure(true); // a bootstrap option would not be known to all of them
    }
    var connection = new ChannelConnection(loop, channel, address);
    channel.pipeline().addLast(connection.handler());
    return connection;
  }

  private SocketAddress native_(SocketAddress address) {
    return address instanceof DomainSocketAddress unix && channels.usesJdkUnixAddresses()
        ? UnixDomainSocketAddress.of(Path.of(unix.path()))
        : address;
  }

  private record BoundChannel(Channel channel, Accepting accepting) implements Bound {
    @Override
    public SocketAddress localAddress() {
      return channel.localAddress();
    }

    @Override
    public void accepting(boolean isWanted) {
      channel.eventLoop().execute(() -> accepting.wanted(channel, isWanted));
    }

    @Override
    public void close() {
      ChannelFuture closing = channel.close();
      if (!channel.eventLoop().inEventLoop()) {
        // io_uring cancels its accepts first: where the loop ends before, the port stays taken.
        closing.awaitUninterruptibly(CLOSE_PATIENCE.toMillis());
      }
    }
  }

  private record ConnectingChannel(ChannelFuture future) implements Connecting {
    @Override
    public void cancel() {
      future.channel().close(); // that fails the connect, and nobody listens any more
    }
  }

  /**
   * Whether a bound channel accepts. As on epoll, it rests for a while where that fails. Belongs to
   * the channel's loop.
   */
  private static final class Accepting extends ChannelInboundHandlerAdapter {
    private final AcceptEvents events;
    private boolean isWanted = true;
    private boolean isResting;

    Accepting(AcceptEvents events) {
      this.events = events;
    }

    void wanted(Channel channel, boolean isWantedNow) {
      isWanted = isWantedNow;
      channel.config().setAutoRead(isWanted && !isResting);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // It goes no further: Netty's own acceptor would accept again when it is not wanted, and the
      // end of the pipeline would log each. io_uring has many accepts under way, which all fail.
      if (isResting) {
        return;
      }
      isResting = true;
      wanted(context.channel(), isWanted);
      context
          .executor()
          .schedule(
              () -> {
                isResting = false;
                wanted(context.channel(), isWanted);
              },
              EpollAcceptor.PAUSE.toNanos(),
              TimeUnit.NANOSECONDS);
      events.onAcceptPaused(
          cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause),
          EpollAcceptor.PAUSE);
    }
  }

  private static final class Accepted extends ChannelInitializer<Channel> {
    private final List<Loop> children;
    private final AcceptEvents events;

    Accepted(List<Loop> children, AcceptEvents events) {
      this.children = children;
      this.events = events;
    }

    @Override
    protected void initChannel(Channel channel) {
      for (Loop loop : children) {
        if (loop.executor().equals(channel.eventLoop())) {
          events.onAccepted(connected(loop, channel, channel.remoteAddress()));
          return;
        }
      }
      channel.close();
    }
  }
}
