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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client of HTTP/2 that sends the frames it is given and collects what comes back by stream. The
 * frames are its own, the header compression is Netty's. Every call has a deadline. Belongs to one
 * thread at a time.
 */
public final class RawH2Client implements AutoCloseable {
  private static final int DEFAULT_WINDOW = 65_535;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final byte[] PREFACE = Bytes.of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

  /** What came on one stream; {@code reset} is null unless the stream was reset. */
  public record Response(
      List<String> interim,
      List<String> fields,
      String body,
      List<String> trailers,
      @Nullable Integer reset) {
    public int status() {
      return fields.isEmpty() ? 0 : Integer.parseInt(String.valueOf(field(":status")));
    }

    /** The first value of that name, or null. */
    public @Nullable String field(String name) {
      return fields.stream()
          .filter(field -> field.startsWith(name + ": "))
          .map(field -> field.substring(name.length() + 2))
          .findFirst()
          .orElse(null);
    }
  }

  private static final class Stream {
    final List<String> interim = new ArrayList<>();
    final List<String> fields = new ArrayList<>();
    final ByteArrayOutputStream body = new ByteArrayOutputStream();
    final List<String> trailers = new ArrayList<>();
    @Nullable Integer reset;
    boolean isEnded;
    long window; // what may be sent of it

    Stream(long window) {
      this.window = window;
    }

    Response response() {
      return new Response(
          List.copyOf(interim),
          List.copyOf(fields),
          Bytes.text(body.toByteArray(), 0, body.size()),
          List.copyOf(trailers),
          reset);
    }
  }

  private final Socket socket;
  private final InputStream in;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final Map<Integer, Stream> streams = new HashMap<>();
  private final ArrayDeque<H2Frame> others = new ArrayDeque<>();
  private int nextStream = 1;
  private long window = DEFAULT_WINDOW; // of the connection, to send
  private long initialWindow = DEFAULT_WINDOW;
  private boolean returnsWindows = true;

