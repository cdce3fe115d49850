package dev.signalbox.proxy;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Grpc;
import dev.signalbox.http.GrpcStatus;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.StreamEvents;
import dev.signalbox.http.TunnelEvents;
import dev.signalbox.net.Connection;
import dev.signalbox.net.Loop;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks gRPC-Web, as one that speaks gRPC: stands between its stream and the
 * exchange. Messages are framed alike; trailers go behind the body as a frame of their own, and the
 * text form is base64 both ways. Keeps nothing but the rest of a quantum. On its exchange's loop.
 */
final class GrpcWeb implements ServerStream, StreamEvents {
  private static final byte[] ACCEPT = Ascii.bytes("accept");
  private static final int TRAILER_FRAME = 0x80;
  private static final int FRAME_HEADER = 5;

  private final ServerStream client;
  private final StreamEvents exchange;
  private final @Nullable GrpcWebText decoder;
  private final @Nullable GrpcWebText encoder;
  private boolean isTranslating; // the response is gRPC, and its head has been sent
  private boolean isOver;

  private GrpcWeb(ServerStream client, StreamEvents exchange, boolean isTextIn, boolean isTextOut) {
    this.client = client;
    this.exchange = exchange;
    this.decoder = isTextIn ? new GrpcWebText() : null;
    this.encoder = isTextOut ? new GrpcWebText() : null;
  }

  /** Whether the request is gRPC-Web, in either form. */
  static boolean isRequest(RequestHead head) {
    return Grpc.isType(head.headers(), Grpc.WEB_TYPE)
        || Grpc.isType(head.headers(), Grpc.WEB_TEXT_TYPE);
  }

  /**
   * Makes the request one of gRPC, and stands between.
   *
   * @param head of a gRPC-Web request
   */
  static GrpcWeb begin(ServerStream client, StreamEvents exchange, RequestHead head) {
    Headers headers = head.headers();
    boolean isText = Grpc.isType(headers, Grpc.WEB_TEXT_TYPE);
    int accept = headers.find(ACCEPT, 0);
    String accepted = accept < 0 ? "" : headers.value(accept);
    boolean isTextOut =
        accepted.contains("application/grpc-web")
            ? accepted.contains("application/grpc-web-text")
            : isText;
    client.refusesAs(isTextOut ? Grpc.WEB_TEXT_TYPE : Grpc.WEB_TYPE);
    retype(headers, isText ? Grpc.WEB_TEXT_TYPE : Grpc.WEB_TYPE, Grpc.TYPE);
    if (isText && head.bodyLength() != 0) {
      headers.remove(KnownHeader.CONTENT_LENGTH);
      head.bodyLength(RequestHead.UNKNOWN_LENGTH);
    }
    return new GrpcWeb(client, exchange, isText, isTextOut);
  }

  /** Replaces the type and leaves what follows it: the format, and parameters. */
  private static void retype(Headers headers, String from, String to) {
    int entry = headers.find(KnownHeader.CONTENT_TYPE);
    int rest = headers.valueStart(entry) + from.length();
    String type = to + Ascii.text(headers.bytes(), rest, headers.valueEnd(entry));
    headers.remove(KnownHeader.CONTENT_TYPE);
    headers.add("content-type", type);
  }

  /** Decodes a part of the request's body, and takes it over; null where it is no base64. */
  @Nullable ByteBuf decode(ByteBuf data) {
    return decoder == null ? data : decoder.decode(data, client.loop().allocator());
  }

  /** Whether the request's body may end here. */
  boolean isWhole() {
    return decoder == null || decoder.isWhole();
  }

  // --- the request ---

  @Override
  public void onData(ByteBuf data) {
    if (isOver) {
      data.release();
      return;
    }
    ByteBuf decoded = decode(data);
    if (decoded == null) {
      refuse();
    } else if (decoded.isReadable()) {
      exchange.onData(decoded);
    } else {
      decoded.release();
    }
  }

  @Override
  public void onEnd(@Nullable Headers trailers) {
    if (!isOver) {
      if (isWhole()) {
        exchange.onEnd(trailers);
      } else {
        refuse();
      }
    }
  }

  private void refuse() {
    var why = new Failure.BadRequest(400, "a body that is no base64");
    exchange.onReset(why);
    if (client.isCommitted()) {
      reset(why);
    } else {
      LocalReply.grpc(Grpc.TYPE, GrpcStatus.INTERNAL, why.reason(), null).send(this);
      flush();
    }
    isOver = true;
  }

