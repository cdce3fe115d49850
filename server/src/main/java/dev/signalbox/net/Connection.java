package dev.signalbox.net;

import io.netty.buffer.ByteBuf;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connected stream of bytes, whatever carries it. Every method is called, and every event comes,
 * on its {@link #loop()}.
 */
public abstract class Connection {
  /** Above this many unsent bytes a connection is not writable. */
  public static final int HIGH_WATER = 128 * 1024;

  /** At or below this many unsent bytes it is writable again. */
  static final int LOW_WATER = 32 * 1024;

  private final Loop loop;
  private @Nullable Proxied proxied;
  private @Nullable ByteBuf handedBack;

  public Connection(Loop loop) {
    this.loop = loop;
  }

  public final Loop loop() {
    return loop;
  }

  /**
   * Begins to read and to tell {@code events}. Called once; and once more after {@link #handBack}.
   */
  public abstract void start(ConnectionEvents events);

  /**
   * Gives bytes back that were read and are somebody else's: the next owner, who calls {@link
   * #start} at once, is handed them first. Takes ownership of them.
   *
   * @param told what they were preceded by, or null
   */
  public final void handBack(ByteBuf unread, @Nullable Proxied told) {
    proxied = told;
    handedBack = unread;
  }

  /** At the end of {@link #start}: the first bytes are those that were handed back. */
  final void deliverHandedBack(ConnectionEvents events) {
    ByteBuf unread = handedBack;
    if (unread != null) {
      handedBack = null;
      if (unread.isReadable()) {
        events.onData(unread);
        events.onReadComplete();
      } else {
        unread.release();
      }
    }
  }

  /** What a trusted proxy in front of us has told of this connection; null where none has. */
  public @Nullable Proxied proxied() {
    return proxied;
  }

  /** Hands the connection to another owner, who is told from now on. */
  public abstract void events(ConnectionEvents events);

  /** Queues the bytes and takes ownership of them. They leave with the next {@link #flush}. */
  public abstract void write(ByteBuf data);

  public abstract void flush();

  /** Whether more should be written now: the bound of the queue is a matter of its writers. */
  public abstract boolean isWritable();

  /** Bytes written and not yet taken by the kernel. */
  public abstract long pendingBytes();

  /**
   * Bytes that the kernel has taken since the connection began: whoever watches a slow peer sees
   * its progress in them.
   */
  public abstract long sentBytes();

  /**
   * Moves the next bytes that come here straight into another connection of the same loop, inside
   * the kernel, where the transport can do that and nothing is queued there. They come as no event;
   * until they are through, nobody may write to the sink. The end of the input before its time is
   * told as always; it ends the splice, as the close of either connection does.
   *
   * @return whether it began; false changes nothing
   */
  public boolean splice(Connection sink, long bytes, SpliceEvents spliceEvents) {
    return false;
  }

  /**
   * Whether to read. Data that was read already may still come once after {@code false}: at most
   * one buffer.
   */
  public abstract void reading(boolean isWanted);

  /** Tells the peer that nothing more will come, after what is queued. */
  public abstract void shutdownOutput();

  /** Closes once what is queued has left; nothing is read any more. */
  public abstract void closeAfterFlush();

  /** Closes now; what is queued is dropped. */
  public abstract void close();

  /** Closes now in a way that the peer sees as an error (a TCP reset), never as a proper end. */
  public abstract void reset();

  public abstract boolean isOpen();

  /**
   * The client's address: the peer's, or the one that a trusted proxy in front of us has told. For
   * a unix-domain socket an address without a host.
   */
  public final SocketAddress remoteAddress() {
    Proxied told = proxied();
    return told == null ? peerAddress() : told.client();
  }

  /**
   * The address that the client connected to: of our end of the socket, or the one that a trusted
   * proxy in front of us has told. Null where nobody knows any more. Costs a system call.
   */
  public final @Nullable SocketAddress destination() {
    Proxied told = proxied();
    return told == null ? localAddress() : told.destination();
  }

  /** The address at our end of the socket. */
  public abstract @Nullable SocketAddress localAddress();

  /** The address at the other end of the socket. */
  public abstract SocketAddress peerAddress();
}
