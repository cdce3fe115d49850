package dev.signalbox.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.Bytes;
import dev.signalbox.config.Rate;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.ForwardedConfig;
import dev.signalbox.http.HalfClose;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One server connection between a scripted peer and a handler that writes down what it is told. */
final class ServerWire implements StreamHandler {
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
          Duration.ofSeconds(30));
  static final H1ServerConfig CONFIG =
      new H1ServerConfig(LIMITS, TIMEOUTS, HalfClose.ANSWER, false);

  /** What a handler does with a request once it is complete. */
  interface Answer {
    void give(ServerStream stream, Seen request);
  }

  /** The answer that carries what was asked for, so that a mix-up is seen. */
  static final Answer ECHO = (stream, request) -> respond(stream, 200, request.target());

  /** No answer: the test gives it. */
  static final Answer NONE = (_, _) -> {};

  /** A request as the handler saw it. */
  static final class Seen implements StreamEvents {
    final ServerStream stream;
    final String line;
    final String target;
    final String fields;
    final long bodyLength;
    final boolean expectsContinue;
    final StringBuilder body = new StringBuilder();
    private final Answer answer;
    @Nullable String trailers;
    boolean isEnded;
    int writable;
    @Nullable Failure reset;

    Seen(ServerStream stream, RequestHead head, Answer answer) {
      this.stream = stream;
      this.line = head.toString();
      this.target = line.substring(head.methodText().length() + 1);
      this.fields = head.headers().toString();
      this.bodyLength = head.bodyLength();
      this.expectsContinue = head.expectsContinue();
      this.answer = answer;
    }

    String target() {
      return target;
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

    /** In full; but of a request that broke off, how much of the body came is a matter of luck. */
    @Override
    public String toString() {
      return line
          + "\n"
          + fields
          + (bodyLength == 0 ? "" : "length " + bodyLength + "\n")
          + (expectsContinue ? "expects 100\n" : "")
          + (isEnded && bodyLength != 0 ? "body " + body + "\n" : "")
          + (trailers == null ? "" : "trailers " + trailers)
          + (reset == null ? "" : "reset " + reset + "\n");
    }
  }

  /** What came of an input: comparable. */
  record Outcome(List<String> requests, List<Failure> refused, String sent, boolean isOutputShut) {}

  final FakeConnection connection;
  final H1ServerConnection server;
  final List<Seen> requests = new ArrayList<>();
  final List<Failure> refused = new ArrayList<>();
  private final TestLoop loop;
  private final Answer answer;
  int closed;

  ServerWire(TestLoop loop, H1Loop h1, H1ServerConfig config, Answer answer) {
    this.loop = loop;
    this.answer = answer;
    connection = new FakeConnection(loop.loop());
    var forwarded = new ForwardedConfig(ForwardedConfig.Mode.NONE, List.of(), false, false, false);
    var downstream =
        new DownstreamConnection("web", forwarded, connection.remoteAddress(), 8080, null);
    server = new H1ServerConnection(h1, connection, downstream, config, this, _ -> closed++);
    server.start();
  }

  /** Feeds the parts to a connection of its own, then ends it, and says what came of it. */
  static Outcome run(
      TestLoop loop, H1Loop h1, H1ServerConfig config, Answer answer, List<byte[]> parts) {
    var wire = new ServerWire(loop, h1, config, answer);
    parts.forEach(wire::receive);
    var outcome = wire.outcome();
    wire.finish();
    return outcome;
  }

  void receive(byte[] part) {
    connection.receive(part);
    loop.run();
  }

  void receive(String part) {
    receive(Splits.bytes(part));
  }

  Seen request(int index) {
    assertThat(requests).hasSizeGreaterThan(index);
    return requests.get(index);
  }

  /** What was sent, with the one thing in it that depends on the day taken out. */
  String sent() {
    return connection.sent().replaceAll("Date: [^\r]*GMT\r\n", "");
  }

  Outcome outcome() {
    return new Outcome(
        requests.stream().map(Seen::toString).toList(),
        List.copyOf(refused),
        sent(),
        connection.isOutputShut());
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
