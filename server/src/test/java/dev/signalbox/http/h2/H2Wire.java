package dev.signalbox.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.Bytes;
import dev.signalbox.config.Rate;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.ForwardedConfig;
import dev.signalbox.http.Headers;
import dev.signalbox.http.MessageLimits;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.ServerTimeouts;
import dev.signalbox.http.StreamEvents;
import dev.signalbox.http.StreamHandler;
import dev.signalbox.net.FakeConnection;
import dev.signalbox.net.TestLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One server connection between a scripted client and a handler that writes down what it hears. */
final class H2Wire implements StreamHandler {
  static final MessageLimits LIMITS =
      new MessageLimits(
          Bytes.parse("8KB"), Bytes.parse("32KB"), 100, Bytes.parse("1MB"), Bytes.parse("64KB"));
  static final ServerTimeouts TIMEOUTS =
      new ServerTimeouts(
          Duration.ofSeconds(10),
          Duration.ofSeconds(75),
          Duration.ofSeconds(30),
          Rate.NONE,
          Duration.ofSeconds(5),
          Duration.ofSeconds(20));
  static final H2Config BOUNDS =
      new H2Config(128, Bytes.parse("256KB"), Bytes.parse("1MB"), 500, 1000, 8);
  static final H2ServerConfig CONFIG = new H2ServerConfig(LIMITS, TIMEOUTS, BOUNDS, false);

  static final String[] GET = {
    ":method: GET", ":scheme: https", ":path: /a", ":authority: shop.example"
  };
  static final String[] POST = {
    ":method: POST", ":scheme: https", ":path: /a", ":authority: shop.example"
  };
  static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  /** What a handler does with a request once it is complete. */
  interface Answer {
    void give(ServerStream stream, Seen request);
  }

  /** The answer that carries what was asked for, so that a mix-up is seen. */
  static final Answer ECHO = (stream, request) -> respond(stream, 200, request.line);

  /** No answer: the test gives it. */
  static final Answer NONE = (_, _) -> {};

  /** A request as the handler saw it. */
  static final class Seen implements StreamEvents {
    final ServerStream stream;
    final String line;
    final String fields;
    final long bodyLength;
    final StringBuilder body = new StringBuilder();
    private final Answer answer;
    @Nullable String trailers;
    boolean isEnded;
    int writable;
    @Nullable Failure reset;

    Seen(ServerStream stream, RequestHead head, Answer answer) {
      this.stream = stream;
      this.line = head.toString();
      this.fields = head.headers().toString();
      this.bodyLength = head.bodyLength();
      this.answer = answer;
    }

    @Override
    public void onData(ByteBuf data) {
      assertThat(isEnded).as("data after the end").isFalse();
      assertThat(data.isReadable()).as("data is never empty").isTrue();
      body.append(data.toString(StandardCharsets.ISO_8859_1));
      data.release();
    }

    @Override
    public void onEnd(@Nullable Headers given) {
      assertThat(isEnded).as("a second end").isFalse();
      isEnded = true;
      trailers = given == null ? null : given.toString();
      answer.give(stream, this);
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onWritable() {
      writable++;
    }

    @Override
    public void onReset(Failure why) {
      assertThat(reset).as("a second reset").isNull();
      reset = why;
    }

    @Override
    public String toString() {
      return line
          + "\n"
          + fields
          + (bodyLength == 0 ? "" : "length " + bodyLength + "\n")
          + (isEnded && bodyLength != 0 ? "body " + body + "\n" : "")
          + (trailers == null ? "" : "trailers " + trailers)
          + (reset == null ? "" : "reset " + reset + "\n");
    }
  }

  /** What came of an input: comparable. */
  record Outcome(List<String> requests, List<Failure> refused, List<String> sent) {}

  final FakeConnection connection;
  final H2ServerConnection server;
  final List<Seen> requests = new ArrayList<>();
  final List<Failure> refused = new ArrayList<>();
  private final TestLoop loop;
  private final Answer answer;
  private final HpackDecoder decoder = new HpackDecoder(4096);
  int closed;

