package dev.signalbox.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.AsciiString;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a scripted HTTP/2 origin. The frames are its own, the header compression is
 * Netty's, so that it is a peer of another family. A thread of its own reads; all methods may be
 * called by any.
 */
public final class H2OriginConnection {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int DEFAULT_WINDOW = 65_535;
  private static final int INITIAL_WINDOW_SIZE = 4;

  private final int number;
  private final Socket below;
  private final Socket socket; // the same, or TLS over it
  private final InputStream in;
  private final ReentrantLock writing = new ReentrantLock();
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final Map<Integer, H2OriginStream> streams = new ConcurrentHashMap<>();
  private final List<H2OriginStream> all = new CopyOnWriteArrayList<>();
  private final List<H2Frame> others = new CopyOnWriteArrayList<>();
  private long window = DEFAULT_WINDOW; // of the connection, to send; guarded by this
  private volatile int initialWindow = DEFAULT_WINDOW;
  private volatile boolean returnsWindows = true;
  private volatile boolean answersPings = true;
  private volatile boolean closedByPeer;

  H2OriginConnection(int number, Socket below, @Nullable OriginTls tls) throws IOException {
    this.number = number;
    this.below = below;
    this.socket = tls == null ? below : tls.secure(below);
    this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
  }

  /** Counted from 0 in the order of accepting. */
  public int number() {
    return number;
  }

  /** The requests so far, in the order of their heads. */
  public List<H2OriginStream> streams() {
    return List.copyOf(all);
  }

  /** What came that is neither of a request nor WINDOW_UPDATE: settings, pings, goaways. */
  public List<H2Frame> others() {
    return List.copyOf(others);
  }

  /** Whether bodies are read on when they have come; they are at first. */
  public void returnsWindows(boolean isWanted) {
    returnsWindows = isWanted;
  }

  public void answersPings(boolean isWanted) {
    answersPings = isWanted;
  }

  public boolean isClosed() {
    return closedByPeer || socket.isClosed();
  }

  public boolean isClosedByPeer() {
    return closedByPeer;
  }

  /** Reads requests until the peer goes away, and tells of each. */
  void serve(H2Frame settings, Consumer<H2OriginStream> onRequest) throws IOException {
    try {
      readPreface();
      send(settings);
      for (var frame = read(); frame != null; frame = read()) {
        take(frame, onRequest);
      }
      closedByPeer = true;
    } catch (ProtocolException e) {
      throw e;
    } catch (IOException e) {
      closedByPeer |= !socket.isClosed();
    } finally {
      synchronized (this) {
        notifyAll();
      }
      all.forEach(H2OriginStream::wake);
    }
  }

  private void readPreface() throws IOException {
    String preface = text(in.readNBytes(PREFACE.length()));
    if (preface.isEmpty()) {
      throw new IOException("closed before the preface");
    }
    if (!preface.equals(PREFACE)) {
      throw new ProtocolException("no preface but: " + preface);
    }
  }

  private static String text(byte[] bytes) {
    return Bytes.text(bytes, 0, bytes.length);
  }

