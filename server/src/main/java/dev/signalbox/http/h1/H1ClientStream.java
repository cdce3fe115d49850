package dev.signalbox.http.h1;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.ClientConnection.Patience;
import dev.signalbox.http.ClientStream;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseEvents;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.StreamEvents;
import dev.signalbox.net.Loop;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One request and its response on an HTTP/1 connection to an endpoint. Made anew for each. */
final class H1ClientStream implements ClientStream {
  private static final byte[] CHUNKED = Ascii.bytes("Transfer-Encoding: chunked\r\n");
  private static final int MORE_THAN_OURS = 160; // bytes of the fields that this class adds

  private final H1ClientConnection owner;
  private final Patience patience;
  private final ResponseEvents events;
  private final boolean isToHead;

  private boolean isChunked;
  private boolean isRequestDone;
  private boolean isHeadDone;
  private boolean hasInterim;
  private boolean isReading = true;
  private long requestBytes; // handed to the output
  private long pendingAtLastLook;
  private @Nullable ServerStream spliceSink;
  private byte @Nullable [] accept; // what must answer the key that we made

  H1ClientStream(
      H1ClientConnection owner, Patience patience, ResponseEvents events, boolean isToHead) {
    this.owner = owner;
    this.patience = patience;
    this.events = events;
    this.isToHead = isToHead;
  }

  boolean isToHead() {
    return isToHead;
  }

  boolean isRequestDone() {
    return isRequestDone;
  }

  boolean isHeadDone() {
    return isHeadDone;
  }

  boolean hasAnswered() {
    return isHeadDone || hasInterim;
  }

  /** Whether any byte of the request has left. */
  boolean wasSent() {
    return owner.output().pendingBytes() < requestBytes;
  }

  // --- the request ---

  void sendHead(RequestHead head, byte[] authority) {
    Output output = owner.output();
    ByteBuf out =
        output.room(HeadWriter.sizeOf(head.headers()) + authority.length + MORE_THAN_OURS);
    int before = out.readableBytes();
    HeadWriter.request(head, authority, out);
    isChunked = head.bodyLength() == RequestHead.UNKNOWN_LENGTH;
    if (isChunked) {
      out.writeBytes(CHUNKED);
    }
    if (head.hasUpgrade()) {
      HeadWriter.upgrade(head, out);
      writeKey(head, out);
    }
    out.writeBytes(HeadWriter.CRLF);
    requestBytes = (long) out.readableBytes() - before;
    output.chunked(isChunked);
    if (head.bodyLength() == 0) {
      isRequestDone = true;
      owner.arm(patience.responseNanos());
      output.flush();
    } else {
      owner.arm(patience.idleNanos());
    }
  }

  /** The protocol that the request would switch to, in lower case. */
  byte[] upgrade(RequestHead head) {
    var protocol = Arrays.copyOfRange(head.bytes(), head.upgradeStart(), head.upgradeEnd());
    for (int i = 0; i < protocol.length; i++) {
      protocol[i] = Ascii.toLower(protocol[i]);
    }
    return protocol;
  }

  /** A request that came by another version has no key (RFC 8441 §5). */
  private void writeKey(RequestHead head, ByteBuf out) {
    if (WebSocketKey.isAskedFor(head) && !WebSocketKey.isIn(head)) {
      byte[] key = WebSocketKey.make(loop().random());
      accept = WebSocketKey.accept(key);
      out.writeBytes(WebSocketKey.KEY).writeBytes(HeadWriter.COLON).writeBytes(key);
      out.writeBytes(HeadWriter.CRLF);
    }
  }

  /** Whether a switch to WebSocket answers our key, if we made one; then nobody else needs it. */
  boolean hasGoodAnswer(ResponseHead head) {
    if (accept == null) {
      return true;
    }
    boolean isGood = WebSocketKey.isAccepted(head.headers(), accept);
    if (isGood) {
      head.headers().remove(WebSocketKey.findAccept(head.headers()));
    }
    return isGood;
  }

