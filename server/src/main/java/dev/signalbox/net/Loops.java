package dev.signalbox.net;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGeneratorFactory;

/**
 * The event loops of one server, all on one transport: one loop a core. Made and ended off them.
 */
public final class Loops implements AutoCloseable {
  private final Transport transport;
  private final MultiThreadIoEventLoopGroup group;
  private final PooledByteBufAllocator allocator;
  private final List<Loop> all;

  private Loops(Transport transport, MultiThreadIoEventLoopGroup group, Sockets sockets) {
    this.transport = transport;
    this.group = group;
    var loops = new ArrayList<Loop>();
    this.allocator = allocator(group.executorCount());
    for (EventExecutor executor : group) {
      loops.add(
          new Loop(
              loops.size(),
              (IoEventLoop) executor,
              sockets,
              allocator,
              RandomGeneratorFactory.of("Xoroshiro128PlusPlus").create(),
              System::nanoTime));
    }
    this.all = List.copyOf(loops);
  }

  /**
   * Starts the loops.
   *
   * @throws IllegalStateException if the transport that was asked for does not work here; the
   *     message says why
   */
  public static Loops start(LoopsConfig config) {
    int count = config.loops() == 0 ? Runtime.getRuntime().availableProcessors() : config.loops();
    return switch (config.transport()) {
      case AUTO -> Epoll.isAvailable() ? epoll(count) : nio(count);
      case EPOLL -> {
        require("epoll", Epoll.unavailabilityCause());
        yield epoll(count);
      }
      case IO_URING -> {
        avoidLostPolls();
        require("io_uring", IoUring.unavailabilityCause());
        yield ioUring(count);
      }
      case NIO -> nio(count);
    };
  }

  /**
   * With Netty's multishot polls a reset that comes right behind data is never told (4.2.18; its
   * issue 17049 is the like): such a connection would stay for ever. Netty reads it once, when it
   * is first asked about io_uring.
   */
  private static void avoidLostPolls() {
    System.setProperty("io.netty.iouring.pollAddMultishotEnabled", "false");
  }

  /**
   * Pooled, one arena a loop, in chunks of 2 MB. Netty's default allocator copies small buffers by
   * way of NIO views, which shows in the cost of a request.
   */
  private static PooledByteBufAllocator allocator(int loops) {
    return new PooledByteBufAllocator(true, 1, loops, 8192, 8, 256, 64, false);
  }

  private static void require(String transport, Throwable unavailable) {
    if (unavailable != null) {
      throw new IllegalStateException(
          "transport "
              + transport
              + " does not work here: "
              + unavailable.getMessage()
              + "; use `transport: auto`",
          unavailable);
    }
  }

  private static MultiThreadIoEventLoopGroup group(int count, IoHandlerFactory factory) {
    return new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("loop", true), factory);
  }

  private static Loops epoll(int count) {
    return new Loops(
        Transport.EPOLL, group(count, EpollIoHandler.newFactory()), new EpollSockets());
  }

  private static Loops ioUring(int count) {
    var group = group(count, IoUringIoHandler.newFactory());
    var channels =
        new ChannelSockets.Channels(
            IoUringServerSocketChannel::new,
            IoUringSocketChannel::new,
            IoUringServerDomainSocketChannel::new,
            IoUringDomainSocketChannel::new,
            UnixChannelOption.SO_REUSEPORT,
            false);
    return new Loops(Transport.IO_URING, group, new ChannelSockets(channels, group));
  }

  private static Loops nio(int count) {
    var group = group(count, NioIoHandler.newFactory());
    var channels =
        new ChannelSockets.Channels(
            NioServerSocketChannel::new,
            NioSocketChannel::new,
            NioServerDomainSocketChannel::new,
            NioDomainSocketChannel::new,
            NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT),
            true);
    return new Loops(Transport.NIO, group, new ChannelSockets(channels, group));
  }

  /** The transport in use; never {@link Transport#AUTO}. */
  public Transport transport() {
    return transport;
  }

  public List<Loop> all() {
    return all;
  }

  /** Bytes in buffers that somebody holds now, of all loops. From any thread. */
  public long bufferBytes() {
    return allocator.pinnedDirectMemory() + allocator.pinnedHeapMemory();
  }

  /**
   * Binds and accepts: a TCP address on every loop, each with a socket of its own between which the
   * kernel spreads connections (SO_REUSEPORT); a unix-domain one on the first loop, which hands
   * connections round.
   *
   * @throws IOException if the address can't be bound
   */
  public BoundAddress bind(SocketAddress address, int backlog, AcceptEvents events)
      throws IOException {
    return BoundAddress.bind(all, address, backlog, events);
  }

  @Override
  public void close() {
    group
        .shutdownGracefully(0, 5, TimeUnit.SECONDS)
        .awaitUninterruptibly(Duration.ofSeconds(6).toMillis());
    for (Loop loop : all) {
      loop.release();
    }
  }
}
