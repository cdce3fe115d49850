package dev.signalbox.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection of a fake origin. Belongs to the thread of its script; {@link #close} and
 * {@link #reset} may be called by any.
 */
public final class OriginConnection {
  private final int number;
  private final SocketChannel channel;
  private final Consumer<ReceivedRequest> recorder;
  private final MessageReader reader;
  private volatile boolean closedByPeer;

  OriginConnection(int number, SocketChannel channel, Consumer<ReceivedRequest> recorder) {
    this.number = number;
    this.channel = channel;
    this.recorder = recorder;
    this.reader = new MessageReader(this::read);
  }

  /** Counted from 0 in the order of accepting. */
  public int number() {
    return number;
  }

  /** Reads a request with its body and records it; null where the peer closed instead. */
  public @Nullable ReceivedRequest readRequest() throws IOException {
    var head = readHead();
    return head == null ? null : readBody(head);
  }

  /** Reads a request's head only, and records nothing yet; null where the peer closed instead. */
  public @Nullable String readHead() throws IOException {
    reader.begin();
    return reader.takeHead();
  }

  /** Reads the body that belongs to the head that was just read, and records the request. */
  public ReceivedRequest readBody(String head) throws IOException {
    var body = reader.takeRequestBody(head);
    var request = new ReceivedRequest(number, head, body.text(), body.trailers(), reader.raw());
    recorder.accept(request);
    return request;
  }

  /** Reads up to the next line end, which is included. */
  public String readLine() throws IOException {
    reader.begin();
    return reader.takeLine();
  }

  /** Reads exactly that many bytes. */
  public String read(int length) throws IOException {
    reader.begin();
    return reader.take(length);
  }

  /** Reads what the peer sends until it ends its side. */
  public String readUntilEnd() throws IOException {
    reader.begin();
    return reader.takeToEnd();
  }

  /** Sends back what comes, as it comes, until the peer ends its side. */
  public void echo() throws IOException {
    for (var some = reader.takeSome(); !some.isEmpty(); some = reader.takeSome()) {
      send(some);
    }
  }

  /** Reads and forgets that many bytes. */
  public void skip(long length) throws IOException {
    reader.skip(length);
  }

  /** Sends the characters, one byte each. */
  public void send(String text) throws IOException {
    send(Bytes.of(text));
  }

  public void send(byte[] bytes) throws IOException {
    var left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left);
    }
  }

  /** Waits until the peer closes or resets; whatever it sends before is forgotten. */
  public void awaitClosedByPeer() throws IOException {
    var nothing = ByteBuffer.allocate(4096);
    while (read(nothing) >= 0) {
      nothing.clear();
    }
  }

  /** Ends the sending side; the other stays open. */
  public void halfClose() throws IOException {
    channel.shutdownOutput();
  }

  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  /** Closes with a reset, as a crashed server does. On a unix domain socket it is a plain close. */
  public void reset() {
    try {
      if (channel.getLocalAddress() instanceof InetSocketAddress) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException e) {
      // It was closed before.
    }
    close();
  }

  public boolean isClosed() {
    return closedByPeer || !channel.isOpen();
  }

  boolean isClosedByPeer() {
    return closedByPeer;
  }

  boolean isClosedByUs() {
    return !channel.isOpen();
  }

  private int read(ByteBuffer target) throws IOException {
    try {
      int read = channel.read(target);
      if (read < 0) {
        closedByPeer = true;
      }
      return read;
    } catch (IOException e) {
      if (!channel.isOpen()) {
        throw e; // closed by the test while the script was reading
      }
      closedByPeer = true; // a reset is an end as well
      return -1;
    }
  }
}
