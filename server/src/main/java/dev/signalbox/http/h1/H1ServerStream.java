package dev.signalbox.http.h1;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Grpc;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.HttpVersion;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.Method;
import dev.signalbox.http.Problem;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.ServerTimeouts;
import dev.signalbox.http.StreamEvents;
import dev.signalbox.http.TunnelEvents;
import dev.signalbox.net.Connection;
import dev.signalbox.net.Loop;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** One request and its response on an HTTP/1 connection. Made anew for each; on its loop. */
final class H1ServerStream implements ServerStream {
  private static final byte[] CONNECTION_CLOSE = Ascii.bytes("Connection: close\r\n");
  private static final byte[] CONNECTION_KEEP_ALIVE = Ascii.bytes("Connection: keep-alive\r\n");
  private static final byte[] CHUNKED = Ascii.bytes("Transfer-Encoding: chunked\r\n");
  private static final byte[] CONTENT_LENGTH = Ascii.bytes("Content-Length: ");
  private static final byte[] DATE = Ascii.bytes("Date: ");
  private static final int MORE_THAN_OURS = 160; // bytes of the fields that this class adds

  private final H1ServerConnection owner;
  private final RequestParser parser;
  private final ServerTimeouts timeouts;
  private final HttpVersion version;
  private @Nullable StreamEvents events;

  private boolean isRequestDone;
  private boolean isReading = true;
  private boolean isPersistent;
  private boolean isCommitted;
  private @Nullable String refusalType; // where it isn't in the head
  private boolean isResponseDone;
  private boolean isBodyless; // the response's body, if any, is not sent
  private boolean isChunked;
  private boolean endsWithConnection;
  private long bodyLeft = -1; // of the response, where its length was declared

  // For the watch over a slow client.
  private long bodyBytes;
  private long bytesAtLastLook;
  private long wantedNanos;
  private long silentNanos;

  H1ServerStream(H1ServerConnection owner, RequestParser parser, ServerTimeouts timeouts) {
    this.owner = owner;
    this.parser = parser;
    this.timeouts = timeouts;
    this.version = parser.head().version();
    this.isPersistent = parser.isPersistent();
    this.isRequestDone = parser.body().isDone();
  }

  RequestParser parser() {
    return parser;
  }

  HttpVersion version() {
    return version;
  }

  boolean isRequestDone() {
    return isRequestDone;
  }

  boolean isResponseDone() {
    return isResponseDone;
  }

  /** Whether the connection can carry another request after this one. */
  boolean isPersistent() {
    return isPersistent;
  }

  @Override
  public boolean isCommitted() {
    return isCommitted;
  }

  @Override
  public void events(StreamEvents newEvents) {
    events = newEvents;
  }

  @Override
  public DownstreamConnection connection() {
    return owner.downstream();
  }

  @Override
  public Loop loop() {
    return owner.h1().loop();
  }

  // --- the request's body ---

  void readBody(ByteBuf data) {
    ByteBuf part = parser.body().read(data);
    Problem problem = parser.body().problem();
    if (problem != null) {
      if (part != null) {
        part.release();
      }
      owner.refuse(problem);
      return;
    }
    if (part != null) {
      bodyBytes += part.readableBytes();
      if (events == null || isResponseDone) {
        part.release(); // nobody wants it any more
      } else {
        events.onData(part);
      }
    }
    if (owner.isCurrent(this) && parser.body().isDone()) {
      isRequestDone = true;
      resume();
      if (events != null && !isResponseDone) {
        events.onEnd(parser.body().trailers());
      }
    }
  }

  private void resume() {
    if (!isReading) {
      isReading = true;
      owner.connection().reading(true);
    }
  }

  void onReadComplete() {
    if (events != null && !isResponseDone) {
      events.onReadComplete();
    }
  }

  void onWritable() {
    if (events != null && !isResponseDone) {
      events.onWritable();
    }
  }

  void onReset(Failure why) {
    StreamEvents listener = events;
    events = null;
    if (listener != null && !isResponseDone) {
      isResponseDone = true;
      listener.onReset(why);
    }
  }

  @Override
  public void reading(boolean isWanted) {
    if (owner.isCurrent(this) && !isRequestDone && isReading != isWanted) {
      isReading = isWanted;
      owner.connection().reading(isWanted);
      if (isWanted) {
        owner.watch().lookAtBodies();
      }
    }
  }

  /**
   * Looks at the client's pace, which counts only while we want to read.
   *
   * @return what is too slow, or null
   */
  @Nullable String watchBody(long sinceNanos) {
    if (!isReading) {
      bytesAtLastLook = bodyBytes;
      return null;
    }
    wantedNanos += sinceNanos;
    silentNanos = bodyBytes == bytesAtLastLook ? silentNanos + sinceNanos : 0;
    bytesAtLastLook = bodyBytes;
    if (silentNanos >= timeouts.body().toNanos()) {
      return "the body paused for too long";
    }
    var least = timeouts.minBodyRate();
    if (least.amount() > 0 && wantedNanos > timeouts.minBodyRateGrace().toNanos()) {
      double perNano = (double) least.amount() / least.per().toNanos();
      if (bodyBytes < perNano * wantedNanos) {
        return "the body came too slowly";
      }
    }
    return null;
  }

  // --- the response ---

  @Override
  public void sendInterim(ResponseHead head) {
    if (!owner.isCurrent(this) || isCommitted || version == HttpVersion.HTTP_1_0) {
      return; // RFC 9110 §15.2: HTTP/1.0 knows no interim responses
    }
    ByteBuf out = owner.output().room(HeadWriter.sizeOf(head.headers()));
    HeadWriter.response(head, out);
    out.writeBytes(HeadWriter.CRLF);
  }

