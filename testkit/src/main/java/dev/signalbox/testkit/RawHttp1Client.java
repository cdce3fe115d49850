package dev.signalbox.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;

/**
 * A client that sends exactly the bytes it is given and reads what comes back. Every call has a
 * deadline, at which it fails with what was received so far. Belongs to one thread at a time.
 */
public final class RawHttp1Client implements AutoCloseable {
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final MessageReader reader = new MessageReader(this::read);
  private Duration patience = Await.PATIENCE;
  private Deadline deadline = Deadline.after(patience);
  private boolean wasReset;

  private RawHttp1Client(SocketAddress address, int receiveBuffer) throws IOException {
    channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open();
    selector = Selector.open();
    try {
      if (receiveBuffer > 0) {
        // Before connecting, because the window is agreed there.
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
      }
      channel.connect(address);
      if (!(address instanceof UnixDomainSocketAddress)) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      channel.configureBlocking(false);
      key = channel.register(selector, 0);
    } catch (IOException e) {
      channel.close();
      selector.close();
      throw e;
    }
  }

  /** Connects to a port on the loopback address. */
  public static RawHttp1Client connect(int port) {
    return connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /** Connects to an address, that of a unix domain socket included. */
  public static RawHttp1Client connect(SocketAddress address) {
    return connect(address, 0);
  }

  /** Connects with a receive buffer of about that many bytes: a slow reader. */
  public static RawHttp1Client connect(SocketAddress address, int receiveBuffer) {
    try {
      return new RawHttp1Client(address, receiveBuffer);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot connect to " + address + ": " + e.getMessage(), e);
    }
  }

  /** How long each later call may take. */
  public RawHttp1Client patience(Duration newPatience) {
    patience = newPatience;
    return this;
  }

  /** The client's own address, as the other side sees it. */
  public SocketAddress localAddress() {
    try {
      return channel.getLocalAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the characters, one byte each. */
  public RawHttp1Client send(String text) {
    return send(Bytes.of(text));
  }

  public RawHttp1Client send(byte[] bytes) {
    if (!trySend(bytes)) {
      throw new AssertionError("the peer closed before all was sent");
    }
    return this;
  }

  /** Sends in pieces of at most that many bytes, each in a write of its own. */
  public RawHttp1Client sendInPieces(String text, int pieceLength) {
    for (int i = 0; i < text.length(); i += pieceLength) {
      send(text.substring(i, Math.min(text.length(), i + pieceLength)));
    }
    return this;
  }

  /** Sends what the peer takes. Returns false where it closed before the last byte. */
  public boolean trySend(byte[] bytes) {
    deadline = Deadline.after(patience);
    var left = ByteBuffer.wrap(bytes);
    try {
      while (left.hasRemaining()) {
        if (channel.write(left) == 0) {
          await(SelectionKey.OP_WRITE);
        }
      }
      return true;
    } catch (DeadlinePassed e) {
      throw new AssertionError(
          "not within "
              + patience
              + ": the peer took "
              + left.position()
              + " of "
              + bytes.length
              + " bytes",
          e);
    } catch (IOException e) {
      return false; // reset or broken pipe
    }
  }

  /** Sends as much as the peer takes until it takes nothing for that long; returns the bytes. */
  public long sendUntilBlocked(byte[] bytes, Duration stalled) {
    var left = ByteBuffer.wrap(bytes);
    try {
      while (left.hasRemaining()) {
        deadline = Deadline.after(stalled);
        if (channel.write(left) == 0) {
          await(SelectionKey.OP_WRITE);
        }
      }
    } catch (DeadlinePassed e) {
      // blocked, as asked for
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return left.position();
  }

  /** Ends the sending side; the other stays open. */
  public RawHttp1Client halfClose() {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Closes with a reset, as a crashed peer does. On a unix domain socket it is a plain close. */
  public void reset() {
    try {
      selector.close(); // frees the channel for blocking mode, in which lingering is defined
      channel.configureBlocking(true);
      if (channel.getLocalAddress() instanceof InetSocketAddress) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a request and reads its response. */
  public RawResponse exchange(String request) {
    send(request);
    return readResponse(request.substring(0, Math.max(0, request.indexOf(' '))));
  }

  /** Reads the response to a request that was not HEAD. */
  public RawResponse readResponse() {
    return readResponse("GET");
  }

  /** Reads the response, with the 1xx before it and the body, framed as its head says. */
  public RawResponse readResponse(String requestMethod) {
    return reading(
        "a whole response",
        () -> {
          var interim = new ArrayList<String>();
          while (true) {
            var head = takeHead();
            int status = RawResponse.status(head);
            if (status >= 200 || status == 101) { // RFC 9110 §15.2: 101 is the last HTTP/1.1 head
              var body = reader.takeResponseBody(head, requestMethod);
              return new RawResponse(head, body.text(), body.trailers(), reader.raw(), interim);
            }
            interim.add(head);
          }
        });
  }

  /** Reads one head, interim or not, and leaves the body. */
  public String readHead() {
    return reading("a head", this::takeHead);
  }

  /** Reads exactly that many bytes. */
  public String read(int length) {
    return reading(length + " bytes", () -> reader.take(length));
  }

  /** Reads and forgets that many bytes. */
  public void skip(long length) {
    reading(
        length + " bytes",
        () -> {
          reader.skip(length);
          return "";
        });
  }

  /** Reads everything until the peer closes or resets; see {@link #wasReset}. */
  public String readUntilClose() {
    return reading("the peer's close", reader::takeToEnd);
  }

  /** Waits until the peer closes or resets, and fails where it sends anything before. */
  public void awaitClose() {
    boolean closed = reading("the peer's close", reader::isAtEnd);
    if (!closed) {
      throw new AssertionError("expected a close, received " + Bytes.visible(reader.received()));
    }
  }

  /** Whether the peer ended the connection with a reset. */
  public boolean wasReset() {
    return wasReset;
  }

  @Override
  public void close() {
    try {
      channel.close();
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String takeHead() throws IOException {
    var head = reader.takeHead();
    if (head == null) {
      throw new IOException(wasReset ? "reset before a response" : "closed before a response");
    }
    return head;
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> T reading(String what, Reading<T> reading) {
    deadline = Deadline.after(patience);
    reader.begin();
    try {
      return reading.read();
    } catch (DeadlinePassed e) {
      throw new AssertionError(
          "not within "
              + patience
              + ": "
              + what
              + "; received so far "
              + Bytes.visible(reader.received()),
          e);
    } catch (IOException e) {
      throw new AssertionError(
          "expected "
              + what
              + ", but "
              + e.getMessage()
              + "; received "
              + Bytes.visible(reader.received()),
          e);
    }
  }

  private int read(ByteBuffer target) throws IOException {
    while (true) {
      try {
        int read = channel.read(target);
        if (read != 0) {
          return read;
        }
      } catch (IOException e) {
        wasReset = true; // an end as well; what came before it still counts
        return -1;
      }
      await(SelectionKey.OP_READ);
    }
  }

  private void await(int operation) throws IOException {
    key.interestOps(operation);
    do {
      if (deadline.hasPassed()) {
        throw new DeadlinePassed();
      }
      selector.selectedKeys().clear();
    } while (selector.select(deadline.remainingMillis()) == 0);
    selector.selectedKeys().clear();
  }

  private static final class DeadlinePassed extends IOException {
    private static final long serialVersionUID = 1;
  }
}
