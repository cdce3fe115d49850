package dev.signalbox.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.ClientConnection.Patience;
import dev.signalbox.http.ClientStream;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseEvents;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ResponseLimits;
import dev.signalbox.net.FakeConnection;
import dev.signalbox.net.TestLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client connection between a scripted endpoint and an exchange that writes down its events.
 */
public final class ClientWire implements H1ClientConnection.Owner {
  public static final String ENDPOINT = "10.0.0.1:80";
  static final ResponseLimits LIMITS = new ResponseLimits(32 * 1024, 100);
  public static final Duration RESPONSE = Duration.ofSeconds(20);
  public static final Duration IDLE = Duration.ofSeconds(10);
  public static final Patience PATIENCE = new Patience(RESPONSE.toNanos(), IDLE.toNanos());

  /** A response as the exchange saw it. */
  public static final class Seen implements ResponseEvents {
    public final List<String> interim = new ArrayList<>();
    public final StringBuilder body = new StringBuilder();
    public @Nullable String head;
    public @Nullable String trailers;
    public boolean isEnded;
    public @Nullable Failure reset;

    @Override
    public void onInterim(ResponseHead given) {
      assertThat(head).as("an interim response after the final one").isNull();
      interim.add(text(given));
    }

    @Override
    public void onHead(ResponseHead given) {
      assertThat(head).as("a second head").isNull();
      head = text(given);
    }

    @Override
    public void onData(ByteBuf data) {
      assertThat(head).as("data before the head").isNotNull();
      assertThat(isEnded).as("data after the end").isFalse();
      body.append(data.toString(StandardCharsets.ISO_8859_1));
      data.release();
    }

    @Override
    public void onEnd(@Nullable Headers given) {
      assertThat(isEnded || reset != null).as("a second end").isFalse();
      isEnded = true;
      trailers = given == null ? null : given.toString();
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onWritable() {}

    @Override
    public void onReset(Failure why) {
      assertThat(reset).as("a second reset").isNull();
      assertThat(isEnded).as("a reset after the end").isFalse();
      reset = why;
    }

    private static String text(ResponseHead head) {
      return head.status()
          + " "
          + new String(
              head.bytes(),
              head.reasonStart(),
              head.reasonEnd() - head.reasonStart(),
              StandardCharsets.ISO_8859_1)
          + "\n"
          + head.headers()
          + "length "
          + head.bodyLength()
          + "\n";
    }
  }

  /** What came of an input: comparable. How much of a broken body came is a matter of luck. */
  record Outcome(
      List<String> interim,
      @Nullable String head,
      @Nullable String body,
      @Nullable String trailers,
      @Nullable Failure reset,
      boolean isReusable) {}

  final FakeConnection connection;
  final H1ClientConnection client;
  private final TestLoop loop;
  int idle;
  int closed;

  ClientWire(TestLoop loop, H1Loop h1, ResponseLimits limits) {
    this.loop = loop;
    connection = new FakeConnection(loop.loop());
    client = new H1ClientConnection(h1, connection, ENDPOINT, limits, this);
  }

  ClientStream open(RequestHead head, Seen seen) {
    return client.open(head, new byte[0], PATIENCE, seen);
  }

  void receive(byte[] part) {
    connection.receive(part);
    loop.run();
  }

  void receive(String part) {
    receive(Splits.bytes(part));
  }

  /** Asks, feeds the parts and perhaps the end, and says what came of it. */
  static Outcome run(
      TestLoop loop,
      H1Loop h1,
      ResponseLimits limits,
      String request,
      List<byte[]> parts,
      boolean ends) {
    var wire = new ClientWire(loop, h1, limits);
    var seen = new Seen();
    wire.open(request(request), seen);
    parts.forEach(wire::receive);
    if (ends) {
      wire.connection.receiveEnd();
    }
    loop.run();
    var outcome =
        new Outcome(
            List.copyOf(seen.interim),
            seen.head,
            seen.isEnded ? seen.body.toString() : null,
            seen.trailers,
            seen.reset,
            wire.client.isUsable());
    wire.finish();
    return outcome;
  }

  /** The endpoint goes away. Nothing may be left behind, and the owner hears of it once. */
  void finish() {
    connection.close();
    loop.run();
    assertThat(closed).as("how often the owner heard of the end").isEqualTo(1);
    assertThat(connection.heldBuffers()).as("buffers that somebody still holds").isZero();
  }

  @Override
  public void onIdle(H1ClientConnection idleNow) {
    idle++;
  }

  @Override
  public void onClosed(H1ClientConnection closedNow) {
    closed++;
  }

  /** The head that a client's bytes say. */
  public static RequestHead request(String text) {
    var parser = new RequestParser();
    parser.begin(ServerWire.LIMITS, true);
    var in = Unpooled.wrappedBuffer(Splits.bytes(text));
    assertThat(parser.read(in, ServerWire.LIMITS)).isEqualTo(HeadReader.Result.DONE);
    return parser.head();
  }
}
