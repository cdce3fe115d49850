package dev.signalbox.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.ClientStream;
import dev.signalbox.http.ResponseLimits;
import dev.signalbox.http.h1.ClientWire;
import dev.signalbox.http.h1.ClientWire.Seen;
import dev.signalbox.net.FakeConnection;
import dev.signalbox.net.TestLoop;
import dev.signalbox.testkit.H2Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One client connection between a scripted endpoint and exchanges that write down their events. */
final class H2ClientWire implements H2ClientConnection.Owner {
  static final ResponseLimits LIMITS = new ResponseLimits(8 * 1024, 50);
  static final H2ClientConnection.Settings SETTINGS =
      new H2ClientConnection.Settings(100, 0, 5_000_000_000L);
  static final String GET = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";
  static final String HEAD = "HEAD / HTTP/1.1\r\nHost: shop.example\r\n\r\n";
  static final String POST = "POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 100\r\n\r\n";

  /** What an endpoint says, as bytes; header blocks in turn. */
  static final class Answer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final HpackEncoder encoder = new HpackEncoder();

    /** Begins as every server does. */
    static Answer begin(int... settings) {
      return new Answer().frame(H2Frame.settings(settings));
    }

    Answer frame(H2Frame frame) {
      out.writeBytes(frame.bytes());
      return this;
    }

    Answer frame(int type, int flags, int stream, int... payload) {
      var bytes = new byte[payload.length];
      for (int i = 0; i < payload.length; i++) {
        bytes[i] = (byte) payload[i];
      }
      return frame(new H2Frame(type, flags, stream, bytes));
    }

    Answer raw(String text) {
      out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    byte[] block(String... fields) {
      return Fields.encode(encoder, List.of(fields));
    }

    Answer head(int stream, boolean isEnd, String... fields) {
      int flags = H2Frame.END_HEADERS | (isEnd ? H2Frame.END_STREAM : 0);
      return frame(new H2Frame(H2Frame.HEADERS, flags, stream, block(fields)));
    }

    Answer data(int stream, boolean isEnd, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      return frame(new H2Frame(H2Frame.DATA, isEnd ? H2Frame.END_STREAM : 0, stream, bytes));
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  final FakeConnection connection;
  final H2ClientConnection client;
  private final TestLoop loop;
  int rooms;
  int idle;
  int left;
  boolean wasDead;
  int closed;

  H2ClientWire(TestLoop loop, H2Loop h2) {
    this.loop = loop;
    connection = new FakeConnection(loop.loop());
    client =
        new H2ClientConnection(h2, connection, ClientWire.ENDPOINT, LIMITS, SETTINGS, 100, this);
    client.start();
    loop.run();
  }

  ClientStream open(String request, Seen seen) {
    ClientStream stream =
        client.open(ClientWire.request(request), new byte[0], ClientWire.PATIENCE, seen);
    loop.run();
    return stream;
  }

  void receive(Answer answer) {
    receive(answer.bytes());
  }

  void receive(byte[] bytes) {
    connection.receive(bytes);
    loop.run();
  }

  /** The frames that were sent since the preface, or since they were forgotten. */
  List<H2Frame> sent() {
    byte[] bytes = connection.sent().getBytes(StandardCharsets.ISO_8859_1);
    int at = connection.sent().startsWith("PRI ") ? Frames.PREFACE.length : 0;
    var frames = new ArrayList<H2Frame>();
    while (at < bytes.length) {
      int length = (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff);
      int end = at + H2Frame.HEADER + length;
      frames.add(
          new H2Frame(
              bytes[at + 3],
              bytes[at + 4],
              Frames.readInt(bytes, at + 5),
              Arrays.copyOfRange(bytes, at + H2Frame.HEADER, end)));
      at = end;
    }
    return frames;
  }

  List<H2Frame> sent(int type) {
    return sent().stream().filter(frame -> frame.type() == type).toList();
  }

  /** The code that the endpoint was told with the end of a stream or of the connection. */
  int code(int type) {
    List<H2Frame> frames = sent(type);
    return frames.isEmpty() ? -1 : frames.getLast().number(type == H2Frame.GOAWAY ? 4 : 0);
  }

  /** The endpoint goes away. Nothing may be left behind, and the owner hears of it once. */
  void finish() {
    connection.close();
    loop.run();
    assertThat(closed).as("how often the owner heard of the end").isEqualTo(1);
    assertThat(left).as("how often it heard that no more is taken").isEqualTo(1);
    assertThat(connection.heldBuffers()).as("buffers that somebody still holds").isZero();
  }

  @Override
  public void onRoom(H2ClientConnection connection, int streams) {
    rooms = streams;
  }

  @Override
  public void onIdle(H2ClientConnection connection) {
    idle++;
  }

  @Override
  public void onLeaving(H2ClientConnection connection, boolean isDead) {
    left++;
    wasDead = isDead;
  }

  @Override
  public void onClosed(H2ClientConnection connection) {
    closed++;
  }
}