  private @Nullable H2Frame read() throws IOException {
    byte[] head = in.readNBytes(H2Frame.HEADER);
    if (head.length == 0) {
      return null;
    }
    if (head.length < H2Frame.HEADER) {
      throw new EOFException("inside a frame");
    }
    int length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff);
    int stream =
        (head[5] & 0x7f) << 24 | (head[6] & 0xff) << 16 | (head[7] & 0xff) << 8 | (head[8] & 0xff);
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("inside a frame");
    }
    return new H2Frame(head[3], head[4], stream, payload);
  }

  private void take(H2Frame frame, Consumer<H2OriginStream> onRequest) throws IOException {
    switch (frame.type()) {
      case H2Frame.HEADERS -> takeHeaders(frame, onRequest);
      case H2Frame.DATA -> takeData(frame);
      case H2Frame.RST_STREAM -> {
        var stream = streams.remove(frame.stream());
        if (stream != null) {
          stream.onReset(frame.number(0));
        }
      }
      case H2Frame.WINDOW_UPDATE -> {
        if (frame.stream() == 0) {
          addWindow(frame.number(0));
        } else {
          var stream = streams.get(frame.stream());
          if (stream != null) {
            stream.addWindow(frame.number(0));
          }
        }
      }
      case H2Frame.SETTINGS -> {
        others.add(frame);
        if (!frame.has(H2Frame.ACK)) {
          takeSettings(frame);
          send(new H2Frame(H2Frame.SETTINGS, H2Frame.ACK, 0, new byte[0]));
        }
      }
      case H2Frame.PING -> {
        others.add(frame);
        if (!frame.has(H2Frame.ACK) && answersPings) {
          send(new H2Frame(H2Frame.PING, H2Frame.ACK, 0, frame.payload()));
        }
      }
      default -> others.add(frame);
    }
  }

  private void takeSettings(H2Frame frame) {
    for (int i = 0; i + 6 <= frame.payload().length; i += 6) {
      int id = (frame.payload()[i] & 0xff) << 8 | (frame.payload()[i + 1] & 0xff);
      if (id == INITIAL_WINDOW_SIZE) {
        int now = frame.number(i + 2);
        int change = now - initialWindow;
        initialWindow = now;
        streams.values().forEach(stream -> stream.addWindow(change));
      }
    }
  }

  private void takeHeaders(H2Frame first, Consumer<H2OriginStream> onRequest) throws IOException {
    var block = new ByteArrayOutputStream();
    block.writeBytes(first.content());
    for (var last = first; !last.has(H2Frame.END_HEADERS); ) {
      last = read();
      if (last == null || last.type() != H2Frame.CONTINUATION) {
        throw new ProtocolException("no CONTINUATION but " + last);
      }
      block.writeBytes(last.payload());
    }
    List<String> fields = decode(first.stream(), block.toByteArray());
    boolean isEnd = first.has(H2Frame.END_STREAM);
    var known = streams.get(first.stream());
    if (known != null) {
      if (!isEnd) {
        throw new ProtocolException("trailers that do not end the request");
      }
      known.onEnd(fields);
      return;
    }
    var stream = new H2OriginStream(this, first.stream(), fields, initialWindow);
    streams.put(first.stream(), stream);
    all.add(stream);
    if (isEnd) {
      stream.onEnd(List.of());
    }
    onRequest.accept(stream);
  }

  private List<String> decode(int stream, byte[] block) throws ProtocolException {
    var fields = new ArrayList<String>();
    try {
      for (var field : decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(block))) {
        fields.add(field.getKey() + ": " + field.getValue());
      }
    } catch (Http2Exception e) {
      throw new ProtocolException(e.getMessage());
    }
    return fields;
  }

  private void takeData(H2Frame frame) throws IOException {
    int length = frame.payload().length;
    var stream = streams.get(frame.stream());
    if (stream != null) {
      stream.onData(frame.content());
      if (frame.has(H2Frame.END_STREAM)) {
        stream.onEnd(List.of());
      }
    }
    if (length > 0 && returnsWindows) {
      send(new H2Frame(H2Frame.WINDOW_UPDATE, 0, 0, H2Frame.numbers(length)));
      if (stream != null && !stream.hasEnded()) {
        send(new H2Frame(H2Frame.WINDOW_UPDATE, 0, frame.stream(), H2Frame.numbers(length)));
      }
    }
  }

  private synchronized void addWindow(long more) {
    window += more;
    notifyAll();
  }

  synchronized void takeWindow(int bytes) throws IOException, InterruptedException {
    var deadline = Deadline.after(Await.PATIENCE);
    while (window < bytes) {
      if (isClosed()) {
        throw new IOException("the connection was closed");
      }
      if (deadline.hasPassed()) {
        throw new AssertionError("not within " + Await.PATIENCE + ": the connection's window");
      }
      wait(deadline.remainingMillis());
    }
    window -= bytes;
  }

  // --- sending ---

  void sendFields(int stream, boolean isEnd, String... fields) throws IOException {
    writing.lock();
    try {
      int flags = H2Frame.END_HEADERS | (isEnd ? H2Frame.END_STREAM : 0);
      sendNow(new H2Frame(H2Frame.HEADERS, flags, stream, encode(stream, fields)).bytes());
    } finally {
      writing.unlock();
    }
  }

  /** A header block, which must be sent next: it changes the table that both ends share. */
  public byte[] encode(int stream, String... fields) {
    var headers = new DefaultHttp2Headers(false);
    for (String field : fields) {
      int colon = field.indexOf(": ", 1);
      headers.add(
          new AsciiString(Bytes.of(field.substring(0, colon)), false),
          new AsciiString(Bytes.of(field.substring(colon + 2)), false));
    }
    ByteBuf out = Unpooled.buffer();
    try {
      encoder.encodeHeaders(stream, headers, out);
      return ByteBufUtil.getBytes(out);
    } catch (Http2Exception e) {
      throw new IllegalArgumentException(e);
    } finally {
      out.release();
    }
  }

  public void send(H2Frame frame) throws IOException {
    writing.lock();
    try {
      sendNow(frame.bytes());
    } finally {
      writing.unlock();
    }
  }

  /** Sends bytes as they are. */
  public void send(byte[] bytes) throws IOException {
    writing.lock();
    try {
      sendNow(bytes);
    } finally {
      writing.unlock();
    }
  }

  private void sendNow(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  public void goAway(int lastStream, int code) throws IOException {
    send(new H2Frame(H2Frame.GOAWAY, 0, 0, H2Frame.numbers(lastStream, code)));
  }

  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  /** Closes with a reset, as a crashed server does. */
  public void reset() {
    try {
      below.setSoLinger(true, 0);
      below.close(); // without a word of TLS
    } catch (IOException e) {
      // It was closed before.
    }
    close();
  }
}
