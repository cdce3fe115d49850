package dev.signalbox.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose peer is the test: what arrives is fed, what is sent is kept as text (one
 * character a byte). It behaves like the epoll connection, which tells of its end at once, within
 * the call that closes. It knows every buffer that went in, so that a test can ask for each whether
 * it was released exactly once.
 */
public final class FakeConnection extends Connection {
  /** How it ended. */
  public enum End {
    OPEN,
    CLOSED,
    RESET
  }

  private final List<ByteBuf> received = new ArrayList<>();
  private final ArrayDeque<byte[]> arriving = new ArrayDeque<>();
  private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private @Nullable ConnectionEvents events;
  private End end = End.OPEN;
  private long pending;
  private long sentBytes;
  private boolean isReading;
  private boolean isInputEnding;
  private boolean isInputClosed;
  private boolean isStalled;
  private boolean isShutdownWanted;
  private boolean isOutputShut;
  private boolean isCloseWanted;
  private boolean wasUnwritable;

  public FakeConnection(Loop loop) {
    super(loop);
  }

  // --- the test's side ---

  /** These bytes arrive together; what nobody reads now waits, as it would in the kernel. */
  public void receive(byte[] bytes) {
    if (bytes.length > 0) {
      arriving.add(bytes);
      deliver();
    }
  }

  public void receive(String text) {
    receive(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The peer closes its side. */
  public void receiveEnd() {
    isInputEnding = true;
    deliver();
  }

  /** The connection breaks. */
  public void breakOff(String why) {
    end(End.CLOSED, new IOException(why));
  }

  /** All that has left, or what is left of it after {@link #forgetSent}. */
  public String sent() {
    return sent.toString(StandardCharsets.ISO_8859_1);
  }

  public void forgetSent() {
    sent.reset();
  }

  /** Whether the kernel takes nothing more. */
  public void stalled(boolean isNow) {
    isStalled = isNow;
    if (!isNow) {
      flush();
    }
  }

  public End end() {
    return end;
  }

  /** Whether the peer has been told that nothing more will come. */
  public boolean isOutputShut() {
    return isOutputShut || end != End.OPEN;
  }

  public boolean isReading() {
    return isReading && end == End.OPEN;
  }

  /** How many of the buffers that went in somebody still holds. */
  public long heldBuffers() {
    return received.stream().filter(buffer -> buffer.refCnt() > 0).count();
  }

  private void deliver() {
    boolean hasData = false;
    while (isReading && end == End.OPEN && !arriving.isEmpty() && events != null) {
      ByteBuf buffer = Unpooled.buffer().writeBytes(arriving.remove());
      received.add(buffer);
      hasData = true;
      events.onData(buffer);
    }
    if (hasData && end == End.OPEN && events != null) {
      events.onReadComplete();
    }
    boolean endsNow = isInputEnding && !isInputClosed && isReading && arriving.isEmpty();
    if (endsNow && end == End.OPEN && events != null) {
      isInputClosed = true;
      events.onInputClosed();
    }
  }

  // --- the connection's side ---

  @Override
  public void start(ConnectionEvents newEvents) {
    events = newEvents;
    isReading = true;
    deliverHandedBack(newEvents);
  }

  @Override
  public void events(ConnectionEvents newEvents) {
    events = newEvents;
  }

  @Override
  public void write(ByteBuf data) {
    if (end != End.OPEN || isShutdownWanted || !data.isReadable()) {
      data.release();
      return;
    }
    pending += data.readableBytes();
    queue.add(data);
    wasUnwritable |= pending > HIGH_WATER;
  }

  @Override
  public void flush() {
    while (!isStalled && !queue.isEmpty()) {
      ByteBuf data = queue.remove();
      pending -= data.readableBytes();
      sentBytes += data.readableBytes();
      sent.writeBytes(ByteBufUtil.getBytes(data));
      data.release();
    }
    if (queue.isEmpty()) {
      if (isCloseWanted) {
        end(End.CLOSED, null);
        return;
      }
      isOutputShut |= isShutdownWanted;
    }
    if (wasUnwritable && pending <= LOW_WATER && events != null) {
      wasUnwritable = false;
      events.onWritable();
    }
  }

  @Override
  public boolean isWritable() {
    return !wasUnwritable;
  }

  @Override
  public long sentBytes() {
    return sentBytes;
  }

  @Override
  public long pendingBytes() {
    return pending;
  }

  @Override
  public void reading(boolean isWanted) {
    isReading = isWanted;
    if (isWanted) {
      loop().execute(this::deliver);
    }
  }

  @Override
  public void shutdownOutput() {
    isShutdownWanted = true;
    flush();
  }

  @Override
  public void closeAfterFlush() {
    isReading = false;
    isCloseWanted = true;
    flush();
  }

  @Override
  public void close() {
    end(End.CLOSED, null);
  }

  @Override
  public void reset() {
    end(End.RESET, new ClosedChannelException());
  }

  private void end(End how, @Nullable IOException cause) {
    if (end != End.OPEN) {
      return;
    }
    end = how;
    isReading = false;
    pending = 0;
    queue.forEach(ByteBuf::release);
    queue.clear();
    if (events != null) {
      events.onClosed(cause);
    }
  }

  @Override
  public boolean isOpen() {
    return end == End.OPEN;
  }

  @Override
  public SocketAddress localAddress() {
    return new InetSocketAddress("192.0.2.1", 8080);
  }

  @Override
  public SocketAddress peerAddress() {
    return new InetSocketAddress("192.0.2.7", 40_000);
  }
}
