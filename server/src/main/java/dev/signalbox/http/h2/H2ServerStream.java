package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Grpc;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.Method;
import dev.signalbox.http.Problem;
import dev.signalbox.http.Reasons;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.ServerTimeouts;
import dev.signalbox.http.StreamEvents;
import dev.signalbox.http.TunnelEvents;
import dev.signalbox.net.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** One request and its response on an HTTP/2 connection. Made anew for each; on its loop. */
final class H2ServerStream extends H2Stream implements ServerStream {
  private static final byte[] WEBSOCKET_ACCEPT = Ascii.bytes("sec-websocket-accept");
  private static final byte[] TEXT = Ascii.bytes("text/plain");
  private static final byte[] METHODS = // RFC 9110 §15.5.6: a 405 says what is allowed
      Ascii.bytes("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE");
  private static final int MORE_THAN_OURS = 192; // bytes of the fields that this class adds
  private static final int MOST_DIGITS = 19;

  private final H2ServerConnection owner;
  private @Nullable RequestReader reader;
  private final ServerTimeouts timeouts;
  private final boolean isToHead;
  private final boolean hasBody;
  private final boolean opensTunnel;
  private final boolean isToConnect;
  private @Nullable StreamEvents events;
  private @Nullable H2Tunnel tunnel;
  private @Nullable TunnelEvents tunnelEvents;

  private boolean isBeginning = true; // the handler is still being told of it
  private boolean isRequestDone; // and the handler has heard so
  private boolean isCommitted;
  private boolean isCallAnswered; // by a response of gRPC, which ends with trailers
  private @Nullable String refusalType; // where it isn't in the head
  private boolean isResponseDone;
  private boolean mayPause; // the request's body: somebody else watches over its time
  private boolean isBodyless; // the response's body, if any, is not sent
  private long responseLeft = -1; // where its length was declared

  // For the watch over a slow client.
  private long bytesAtLastLook;
  private long wantedNanos;
  private long silentNanos;
  private long sentAtLastLook;
  private long stalledNanos;

  H2ServerStream(
      H2ServerConnection owner,
      H2Core core,
      int id,
      RequestReader reader,
      boolean isEndStream,
      ServerTimeouts timeouts) {
    super(core, id);
    this.owner = owner;
    this.reader = reader;
    this.timeouts = timeouts;
    this.isToHead = reader.head().method() == Method.HEAD;
    this.hasBody = reader.head().bodyLength() != 0;
    this.isEndReceived = isEndStream;
    this.isRequestDone = !hasBody;
    this.opensTunnel = reader.head().opensTunnel();
    this.isToConnect = reader.head().isConnect();
    this.bodyLeft = isEndStream || opensTunnel ? -1 : reader.head().bodyLength();
    if (opensTunnel) {
      readBody(false); // what comes ahead of the answer waits for the tunnel
    }
  }

  /** The handler has been told of the request, and may have ended it already. */
  void begun() {
    isBeginning = false;
    if (isGone) {
      giveReader();
    }
  }

  /** It is out of the table, and whoever had to be told of it was told. */
  void ended() {
    if (!isBeginning) {
      giveReader();
    }
  }