  H2Wire(TestLoop loop, H2ServerConfig config, Answer answer) {
    this.loop = loop;
    this.answer = answer;
    connection = new FakeConnection(loop.loop());
    var forwarded = new ForwardedConfig(ForwardedConfig.Mode.NONE, List.of(), false, false, false);
    var downstream =
        new DownstreamConnection("web", forwarded, connection.remoteAddress(), 8080, null);
    server =
        new H2ServerConnection(
            new H2Loop(loop.loop()), connection, downstream, config, this, _ -> closed++);
    server.start();
    loop.run();
  }

  /** A connection that has greeted, and whose first frames were read. */
  static H2Wire open(TestLoop loop, H2ServerConfig config, Answer answer) {
    var wire = new H2Wire(loop, config, answer);
    wire.receive(GREETING);
    assertThat(wire.frames()).startsWith("SETTINGS", "WINDOW_UPDATE 0 983041", "SETTINGS ACK");
    return wire;
  }

  static H2Wire open(TestLoop loop, Answer answer) {
    return open(loop, CONFIG, answer);
  }

  /** Feeds the parts to a connection of its own, then ends it, and says what came of it. */
  static Outcome run(TestLoop loop, Answer answer, List<byte[]> parts) {
    var wire = new H2Wire(loop, CONFIG, answer);
    parts.forEach(wire::receive);
    var outcome =
        new Outcome(
            wire.requests.stream().map(Seen::toString).toList(),
            List.copyOf(wire.refused),
            wire.frames());
    wire.finish();
    return outcome;
  }

  H2Wire receive(byte[] part) {
    connection.receive(part);
    loop.run();
    return this;
  }

  Seen request(int index) {
    assertThat(requests).hasSizeGreaterThan(index);
    return requests.get(index);
  }

  /** The peer goes away. Nothing may be left behind, and the owner hears of it once. */
  void finish() {
    connection.close();
    loop.run();
    assertThat(closed).as("how often the owner heard of the end").isEqualTo(1);
    assertThat(connection.heldBuffers()).as("buffers that somebody still holds").isZero();
    for (Seen request : requests) {
      assertThat(request.isEnded || request.reset != null)
          .as("request %s ended or was reset", request.line)
          .isTrue();
    }
  }

  @Override
  public void onRequest(ServerStream stream, RequestHead head) {
    var seen = new Seen(stream, head, answer);
    requests.add(seen);
    stream.events(seen);
    if (head.bodyLength() == 0) {
      seen.isEnded = true;
      answer.give(stream, seen);
    }
  }

  @Override
  public void onRefused(DownstreamConnection downstream, Failure why) {
    refused.add(why);
  }

  // --- what is sent ---

  /** The frames that were sent since they were looked at last, in words. */
  List<String> frames() {
    byte[] bytes = connection.sent().getBytes(StandardCharsets.ISO_8859_1);
    connection.forgetSent();
    var frames = new ArrayList<String>();
    int at = 0;
    while (at < bytes.length) {
      int length = Frames.readInt(bytes, at) >>> 8;
      frames.add(
          inWords(
              bytes[at + 3], bytes[at + 4], Frames.readInt(bytes, at + 5), bytes, at + 9, length));
      at += 9 + length;
    }
    assertThat(at).as("whole frames").isEqualTo(bytes.length);
    return frames;
  }

  private String inWords(int type, int flags, int stream, byte[] bytes, int at, int length) {
    var end = (flags & Frames.END_STREAM) != 0 ? " END" : "";
    return switch (type) {
      case Frames.DATA ->
          "DATA "
              + stream
              + " "
              + (length > 300
                  ? length + " bytes"
                  : new String(bytes, at, length, StandardCharsets.ISO_8859_1))
              + end;
      case Frames.HEADERS -> "HEADERS " + stream + " " + fields(bytes, at, length) + end;
      case Frames.RST_STREAM ->
          "RST_STREAM " + stream + " " + ErrorCode.name(Frames.readInt(bytes, at));
      case Frames.SETTINGS -> (flags & Frames.ACK) != 0 ? "SETTINGS ACK" : "SETTINGS";
      case Frames.PING -> (flags & Frames.ACK) != 0 ? "PING ACK" : "PING";
      case Frames.GOAWAY ->
          "GOAWAY "
              + (Frames.readInt(bytes, at) == Integer.MAX_VALUE ? "all" : Frames.readInt(bytes, at))
              + " "
              + ErrorCode.name(Frames.readInt(bytes, at + 4));
      case Frames.WINDOW_UPDATE -> "WINDOW_UPDATE " + stream + " " + Frames.readInt(bytes, at);
      default -> throw new AssertionError("a frame of type " + type);
    };
  }