  @Override
  public void write(ByteBuf data) {
    if (!owner.isCurrent(this) || isRequestDone) {
      data.release();
      return;
    }
    requestBytes += data.readableBytes();
    owner.output().body(data);
  }

  @Override
  public void end(@Nullable Headers trailers) {
    if (!owner.isCurrent(this) || isRequestDone) {
      return;
    }
    if (isChunked) {
      owner.output().lastChunk(trailers);
    }
    isRequestDone = true;
    if (!isHeadDone) {
      owner.arm(patience.responseNanos());
    }
    owner.output().flush();
  }

  @Override
  public void flush() {
    if (owner.isCurrent(this)) {
      owner.output().flush();
    }
  }

  @Override
  public boolean isWritable() {
    return owner.connection().isWritable();
  }

  @Override
  public long pendingBytes() {
    return owner.output().pendingBytes();
  }

  // --- the response ---

  void onInterim(ResponseHead head) {
    hasInterim = true;
    events.onInterim(head);
  }

  void onHead(ResponseHead head) {
    isHeadDone = true;
    owner.arm(patience.idleNanos());
    events.onHead(head);
  }

  void onUpgrade(ResponseHead head) {
    isHeadDone = true;
    events.onUpgrade(head);
  }

  @Override
  public HttpStream tunnel(StreamEvents tunnelEvents) {
    assert owner.isCurrent(this) && isHeadDone;
    return owner.tunnel(tunnelEvents, patience);
  }

  void onData(ByteBuf part) {
    if (isReading) {
      owner.arm(patience.idleNanos());
    }
    events.onData(part);
  }

  @Override
  public boolean splice(ServerStream sink) {
    if (owner.isCurrent(this) && owner.splice(sink)) {
      spliceSink = sink;
      return true;
    }
    return false;
  }

  void onSpliced(long bytes) {
    owner.arm(patience.idleNanos());
    if (spliceSink != null) {
      spliceSink.onSpliced(bytes);
    }
  }

  void onEnd(@Nullable Headers trailers) {
    events.onEnd(trailers);
  }

  void onReadComplete() {
    events.onReadComplete();
  }

  void onWritable() {
    events.onWritable();
  }

  void onReset(Failure why) {
    events.onReset(why);
  }

  @Override
  public void reading(boolean isWanted) {
    if (owner.isCurrent(this) && isReading != isWanted) {
      isReading = isWanted;
      owner.connection().reading(isWanted);
      if (isWanted) {
        owner.arm(isHeadDone ? patience.idleNanos() : patience.responseNanos());
      } else {
        owner.cancelTimer(); // nobody waits for the endpoint now
      }
    }
  }

  /** The connection goes to another exchange: it reads again. */
  void resume() {
    if (!isReading) {
      isReading = true;
      owner.connection().reading(true);
    }
  }

  /**
   * Time has passed.
   *
   * @return what is too late, or null where it is not the endpoint that we wait for
   */
  @Nullable String onTimer() {
    if (spliceSink != null && spliceSink.pendingBytes() > 0) {
      owner.arm(patience.idleNanos());
      return null; // it is the client that we wait for
    }
    if (isRequestDone) {
      return isHeadDone ? "paused for too long in its response" : "did not answer in time";
    }
    // The client is still sending: it is the endpoint's turn only while it has not taken all.
    long pending = owner.output().pendingBytes();
    if (pending > 0 && pending >= pendingAtLastLook && pendingAtLastLook > 0) {
      return "takes none of the request";
    }
    pendingAtLastLook = pending;
    owner.arm(patience.idleNanos());
    return null;
  }

  @Override
  public void reset(Failure why) {
    if (owner.isCurrent(this)) {
      owner.abandon();
    }
  }

  @Override
  public Loop loop() {
    return owner.h1().loop();
  }
}