  @Override
  public void onReadComplete() {
    if (!isOver) {
      exchange.onReadComplete();
    }
  }

  @Override
  public void onWritable() {
    if (!isOver) {
      exchange.onWritable();
    }
  }

  @Override
  public void onReset(Failure why) {
    if (!isOver) {
      isOver = true;
      exchange.onReset(why);
    }
  }

  // --- the response ---

  @Override
  public void sendHead(ResponseHead head) {
    Headers headers = head.headers();
    isTranslating = Grpc.isGrpc(headers);
    if (isTranslating) {
      retype(headers, Grpc.TYPE, encoder == null ? Grpc.WEB_TYPE : Grpc.WEB_TEXT_TYPE);
      boolean isOnlyHead = Grpc.trailersOnly(head) != null;
      headers.remove(KnownHeader.CONTENT_LENGTH);
      headers.remove(KnownHeader.TRAILER); // there are none
      head.bodyLength(isOnlyHead ? 0 : RequestHead.UNKNOWN_LENGTH);
    }
    client.sendHead(head);
  }

  @Override
  public void write(ByteBuf data) {
    if (isTranslating && encoder != null) {
      ByteBuf encoded = encoder.encode(data, client.loop().allocator());
      if (encoded.isReadable()) {
        client.write(encoded);
      } else {
        encoded.release();
      }
    } else {
      client.write(data);
    }
  }

  @Override
  public void end(@Nullable Headers trailers) {
    if (!isTranslating) {
      client.end(trailers);
      return;
    }
    if (trailers != null) {
      write(frame(trailers));
    }
    writeRest();
    client.end(null);
  }

  /** The trailers as a frame: a mark, their length, and a line for each. */
  private ByteBuf frame(Headers trailers) {
    int most = FRAME_HEADER;
    for (int i = 0; i < trailers.size(); i++) {
      most += trailers.valueEnd(i) - trailers.nameStart(i) + 3;
    }
    ByteBuf out = client.loop().allocator().directBuffer(most);
    out.writeByte(TRAILER_FRAME).writeInt(0);
    byte[] bytes = trailers.bytes();
    for (int i = 0; i < trailers.size(); i++) {
      if (!trailers.isRemoved(i)) {
        for (int at = trailers.nameStart(i); at < trailers.nameEnd(i); at++) {
          out.writeByte(Ascii.toLower(bytes[at])); // the frame is HTTP/2's, in lower case
        }
        out.writeByte(':');
        int start = trailers.valueStart(i);
        out.writeBytes(bytes, start, trailers.valueEnd(i) - start);
        out.writeByte('\r').writeByte('\n');
      }
    }
    out.setInt(out.readerIndex() + 1, out.readableBytes() - FRAME_HEADER);
    return out;
  }

  /** A message must not wait for the next one to fill its last quantum. */
  private void writeRest() {
    ByteBuf rest =
        isTranslating && encoder != null ? encoder.encodeRest(client.loop().allocator()) : null;
    if (rest != null) {
      client.write(rest);
    }
  }

  @Override
  public void flush() {
    writeRest();
    client.flush();
  }

  // --- as it is ---

  @Override
  public void events(StreamEvents events) {
    client.events(events);
  }

  @Override
  public DownstreamConnection connection() {
    return client.connection();
  }

  @Override
  public void sendInterim(ResponseHead head) {
    client.sendInterim(head);
  }

  @Override
  public @Nullable Connection plainConnection() {
    return null; // there is something to be changed on the way
  }

  @Override
  public void onSpliced(long bytes) {}

  @Override
  public HttpStream tunnel(ResponseHead head, TunnelEvents tunnelEvents) {
    return client.tunnel(head, tunnelEvents);
  }

  @Override
  public boolean isCommitted() {
    return client.isCommitted();
  }

  @Override
  public Loop loop() {
    return client.loop();
  }

  @Override
  public void reading(boolean isWanted) {
    client.reading(isWanted);
  }

  @Override
  public boolean isWritable() {
    return client.isWritable();
  }

  @Override
  public long pendingBytes() {
    return client.pendingBytes();
  }

  @Override
  public void reset(Failure why) {
    client.reset(why);
  }
}