  @Override
  public void sendHead(ResponseHead head) {
    if (!owner.isCurrent(this) || isCommitted) {
      return;
    }
    int status = head.status();
    if (status < 300 && parser.head().isConnect()) { // it would say that there is a tunnel
      owner.refuse(new Problem(501, "no tunnel"));
      return;
    }
    isCommitted = true;
    isBodyless = parser.head().method() == Method.HEAD || ResponseHead.hasNoBody(status);
    bodyLeft = isBodyless ? 0 : head.bodyLength();
    isChunked = bodyLeft < 0 && version == HttpVersion.HTTP_1_1;
    endsWithConnection = bodyLeft < 0 && !isChunked;
    decidePersistence();

    Headers headers = head.headers();
    ByteBuf out = owner.output().room(HeadWriter.sizeOf(headers) + MORE_THAN_OURS);
    HeadWriter.response(head, out);
    if (isChunked) {
      out.writeBytes(CHUNKED);
    } else if (bodyLeft >= 0 && !isBodyless && !headers.has(KnownHeader.CONTENT_LENGTH)) {
      out.writeBytes(CONTENT_LENGTH);
      out.writeCharSequence(Long.toString(bodyLeft), java.nio.charset.StandardCharsets.US_ASCII);
      out.writeBytes(HeadWriter.CRLF);
    }
    if (!headers.has(KnownHeader.DATE)) { // RFC 9110 §6.6.1
      out.writeBytes(DATE).writeBytes(owner.h1().date()).writeBytes(HeadWriter.CRLF);
    }
    if (!isPersistent) {
      out.writeBytes(CONNECTION_CLOSE);
    } else if (version == HttpVersion.HTTP_1_0) {
      out.writeBytes(CONNECTION_KEEP_ALIVE);
    }
    out.writeBytes(HeadWriter.CRLF);
    owner.output().chunked(isChunked);
  }

  private void decidePersistence() {
    if (owner.isLast() || endsWithConnection) {
      isPersistent = false;
    } else if (!isRequestDone) {
      // An answer before the request's end: go on only if what is left is known and little.
      long left = parser.body().remainingLength();
      boolean isLittle =
          left > 0
              && left <= H1ServerConnection.DRAIN_AT_MOST
              && !(parser.head().expectsContinue() && bodyBytes == 0);
      isPersistent &= isLittle;
    }
  }

  @Override
  public HttpStream tunnel(ResponseHead head, TunnelEvents tunnelEvents) {
    assert owner.isCurrent(this) && isRequestDone && !isCommitted;
    isCommitted = true;
    isResponseDone = true;
    events = null;
    RequestHead request = parser.head();
    Headers headers = head.headers();
    if (WebSocketKey.isAskedFor(request) && WebSocketKey.findAccept(headers) < 0) {
      headers.add(WebSocketKey.ACCEPT, WebSocketKey.accept(WebSocketKey.of(request)));
    }
    if (request.hasUpgrade()) {
      head.status(101); // of another version it is another one
    }
    int protocol = request.upgradeEnd() - request.upgradeStart();
    ByteBuf out = owner.output().room(HeadWriter.sizeOf(headers) + protocol + MORE_THAN_OURS);
    HeadWriter.response(head, out);
    if (request.hasUpgrade()) {
      HeadWriter.upgrade(request, out);
    }
    out.writeBytes(HeadWriter.CRLF);
    return owner.tunnel(this, tunnelEvents);
  }

  @Override
  public boolean isWritable() {
    return owner.connection().isWritable();
  }

  @Override
  public void write(ByteBuf data) {
    if (!owner.isCurrent(this) || !isCommitted || isResponseDone || isBodyless) {
      data.release();
      return;
    }
    if (bodyLeft >= 0) {
      bodyLeft -= data.readableBytes();
      assert bodyLeft >= 0 : "more than the declared length";
    }
    owner.output().body(data);
    if (!isWritable()) {
      owner.watch().lookAtBodies();
    }
  }

  @Override
  public void refusesAs(String contentType) {
    refusalType = contentType;
  }

  /** What a refusal is to be to a call of gRPC-Web; null where the request is none. */
  @Nullable String callType() {
    return refusalType == null ? Grpc.answerType(parser.head().headers()) : refusalType;
  }

  @Override
  public @Nullable Connection plainConnection() {
    boolean isPlain =
        owner.isCurrent(this)
            && isCommitted
            && !isResponseDone
            && bodyLeft > 0
            && owner.output().pendingBytes() == 0;
    return isPlain ? owner.connection() : null;
  }

  @Override
  public void onSpliced(long bytes) {
    bodyLeft -= bytes;
    if (owner.connection().pendingBytes() > 0) {
      owner.watch().lookAtBodies();
    }
  }

  @Override
  public void end(@Nullable Headers trailers) {
    if (!owner.isCurrent(this) || !isCommitted || isResponseDone) {
      return;
    }
    if (bodyLeft > 0) {
      reset(new Failure.Bug(null)); // less than declared: never let it look whole
      return;
    }
    if (isChunked) {
      owner.output().lastChunk(trailers);
    }
    isResponseDone = true;
    resume(); // what is left of the request is read off
    owner.onResponseEnd();
  }

  @Override
  public void flush() {
    if (owner.isCurrent(this)) {
      owner.output().flush();
    }
  }

  @Override
  public long pendingBytes() {
    return owner.output().pendingBytes();
  }

  @Override
  public void reset(Failure why) {
    if (owner.isCurrent(this) && !isResponseDone) {
      events = null;
      owner.onStreamReset(endsWithConnection);
    }
  }

  @Override
  public String toString() {
    return parser.head().toString();
  }
}