  private void giveReader() {
    RequestReader done = reader;
    if (done != null) {
      reader = null;
      core().h2().give(done);
    }
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

  // --- the request's body ---

  @Override
  void onData(ByteBuf data) {
    StreamEvents listener = events;
    if (tunnel != null) {
      tunnel.onData(data);
    } else if (listener == null || isResponseDone) {
      data.release(); // nobody wants it any more
    } else if (receivedBytes > owner.mostBody()) {
      data.release();
      refuse(Problem.BODY_TOO_LARGE);
    } else {
      listener.onData(data);
    }
  }

  @Override
  void onEnd(@Nullable Headers trailers) {
    StreamEvents listener = events;
    if (tunnel != null) {
      tunnel.onEnd();
    } else if (!isRequestDone) {
      isRequestDone = true;
      if (listener != null && !isResponseDone) {
        listener.onEnd(trailers);
      }
    }
  }

  @Override
  void onReadComplete() {
    StreamEvents listener = events;
    if (tunnel != null) {
      tunnel.onReadComplete();
    } else if (listener != null && !isResponseDone && !isRequestDone) {
      listener.onReadComplete();
    }
  }

  @Override
  public void reading(boolean isWanted) {
    if (!isGone && !isRequestDone && isReading() != isWanted) {
      readBody(isWanted);
      if (isWanted) {
        owner.watch();
      }
    }
  }

  @Override
  void onWritable() {
    StreamEvents listener = events;
    if (tunnel != null) {
      tunnel.onWritable();
    } else if (listener != null && !isResponseDone) {
      listener.onWritable();
    }
  }

  @Override
  void onReset(int code, String reason, boolean isByPeer) {
    fail(isByPeer ? new Failure.DownstreamGone(reason) : new Failure.BadRequest(400, reason));
  }

  /** Tells the exchange that it is over. */
  void fail(Failure why) {
    StreamEvents listener = events;
    events = null;
    if (tunnel != null) {
      tunnel.fail(why);
    } else if (listener != null && !isResponseDone) {
      isResponseDone = true;
      listener.onReset(why);
    }
  }

  // --- the response ---

  @Override
  public void sendInterim(ResponseHead head) {
    if (isGone || isCommitted || head.status() == 101) { // RFC 9113 §8.6
      return;
    }
    writeHead(head, false);
    core().output().endHead(id(), false);
  }

  @Override
  public void sendHead(ResponseHead head) {
    if (isGone || isCommitted) {
      return;
    }
    if (opensTunnel && head.status() >= 200 && head.status() < 300) {
      // RFC 9113 §8.5, RFC 8441 §4: it would mean yes
      refuse(new Problem(501, isToConnect ? "no tunnel" : "no switch of protocols"));
      return;
    }
    isCommitted = true;
    if (head.headers().has(KnownHeader.PRIORITY)) {
      decide(Priority.of(head.headers())); // RFC 9218 §8
    }
    isBodyless = isToHead || ResponseHead.hasNoBody(head.status());
    responseLeft = isBodyless ? 0 : head.bodyLength();
    isCallAnswered = responseLeft < 0 && Grpc.isGrpc(head.headers());
    writeHead(head, true);
    core().output().endHead(id(), false); // the frame learns it if nothing follows
  }

  @Override
  public HttpStream tunnel(ResponseHead head, TunnelEvents newEvents) {
    assert opensTunnel && !isCommitted && !isGone;
    isCommitted = true;
    events = null;
    tunnelEvents = newEvents;
    var through = new H2Tunnel(this, newEvents);
    tunnel = through;
    Headers headers = head.headers();
    for (int i = headers.find(WEBSOCKET_ACCEPT, 0);
        i >= 0;
        i = headers.find(WEBSOCKET_ACCEPT, i + 1)) {
      headers.remove(i); // RFC 8441 §5
    }
    if (!isToConnect) {
      head.status(200);
    }
    writeHead(head, false);
    core().output().endHead(id(), false);
    if (owner.isDraining()) { // it began while the answer was on its way
      loop().execute(newEvents::onDrain);
    }
    return through;
  }

  /** The server would like to end. */
  void drain() {
    if (tunnelEvents != null) {
      tunnelEvents.onDrain();
    }
  }

  @Override
  boolean wantsHeld() {
    return tunnel != null && !tunnel.isOver();
  }

  private void writeHead(ResponseHead head, boolean isFinal) {
    Headers headers = head.headers();
    HpackEncoder encoder = core().encoder();
    ByteBuf out = core().output().beginHead(H2Core.mostEncoded(headers) + MORE_THAN_OURS);
    encoder.begin(out);
    encoder.status(out, head.status());
    for (int i = 0; i < headers.size(); i++) {
      if (!headers.isRemoved(i) && !FieldRules.isConnectionSpecific(headers.known(i))) {
        encoder.field(out, headers, i);
      }
    }
    if (!isFinal) {
      return;
    }
    if (responseLeft >= 0 && !isBodyless && !headers.has(KnownHeader.CONTENT_LENGTH)) {
      contentLength(encoder, out, responseLeft);
    }
    if (!headers.has(KnownHeader.DATE)) { // RFC 9110 §6.6.1
      field(encoder, out, StaticTable.DATE, core().h2().date());
    }
  }

  private static void contentLength(HpackEncoder encoder, ByteBuf out, long length) {
    byte[] digits = new byte[MOST_DIGITS];
    int at = MOST_DIGITS;
    long left = length;
    do {
      digits[--at] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    encoder.value(out, StaticTable.CONTENT_LENGTH, digits, at, MOST_DIGITS);
  }

  private static void field(HpackEncoder encoder, ByteBuf out, int name, byte[] value) {
    encoder.value(out, name, value, 0, value.length);
  }

  @Override
  public boolean isWritable() {
    return maySend();
  }

  @Override
  public void write(ByteBuf data) {
    if (isGone || !isCommitted || isResponseDone || isBodyless) {
      data.release();
      return;
    }
    if (responseLeft >= 0) {
      responseLeft -= data.readableBytes();
      assert responseLeft >= 0 : "more than the declared length";
    }
    send(data);
    if (!isGone && !maySend()) {
      owner.watch();
    }
  }

  @Override
  public void mayPause() {
    mayPause = true;
  }

  @Override
  public void refusesAs(String contentType) {
    refusalType = contentType;
  }

  @Override
  public @Nullable Connection plainConnection() {
    return null; // frames stand between the body's parts
  }

  @Override
  public void onSpliced(long bytes) {}

  @Override
  public void end(@Nullable Headers trailers) {
    if (isGone || !isCommitted || isResponseDone) {
      return;
    }
    if (responseLeft > 0) {
      reset(new Failure.Bug(null)); // less than declared: never let it look whole
      return;
    }
    isResponseDone = true;
    sendEnd(isBodyless ? null : trailers);
    core().flush();
  }

  @Override
  void onEndSent() {
    if (!isEndReceived
        && tunnel == null) { // RFC 9113 §8.1: what is left of the request is not wanted
      core().reset(this, ErrorCode.NO_ERROR);
    }
  }

  @Override
  public void flush() {
    if (!isGone) {
      core().flush();
    }
  }

  @Override
  public long pendingBytes() {
    return waitingBytes + core().output().pendingBytes();
  }

  @Override
  public void reset(Failure why) {
    if (!isGone && !isResponseDone) {
      events = null;
      core().reset(this, ErrorCode.of(why));
    }
  }

  // --- what goes wrong ---

  /** Answers the request with what is wrong with it; where that is too late, breaks it off. */
  void refuse(Problem wrong) {
    boolean wasTold = events != null;
    boolean isTooLate = isCommitted;
    var why = new Failure.BadRequest(wrong.status(), wrong.reason());
    fail(why);
    if (isGone) {
      return;
    }
    if (isTooLate) {
      if (isCallAnswered && !isEnding) {
        sendEnd(Grpc.refusalTrailers(wrong));
        core().flush();
      } else {
        core().reset(this, ErrorCode.CANCEL);
      }
      return;
    }
    if (!wasTold) { // else the exchange has heard it
      owner.onRefused(why);
    }
    isCommitted = true;
    isResponseDone = true;
    String call = callType();
    if (call == null) {
      refuse(wrong.status(), wrong.reason());
    } else {
      refuse(Grpc.refusal(call, wrong));
    }
    sendEnd(null);
    if (!isGone) {
      owner.watch(); // it may wait for the client's window
    }
    core().flush();
  }

  /** What a refusal is to be to a call of gRPC; null where the request is none. */
  private @Nullable String callType() {
    RequestReader request = reader;
    return refusalType != null || request == null
        ? refusalType
        : Grpc.answerType(request.head().headers());
  }

  private void refuse(Headers fields) {
    ByteBuf out = core().output().beginHead(H2Core.mostEncoded(fields) + MORE_THAN_OURS);
    HpackEncoder encoder = core().encoder();
    encoder.begin(out);
    encoder.status(out, 200);
    for (int i = 0; i < fields.size(); i++) {
      encoder.field(out, fields, i);
    }
    field(encoder, out, StaticTable.DATE, core().h2().date());
    core().output().endHead(id(), false);
  }

  private void refuse(int status, String reason) {
    byte[] text = Ascii.bytes(status + " " + Reasons.of(status) + ": " + reason + "\n");
    ByteBuf out = core().output().beginHead(MORE_THAN_OURS);
    HpackEncoder encoder = core().encoder();
    encoder.begin(out);
    encoder.status(out, status);
    if (status == 405) {
      field(encoder, out, StaticTable.ALLOW, METHODS);
    }
    field(encoder, out, StaticTable.DATE, core().h2().date());
    field(encoder, out, StaticTable.CONTENT_TYPE, TEXT);
    contentLength(encoder, out, text.length);
    core().output().endHead(id(), false);
    if (!isToHead) {
      send(Unpooled.wrappedBuffer(text));
    }
  }

  /** Whether time matters to it: a body is under way, in either direction. */
  boolean isWatched() {
    return tunnel == null
        && ((!isRequestDone && !mayPause) || waitingBytes > 0); // tunnels watch themselves
  }

  /**
   * Looks at the client's pace: with its body, which counts only while we want to read, and with
   * the response, which counts only while it is the client's windows that hold it back.
   */
  void look(long sinceNanos) {
    Problem tooSlow = isRequestDone || mayPause ? null : lookAtBody(sinceNanos);
    if (tooSlow != null) {
      refuse(tooSlow);
      return;
    }
    boolean isStalled =
        waitingBytes > 0
            && sentBytes == sentAtLastLook
            && (sendWindow <= 0 || core().sender().window() <= 0);
    sentAtLastLook = sentBytes;
    stalledNanos = isStalled ? stalledNanos + sinceNanos : 0;
    if (isStalled && stalledNanos >= timeouts.send().toNanos()) {
      fail(new Failure.DownstreamGone("it takes none of the response"));
      core().reset(this, ErrorCode.CANCEL);
    }
  }

  private @Nullable Problem lookAtBody(long sinceNanos) {
    if (!isReading()) {
      bytesAtLastLook = receivedBytes;
      return null;
    }
    wantedNanos += sinceNanos;
    silentNanos = receivedBytes == bytesAtLastLook ? silentNanos + sinceNanos : 0;
    bytesAtLastLook = receivedBytes;
    if (silentNanos >= timeouts.body().toNanos()) {
      return new Problem(408, "the body paused for too long");
    }
    var least = timeouts.minBodyRate();
    if (least.amount() > 0 && wantedNanos > timeouts.minBodyRateGrace().toNanos()) {
      double perNano = (double) least.amount() / least.per().toNanos();
      if (receivedBytes < perNano * wantedNanos) {
        return new Problem(408, "the body came too slowly");
      }
    }
    return null;
  }

  @Override
  public String toString() {
    RequestReader request = reader;
    return request == null ? "stream " + id() : request.head().toString();
  }
}