  private RawH2Client(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout((int) Await.PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
  }

  /** Connects to a port on the loopback address, and greets with prior knowledge. */
  public static RawH2Client connect(int port) {
    try {
      return over(new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Greets over a connection that is there. */
  public static RawH2Client over(Socket socket) {
    try {
      var client = new RawH2Client(socket);
      client.send(PREFACE);
      client.send(H2Frame.settings());
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether bodies are read on when they have come; they are at first. */
  public void returnsWindows(boolean isWanted) {
    returnsWindows = isWanted;
  }

  // --- sending ---

  public RawH2Client send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RawH2Client send(H2Frame frame) {
    return send(frame.bytes());
  }

  /** Sends a head on a new stream, and says which. */
  public int request(boolean isEnd, String... fields) {
    int stream = nextStream;
    nextStream += 2;
    streams.put(stream, new Stream(initialWindow));
    fields(stream, isEnd, fields);
    return stream;
  }

  /** Sends a GET for that path of shop.example. */
  public int get(String path, String... more) {
    return request(true, head("GET", path, more));
  }

  /** Sends a POST's head, which a body follows. */
  public int post(String path, String... more) {
    return request(false, head("POST", path, more));
  }

  private static String[] head(String method, String path, String... more) {
    var fields = new ArrayList<String>();
    fields.add(":method: " + method);
    fields.add(":scheme: http");
    fields.add(":path: " + path);
    fields.add(":authority: shop.example");
    fields.addAll(List.of(more));
    return fields.toArray(String[]::new);
  }

  /** Sends fields on a stream: a head, or what follows a body. */
  public void fields(int stream, boolean isEnd, String... fields) {
    int flags = H2Frame.END_HEADERS | (isEnd ? H2Frame.END_STREAM : 0);
    send(new H2Frame(H2Frame.HEADERS, flags, stream, encode(stream, fields)));
  }

  private byte[] encode(int stream, String... fields) {
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

  /** Sends a body part, in frames of at most 16 KB, as the windows allow. */
  public void data(int stream, String text, boolean isEnd) {
    Stream sent = streams.get(stream);
    if (sent == null) {
      throw new IllegalArgumentException("no stream " + stream);
    }
    byte[] bytes = Bytes.of(text);
    int at = 0;
    do {
      int end = Math.min(bytes.length, at + 16_384);
      while (Math.min(window, sent.window) < end - at) {
        if (sent.isEnded || !readFrame()) {
          throw new AssertionError("stream " + stream + " ended before its body");
        }
      }
      window -= end - at;
      sent.window -= end - at;
      boolean isLast = isEnd && end == bytes.length;
      send(
          new H2Frame(
              H2Frame.DATA,
              isLast ? H2Frame.END_STREAM : 0,
              stream,
              java.util.Arrays.copyOfRange(bytes, at, end)));
      at = end;
    } while (at < bytes.length);
  }

  public void reset(int stream) {
    send(new H2Frame(H2Frame.RST_STREAM, 0, stream, H2Frame.numbers(8)));
  }

  // --- receiving ---

  /** Reads until the stream has ended. */
  public Response await(int stream) {
    Stream wanted = streams.get(stream);
    if (wanted == null) {
      throw new IllegalArgumentException("no stream " + stream);
    }
    while (!wanted.isEnded) {
      if (!readFrame()) {
        throw new AssertionError("closed before stream " + stream + " ended");
      }
    }
    return wanted.response();
  }

  /** Reads until the stream's head is there; returns what has come of it. */
  public Response awaitHead(int stream) {
    Stream wanted = streams.get(stream);
    while (wanted != null && wanted.fields.isEmpty() && !wanted.isEnded) {
      if (!readFrame()) {
        throw new AssertionError("closed before the head of stream " + stream);
      }
    }
    if (wanted == null) {
      throw new IllegalArgumentException("no stream " + stream);
    }
    return wanted.response();
  }

  /** Reads until so many bytes of the stream's body are there; returns what has come of it. */
  public String awaitBody(int stream, int length) {
    Stream wanted = streams.get(stream);
    while (wanted != null && wanted.body.size() < length && !wanted.isEnded) {
      if (!readFrame()) {
        throw new AssertionError("closed before " + length + " bytes of stream " + stream);
      }
    }
    if (wanted == null || wanted.body.size() < length) {
      throw new AssertionError("stream " + stream + " has no " + length + " bytes");
    }
    return wanted.response().body();
  }

  /** The next frame of that type that belongs to no response. */
  public H2Frame awaitFrame(int type) {
    while (true) {
      for (H2Frame frame = others.poll(); frame != null; frame = others.poll()) {
        if (frame.type() == type) {
          return frame;
        }
      }
      if (!readFrame()) {
        throw new AssertionError("closed before a frame of type " + type);
      }
    }
  }

  /** Reads to the end of the connection. */
  public void awaitClose() {
    while (readFrame()) {
      // until nothing comes
    }
  }

  private boolean readFrame() {
    try {
      byte[] head = in.readNBytes(H2Frame.HEADER);
      if (head.length == 0) {
        return false;
      }
      if (head.length < H2Frame.HEADER) {
        throw new EOFException("inside a frame");
      }
      int length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff);
      int stream =
          (head[5] & 0x7f) << 24
              | (head[6] & 0xff) << 16
              | (head[7] & 0xff) << 8
              | (head[8] & 0xff);
      byte[] payload = in.readNBytes(length);
      if (payload.length < length) {
        throw new EOFException("inside a frame");
      }
      take(new H2Frame(head[3], head[4], stream, payload));
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void take(H2Frame frame) throws IOException {
    var stream = streams.get(frame.stream());
    switch (frame.type()) {
      case H2Frame.HEADERS -> takeHeaders(frame, stream);
      case H2Frame.DATA -> {
        if (stream != null) {
          stream.body.writeBytes(frame.content());
          stream.isEnded |= frame.has(H2Frame.END_STREAM);
        }
        int length = frame.payload().length;
        if (length > 0 && returnsWindows) {
          send(new H2Frame(H2Frame.WINDOW_UPDATE, 0, 0, H2Frame.numbers(length)));
          if (stream != null && !stream.isEnded) {
            send(new H2Frame(H2Frame.WINDOW_UPDATE, 0, frame.stream(), H2Frame.numbers(length)));
          }
        }
      }
      case H2Frame.RST_STREAM -> {
        if (stream != null) {
          stream.reset = frame.number(0);
          stream.isEnded = true;
        }
        others.add(frame);
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
        if (!frame.has(H2Frame.ACK)) {
          send(new H2Frame(H2Frame.PING, H2Frame.ACK, 0, frame.payload()));
        }
      }
      case H2Frame.WINDOW_UPDATE -> {
        if (frame.stream() == 0) {
          window += frame.number(0);
        } else if (stream != null) {
          stream.window += frame.number(0);
        }
        others.add(frame);
      }
      default -> others.add(frame);
    }
  }

  private void takeSettings(H2Frame frame) {
    for (int i = 0; i + 6 <= frame.payload().length; i += 6) {
      int id = (frame.payload()[i] & 0xff) << 8 | (frame.payload()[i + 1] & 0xff);
      if (id == INITIAL_WINDOW_SIZE) {
        long change = frame.number(i + 2) - initialWindow;
        initialWindow += change;
        streams.values().forEach(each -> each.window += change);
      }
    }
  }

  private void takeHeaders(H2Frame frame, @Nullable Stream stream) throws IOException {
    if (!frame.has(H2Frame.END_HEADERS)) {
      throw new IOException("a head in several frames");
    }
    List<String> fields = new ArrayList<>();
    try {
      for (var field :
          decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.content()))) {
        fields.add(field.getKey() + ": " + field.getValue());
      }
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
    if (stream == null) {
      return;
    }
    if (!fields.isEmpty() && fields.getFirst().startsWith(":status: 1")) {
      stream.interim.addAll(fields);
    } else if (stream.fields.isEmpty()) {
      stream.fields.addAll(fields);
    } else {
      stream.trailers.addAll(fields);
    }
    stream.isEnded |= frame.has(H2Frame.END_STREAM);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }
}
