package dev.signalbox.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** A connection on a Netty channel, of any transport. Its channel allows half-closed sockets. */
@SuppressWarnings("FutureReturnValueIgnored") // how a close ends is told by channelInactive
final class ChannelConnection extends Connection {
  private final Channel channel;
  private final SocketAddress remoteAddress;
  private final ChannelFutureListener onWritten =
      written -> {
        if (!written.isSuccess()) {
          onWriteFailed();
        }
      };
  private @Nullable ConnectionEvents events;
  private @Nullable IOException cause;
  private boolean isOutputBroken;
  private long writtenBytes;
  private boolean isInputClosed;
  private boolean isClosed;

  ChannelConnection(Loop loop, Channel channel, SocketAddress remoteAddress) {
    super(loop);
    this.channel = channel;
    this.remoteAddress = remoteAddress;
  }

  @Override
  public void start(ConnectionEvents newEvents) {
    events = newEvents;
    if (!channel.isActive()) {
      loop().execute(() -> closed(null)); // it went away before anybody looked
      return;
    }
    channel.config().setAutoRead(true);
    deliverHandedBack(newEvents);
  }

  @Override
  public void events(ConnectionEvents newEvents) {
    events = newEvents;
  }

  @Override
  public void write(ByteBuf data) {
    if (isOutputBroken || isClosed || !data.isReadable()) {
      data.release();
      return;
    }
    writtenBytes += data.readableBytes();
    channel.write(data).addListener(onWritten);
  }

  @Override
  public void flush() {
    channel.flush();
  }

  private void onWriteFailed() {
    isOutputBroken = true; // the peer may have answered before it stopped listening: read on
    if (isInputClosed) {
      breakOff(); // nothing can tell any more that the peer is gone
    } else if (events != null && !isClosed) {
      events.onWritable();
    }
  }

  private void breakOff() {
    cause = new IOException("connection reset by peer");
    channel.close();
  }

  @Override
  public boolean isWritable() {
    return isOutputBroken || channel.isWritable();
  }

  @Override
  public long pendingBytes() {
    var queue = channel.unsafe().outboundBuffer();
    return queue == null ? 0 : queue.totalPendingWriteBytes() - queue.currentProgress();
  }

  @Override
  public long sentBytes() {
    return writtenBytes - pendingBytes();
  }

  @Override
  public void reading(boolean isWanted) {
    channel.config().setAutoRead(isWanted);
  }

  @Override
  public void shutdownOutput() {
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(_ -> {
          if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
          }
        });
  }

  @Override
  public void closeAfterFlush() {
    channel.config().setAutoRead(false);
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void close() {
    endReading();
    channel.close();
  }

  /**
   * On io_uring a close waits for what is under way. Called between a read and the next while a
   * write is on its way, it would wait for that next one, which a silent peer never ends.
   */
  private void endReading() {
    channel.config().setAutoRead(false);
  }

  @Override
  public void reset() {
    cause = new ClosedChannelException();
    try {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    } catch (RuntimeException ignored) {
      // It is broken already, or a unix-domain socket: the peer can't take it for a proper end.
    }
    endReading();
    channel.close();
  }

  @Override
  public boolean isOpen() {
    return !isClosed;
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return channel.localAddress();
  }

  @Override
  public SocketAddress peerAddress() {
    return remoteAddress;
  }

  private void closed(@Nullable IOException why) {
    if (!isClosed) {
      isClosed = true;
      if (events != null) {
        events.onClosed(why);
      }
    }
  }

  /** What the channel's pipeline tells this connection. */
  ChannelHandler handler() {
    return new Handler();
  }

  private final class Handler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (events != null && message instanceof ByteBuf data) {
        events.onData(data);
      } else {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (events != null && !isClosed) {
        events.onReadComplete();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (events != null && !isClosed && channel.isWritable()) {
        events.onWritable();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ChannelInputShutdownEvent && !isInputClosed) {
        isInputClosed = true;
        if (cause != null) {
          channel.close(); // it broke, and Netty took that for an end
        } else if (events != null && !isClosed) {
          events.onInputClosed();
          if (isOutputBroken && !isClosed) {
            breakOff();
          }
        }
      } else if (event instanceof ChannelInputShutdownReadComplete && cause != null) {
        channel.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      closed(cause);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
      cause = thrown instanceof IOException io ? io : new IOException(thrown);
      channel.close();
    }
  }
}
