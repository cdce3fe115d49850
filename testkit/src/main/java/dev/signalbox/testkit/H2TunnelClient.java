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
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 client for streams that both sides keep open: reads so many bytes of one, as they come.
 * The frames are its own, the header compression is Netty's. Every call has a deadline. Belongs to
 * one thread at a time.
 */
public final class H2TunnelClient implements AutoCloseable {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final Socket socket;
  private final InputStream in;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final Map<Integer, Stream> streams = new HashMap<>();
  private final List<H2Frame> others = new ArrayList<>();
  private boolean returnsWindows = true;
  private int nextStream = 1;

  private static final class Stream {
    private final List<String> heads = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private int taken;
    private boolean hasEnded;
    private @Nullable Integer resetCode;
  }

  private H2TunnelClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    socket.setSoTimeout((int) Await.PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
    socket.getOutputStream().write(Bytes.of(PREFACE));
    send(H2Frame.settings());
  }

  /** Connects to a port on the loopback address, with prior knowledge. */
  public static H2TunnelClient connect(int port) {
    try {
      return over(new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Speaks HTTP/2 over a socket that is connected. */
  public static H2TunnelClient over(Socket socket) {
    try {
      return new H2TunnelClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether what is read may be sent again; it is at first. */
  public void returnsWindows(boolean isWanted) {
    returnsWindows = isWanted;
  }

  // --- sending ---

  public void send(H2Frame frame) {
    try {
      socket.getOutputStream().write(frame.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a head, with its pseudo-fields, as {@code name: value}; returns the stream's number. */
  public int request(boolean isEnd, String... fields) {
    int stream = nextStream;
    nextStream += 2;
    streams.put(stream, new Stream());
    int flags = H2Frame.END_HEADERS | (isEnd ? H2Frame.END_STREAM : 0);
    send(new H2Frame(H2Frame.HEADERS, flags, stream, encode(stream, fields)));
    return stream;
  }

  public void data(int stream, String text, boolean isEnd) {
    int flags = isEnd ? H2Frame.END_STREAM : 0;
    send(new H2Frame(H2Frame.DATA, flags, stream, Bytes.of(text)));
  }

  public void reset(int stream, int code) {
    send(new H2Frame(H2Frame.RST_STREAM, 0, stream, H2Frame.numbers(code)));
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

  // --- reading ---

  /** Waits for the stream's next head, interim or not: its fields, one a line. */
  public String readHead(int stream) {
    var state = state(stream);
    await("a head on stream " + stream, stream, () -> !state.heads.isEmpty());
    return state.heads.removeFirst();
  }

  /** Reads so many bytes of the stream's body. */
  public String read(int stream, int length) {
    var state = state(stream);
    await(length + " bytes", stream, () -> state.body.length() - state.taken >= length);
    state.taken += length;
    return state.body.substring(state.taken - length, state.taken);
  }

  /** Waits for the end of the stream, and returns what was not read of its body. */
  public String readToEnd(int stream) {
    var state = state(stream);
    await("the end of stream " + stream, stream, () -> state.hasEnded);
    int from = state.taken;
    state.taken = state.body.length();
    return state.body.substring(from);
  }

  /** Waits for the peer's RST_STREAM. */
  public int awaitReset(int stream) {
    var state = state(stream);
    pump("a reset of stream " + stream, () -> state.resetCode != null);
    return state.resetCode == null ? -1 : state.resetCode;
  }

  /** Waits for the peer's settings, and returns the value of one; -1 where it is not there. */
  public int awaitSetting(int id) {
    pump(
        "settings",
        () -> others.stream().anyMatch(f -> f.type() == H2Frame.SETTINGS && !f.has(H2Frame.ACK)));
    for (var frame : others) {
      for (int at = 0; frame.type() == H2Frame.SETTINGS && at < frame.payload().length; at += 6) {
        if (((frame.payload()[at] & 0xff) << 8 | (frame.payload()[at + 1] & 0xff)) == id) {
          return frame.number(at + 2);
        }
      }
    }
    return -1;
  }

  private Stream state(int stream) {
    var state = streams.get(stream);
    if (state == null) {
      throw new IllegalArgumentException("no stream " + stream);
    }
    return state;
  }

  private void await(String what, int stream, BooleanSupplier isThere) {
    var state = state(stream);
    pump(what, () -> isThere.getAsBoolean() || state.resetCode != null);
    if (!isThere.getAsBoolean()) {
      throw new AssertionError("expected " + what + ", but it was reset: " + state.resetCode);
    }
  }

  private void pump(String what, BooleanSupplier isThere) {
    try {
      while (!isThere.getAsBoolean()) {
        take(read());
      }
    } catch (IOException e) {
      throw new AssertionError("expected " + what + ", but " + e, e);
    }
  }

  private H2Frame read() throws IOException {
    byte[] head = in.readNBytes(H2Frame.HEADER);
    if (head.length < H2Frame.HEADER) {
      throw new EOFException("the peer closed");
    }
    int length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff);
    int stream =
        (head[5] & 0x7f) << 24 | (head[6] & 0xff) << 16 | (head[7] & 0xff) << 8 | (head[8] & 0xff);
    return new H2Frame(head[3], head[4], stream, in.readNBytes(length));
  }

  private void take(H2Frame frame) throws IOException {
    var stream = streams.get(frame.stream());
    if (stream == null) {
      others.add(frame);
      if (frame.type() == H2Frame.SETTINGS && !frame.has(H2Frame.ACK)) {
        send(new H2Frame(H2Frame.SETTINGS, H2Frame.ACK, 0, new byte[0]));
      } else if (frame.type() == H2Frame.PING && !frame.has(H2Frame.ACK)) {
        send(new H2Frame(H2Frame.PING, H2Frame.ACK, 0, frame.payload()));
      }
      return;
    }
    switch (frame.type()) {
      case H2Frame.HEADERS -> stream.heads.add(decode(frame));
      case H2Frame.DATA -> {
        byte[] content = frame.content();
        stream.body.append(Bytes.text(content, 0, content.length));
        if (returnsWindows && content.length > 0) {
          send(new H2Frame(H2Frame.WINDOW_UPDATE, 0, 0, H2Frame.numbers(content.length)));
          send(
              new H2Frame(
                  H2Frame.WINDOW_UPDATE, 0, frame.stream(), H2Frame.numbers(content.length)));
        }
      }
      case H2Frame.RST_STREAM -> stream.resetCode = frame.number(0);
      default -> {}
    }
    stream.hasEnded |= frame.type() <= H2Frame.HEADERS && frame.has(H2Frame.END_STREAM);
  }

  private String decode(H2Frame frame) throws IOException {
    if (!frame.has(H2Frame.END_HEADERS)) {
      throw new ProtocolException("a head in several frames: this client reads none");
    }
    var text = new StringBuilder();
    try {
      for (var field :
          decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.content()))) {
        text.append(field.getKey()).append(": ").append(field.getValue()).append('\n');
      }
    } catch (Http2Exception e) {
      throw new ProtocolException(e.getMessage());
    }
    return text.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
