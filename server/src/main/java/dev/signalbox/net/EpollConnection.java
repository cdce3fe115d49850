package dev.signalbox.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A socket on epoll without a Netty channel around it: no pipeline, no outbound buffer, no buffer
 * of its own while it is idle. It sits on Netty's event loop like a channel does.
 *
 * <p>Edge-triggered, so that pausing and resuming cost no system call: what an edge announced is
 * remembered in {@link #mayRead} until a read proves it wrong.
 */
final class EpollConnection extends Connection implements EpollIoHandle {
  private static final EpollIoOps READS =
      EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);
  private static final EpollIoOps READS_AND_WRITES = READS.with(EpollIoOps.EPOLLOUT);
  private static final int OUT = EpollIoOps.EPOLLOUT.value();
  private static final int BROKEN = EpollIoOps.EPOLLERR.value() | 0x10; // EPOLLHUP
  private static final int ENDS = EpollIoOps.EPOLLRDHUP.value() | BROKEN;
  private static final int READS_A_TURN = 16;
  private static final ConnectionEvents NOBODY = new NobodyListens();

  private final Socket socket;
  private final SocketAddress remoteAddress;
  private ConnectionEvents events = NOBODY;
  private @Nullable IoRegistration registration;

  private boolean isReading;
  private boolean mayRead;
  private boolean isReadScheduled;
  private boolean peerHasEnded; // a short read proves nothing any more
  private boolean isInputClosed;

  // The queue: nearly always no buffer or one.
  private @Nullable ByteBuf first;
  private @Nullable ArrayDeque<ByteBuf> rest;
  private long pendingBytes;
  private boolean hearsOfWrites;
  private boolean isBlocked; // the kernel's buffer is full: an edge will tell
  private boolean isOutputBroken;
  private boolean isShutdownWanted;
  private boolean isCloseWanted;
  private boolean wasUnwritable;
  private boolean isClosed;
  private long sentBytes;

  // Nearly always null: what goes out from here, and what comes in, past this process.
  private @Nullable Splice outgoing;
  private @Nullable Splice incoming;

  EpollConnection(Loop loop, Socket socket, SocketAddress remoteAddress) {
    super(loop);
    this.socket = socket;
    this.remoteAddress = remoteAddress;
  }

  @Override
  public void start(ConnectionEvents newEvents) {
    events = newEvents;
    isReading = true;
    if (registration == null) {
      register();
    }
    deliverHandedBack(newEvents);
  }

  @Override
  public void events(ConnectionEvents newEvents) {
    events = newEvents;
  }

  /** Registers with the loop; needed before {@link #start} only to await a connect. */
  void register() {
    var registered = loop().executor().register(this);
    if (registered.isSuccess()) {
      registration = registered.getNow();
      registration.submit(READS);
    } else {
      Throwable cause = registered.cause();
      loop().execute(() -> close(new IOException("can't register with epoll", cause)));
    }
  }

  /** Takes over a registration that was made to await a connect. */
  void registration(IoRegistration existing) {
    registration = existing;
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  @Override
  public void handle(IoRegistration ignored, IoEvent event) {
    int ops = ((EpollIoEvent) event).ops().value();
    if ((ops & OUT) != 0 && isBlocked) {
      isBlocked = false;
      flush();
    }
    if ((ops & ~OUT) != 0 && !isClosed) {
      mayRead = true;
      if ((ops & ENDS) != 0) {
        peerHasEnded = true;
      }
      if (isInputClosed && (ops & BROKEN) != 0) {
        close(brokenBy());
      } else if (isReading) {
        read();
      }
    }
  }

  /** It takes nothing and sends nothing. */
  private static IOException gone() {
    return new IOException("connection reset by peer");
  }

  /** The reason why a socket that has ended already broke as well. */
  private IOException brokenBy() {
    try {
      int error = socket.getSoError();
      return new IOException(error == 0 ? "connection closed" : "connection reset by peer");
    } catch (IOException e) {
      return e;
    }
  }

  // --- reading ---

  @Override
  public void reading(boolean isWanted) {
    isReading = isWanted;
    if (isWanted && mayRead && !isReadScheduled && !isClosed) {
      isReadScheduled = true;
      loop().execute(this::readLater); // not here: the caller is in the middle of something
    }
  }

  private void readLater() {
    isReadScheduled = false;
    if (isReading && mayRead && !isClosed) {
      read();
    }
  }

  private void read() {
    boolean hasData = false;
    for (int turn = 0; isReading && mayRead; turn++) {
      if (outgoing != null) {
        if (hasData) {
          events.onReadComplete();
          hasData = false;
        }
        outgoing.run();
        return;
      }
      if (turn == READS_A_TURN) {
        reading(true); // others' turn
        break;
      }
      ByteBuf buffer = loop().readBuffer();
      int count;
      try {
        count = receive(buffer);
      } catch (IOException e) {
        buffer.release();
        close(e);
        return;
      }
      if (count <= 0) {
        buffer.release();
        mayRead = false;
        if (count < 0 && !isInputClosed) {
          isInputClosed = true;
          if (hasData) {
            events.onReadComplete();
          }
          events.onInputClosed();
          if (isOutputBroken) {
            close(gone());
          }
          return;
        }
        break;
      }
      if (count < buffer.capacity() && !peerHasEnded) {
        mayRead = false; // all there was: the next byte brings an edge
      }
      hasData = true;
      events.onData(buffer.writerIndex(count));
      if (isClosed) {
        return;
      }
    }
    if (hasData) {
      events.onReadComplete();
    }
  }

  private int receive(ByteBuf buffer) throws IOException {
    if (buffer.hasMemoryAddress()) {
      return socket.recvAddress(buffer.memoryAddress(), 0, buffer.capacity());
    }
    ByteBuffer nio = buffer.internalNioBuffer(0, buffer.capacity());
    return socket.recv(nio, nio.position(), nio.limit());
  }

  // --- writing ---

  @Override
  public void write(ByteBuf data) {
    if (isOutputBroken || isClosed || !data.isReadable()) {
      data.release();
      return;
    }
    ByteBuf sendable = data.isDirect() ? data : direct(data);
    pendingBytes += sendable.readableBytes();
    if (first == null) {
      first = sendable;
    } else {
      if (rest == null) {
        rest = new ArrayDeque<>(4);
      }
      rest.add(sendable);
    }
    if (pendingBytes > HIGH_WATER) {
      wasUnwritable = true;
    }
  }

  /** The kernel takes bytes from an address, which an array on the heap has not. */
  private ByteBuf direct(ByteBuf heap) {
    int length = heap.readableBytes();
    ByteBuf direct = loop().allocator().directBuffer(length, length);
    direct.writeBytes(heap);
    heap.release();
    return direct;
  }

  @Override
  public void flush() {
    if (incoming != null) {
      if (!isBlocked) {
        incoming.run();
      }
      return; // nothing is queued meanwhile
    }
    try {
      while (first != null && !isBlocked && !isOutputBroken) {
        ByteBuf one = first;
        long sent = rest == null || rest.isEmpty() ? sendOne(one) : sendMany(one, rest);
        taken(sent);
        if (sent == 0) {
          isBlocked = true;
          awaitWritable();
        }
      }
    } catch (IOException e) {
      // The peer may have answered before it stopped listening: reading will tell.
      isOutputBroken = true;
      dropQueue();
      mayRead = true;
      reading(isReading);
      if (isInputClosed) {
        loop().execute(() -> close(gone())); // nothing else will tell; the caller is at work still
      }
    }
    if (first == null) {
      if (isCloseWanted) {
        close(null);
        return;
      }
      if (isShutdownWanted) {
        isShutdownWanted = false;
        shutdownNow();
      }
    }
    if (wasUnwritable && (pendingBytes <= LOW_WATER || isOutputBroken)) {
      wasUnwritable = false;
      events.onWritable();
    }
  }

  /** From the first time that the kernel's buffer is full, edges for writing are wanted, too. */
  private void awaitWritable() {
    if (!hearsOfWrites && registration != null) {
      hearsOfWrites = true;
      registration.submit(READS_AND_WRITES);
    }
  }

  private int sendOne(ByteBuf data) throws IOException {
    int from = data.readerIndex();
    int to = data.writerIndex();
    if (data.hasMemoryAddress()) {
      return socket.sendAddress(data.memoryAddress(), from, to);
    }
    ByteBuffer nio = data.internalNioBuffer(from, to - from);
    return socket.send(nio, nio.position(), nio.limit());
  }

  private long sendMany(ByteBuf one, ArrayDeque<ByteBuf> others) throws IOException {
    IovArray vectors = loop().vectors();
    vectors.clear();
    vectors.add(one, one.readerIndex(), one.readableBytes());
    for (ByteBuf other : others) {
      if (!vectors.add(other, other.readerIndex(), other.readableBytes())) {
        break;
      }
    }
    return socket.writevAddresses(vectors.memoryAddress(0), vectors.count());
  }

  private void taken(long sent) {
    pendingBytes -= sent;
    sentBytes += sent;
    long left = sent;
    while (first != null) {
      int readable = first.readableBytes();
      if (left < readable) {
        first.skipBytes((int) left);
        return;
      }
      left -= readable;
      first.release();
      first = rest == null ? null : rest.poll();
    }
  }

  private void dropQueue() {
    while (first != null) {
      first.release();
      first = rest == null ? null : rest.poll();
    }
    pendingBytes = 0;
  }

  @Override
  public boolean isWritable() {
    return !wasUnwritable;
  }

  @Override
  public long pendingBytes() {
    return incoming == null ? pendingBytes : pendingBytes + incoming.held();
  }

  @Override
  public long sentBytes() {
    return sentBytes;
  }

  @Override
  public void shutdownOutput() {
    isShutdownWanted = true;
    flush();
  }

  private void shutdownNow() {
    try {
      socket.shutdown(false, true);
    } catch (NotYetConnectedException e) {
      close(new IOException("reset by the peer", e)); // Netty's word for ENOTCONN
    } catch (IOException e) {
      close(e);
    }
  }

  // --- bytes that pass by inside the kernel ---

  @Override
  public boolean splice(Connection to, long bytes, SpliceEvents spliceEvents) {
    if (!(to instanceof EpollConnection sink)
        || sink == this
        || outgoing != null
        || !isReading
        || isClosed
        || !sink.canTakeSplice()) {
      return false;
    }
    Pipe pipe = loop().pipes().take();
    if (pipe == null) {
      return false;
    }
    var splice = new Splice(this, sink, bytes, spliceEvents, pipe);
    outgoing = splice;
    sink.incoming = splice;
    readAgain(); // what an edge has announced already is not announced again
    return true;
  }

  private boolean canTakeSplice() {
    return first == null
        && incoming == null
        && !isClosed
        && !isOutputBroken
        && !isShutdownWanted
        && !isCloseWanted;
  }

  /** As a source: whether a read may find anything. */
  boolean mayReadNow() {
    return isReading && mayRead && !isClosed;
  }

  /** As a source: reads once others have had their turn. */
  void readAgain() {
    reading(isReading);
  }

  /** As a source: a read found nothing. */
  void onSourceEmpty() {
    mayRead = false;
    if (peerHasEnded && !isInputClosed) {
      isInputClosed = true;
      endSplices();
      events.onInputClosed();
    }
  }

  /** As a sink: the kernel took so much. */
  void onSpliceSent(long bytes) {
    sentBytes += bytes;
  }

  /** As a sink: whether it waits for the kernel to take more. */
  boolean isBlocked() {
    return isBlocked;
  }

  /** As a sink: the kernel's buffer is full. */
  void onSinkFull() {
    isBlocked = true;
    awaitWritable();
  }

  void onSpliceEnd(Splice ended) {
    if (outgoing == ended) {
      outgoing = null;
      readAgain(); // what came behind the spliced bytes
    }
    if (incoming == ended) {
      incoming = null;
    }
  }

  private void endSplices() {
    if (outgoing != null) {
      outgoing.end();
    }
    if (incoming != null) {
      incoming.end();
    }
  }

  // --- closing ---

  @Override
  public void closeAfterFlush() {
    isReading = false;
    isCloseWanted = true;
    flush();
    if (!isClosed && isOutputBroken) {
      close(null);
    }
  }

  @Override
  public void close() {
    close(null);
  }

  @Override
  public void reset() {
    try {
      if (!isClosed) {
        socket.setSoLinger(0);
      }
    } catch (IOException ignored) {
      // It is broken already: the peer can't take it for a proper end.
    }
    close(new ClosedChannelException());
  }

  /** Closes, and tells why. */
  void close(@Nullable IOException cause) {
    if (isClosed) {
      return;
    }
    isClosed = true;
    isReading = false;
    endSplices();
    dropQueue();
    try {
      socket.close(); // before the registration ends: that saves a system call
    } catch (IOException ignored) {
      // There is nothing to be done about a descriptor that can't be closed.
    }
    if (registration != null) {
      registration.cancel();
    }
    events.onClosed(cause);
  }

  @Override
  public boolean isOpen() {
    return !isClosed;
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return isClosed ? null : socket.localAddress();
  }

  @Override
  public SocketAddress peerAddress() {
    return remoteAddress;
  }

  private static final class NobodyListens implements ConnectionEvents {
    @Override
    public void onData(ByteBuf data) {
      data.release();
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onInputClosed() {}

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(@Nullable IOException cause) {}
  }
}