  private String fields(byte[] bytes, int at, int length) {
    var fields = new Fields();
    try {
      decoder.decode(bytes, at, at + length, Long.MAX_VALUE, fields);
    } catch (HpackException e) {
      throw new AssertionError(e);
    }
    return fields.list.stream()
        .filter(field -> !field.startsWith("date: "))
        .collect(Collectors.joining(", "));
  }

  // --- what the client sends ---

  static final byte[] GREETING =
      join(
          PREFACE.getBytes(StandardCharsets.ISO_8859_1),
          frame(Frames.SETTINGS, 0, 0),
          frame(Frames.SETTINGS, Frames.ACK, 0));

  static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] frame(int type, int flags, int stream, byte... payload) {
    var out = Unpooled.buffer();
    out.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
    out.writeBytes(payload);
    return Fields.bytes(out);
  }

  static byte[] numbers(int... numbers) {
    var out = Unpooled.buffer();
    for (int number : numbers) {
      out.writeInt(number);
    }
    return Fields.bytes(out);
  }

  static byte[] setting(int id, int value) {
    var out = Unpooled.buffer();
    out.writeShort(id).writeInt(value);
    return frame(Frames.SETTINGS, 0, 0, Fields.bytes(out));
  }

  static byte[] windowUpdate(int stream, int increment) {
    return frame(Frames.WINDOW_UPDATE, 0, stream, numbers(increment));
  }

  static byte[] reset(int stream) {
    return frame(Frames.RST_STREAM, 0, stream, numbers(ErrorCode.CANCEL));
  }

  /** A request without a body. */
  static byte[] headers(int stream, String... fields) {
    return frame(Frames.HEADERS, Frames.END_STREAM | Frames.END_HEADERS, stream, block(fields));
  }

  /** A head that a body follows. */
  static byte[] open(int stream, String... fields) {
    return frame(Frames.HEADERS, Frames.END_HEADERS, stream, block(fields));
  }

  static byte[] data(int stream, String text, boolean isEnd) {
    return frame(
        Frames.DATA,
        isEnd ? Frames.END_STREAM : 0,
        stream,
        text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Fields as they are, without any compression, so that they may be as wrong as a test likes. */
  static byte[] block(String... fields) {
    var out = Unpooled.buffer();
    for (String field : fields) {
      int colon = field.indexOf(": ", 1);
      out.writeByte(0);
      literal(out, field.substring(0, colon));
      literal(out, field.substring(colon + 2));
    }
    return Fields.bytes(out);
  }

  private static void literal(ByteBuf out, String text) {
    int length = text.length();
    if (length < 127) {
      out.writeByte(length);
    } else {
      out.writeByte(127);
      int left = length - 127;
      while (left >= 128) {
        out.writeByte(left & 0x7f | 0x80);
        left >>>= 7;
      }
      out.writeByte(left);
    }
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static String[] with(String[] fields, String... more) {
    var all = new ArrayList<>(List.of(fields));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** The fields with one pseudo-header changed. */
  static String[] but(String[] fields, String changed) {
    var name = changed.substring(0, changed.indexOf(": ", 1) + 2);
    var all = new ArrayList<String>();
    for (String field : fields) {
      all.add(field.startsWith(name) ? changed : field);
    }
    return all.toArray(String[]::new);
  }

  // --- answers ---

  static ResponseHead head(int status, long length) {
    var head = new ResponseHead();
    head.status(status);
    head.bodyLength(length);
    return head;
  }

  static ByteBuf data(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  static void respond(ServerStream stream, int status, String body) {
    stream.sendHead(head(status, body.length()));
    stream.write(data(body));
    stream.end(null);
  }
}
