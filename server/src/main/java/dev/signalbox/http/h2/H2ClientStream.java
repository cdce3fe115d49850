package dev.signalbox.http.h2;

import dev.signalbox.http.ClientConnection.Patience;
import dev.signalbox.http.ClientStream;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.HttpVersion;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseEvents;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.StreamEvents;
import dev.signalbox.http.Trailers;
import dev.signalbox.net.TimerWheel;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** One request and its response on an HTTP/2 connection to an endpoint. */
final class H2ClientStream extends H2Stream implements ClientStream {
  private static final String WEBSOCKET_ACCEPT = "sec-websocket-accept";

  /** What is too late. */
  private final class Clock extends TimerWheel.Timer {
    @Override
    protected void onTimeout() {
      onTimer();
    }
  }

  private final H2ClientConnection owner;
  private final Patience patience;
  private final ResponseEvents events;
  private final boolean isToHead;
  private boolean opensTunnel;
  private @Nullable H2Tunnel tunnel;
  private final Clock clock = new Clock();

  private @Nullable ResponseHead head; // borrowed, from the first header block to the end
  private boolean isHeadDone;
  private boolean hasInterim;
  private boolean isOver; // nobody hears of it any more
  private boolean isEndAsked;
  private long sentBefore; // by the connection, when this began
  private long bodyAtLastLook = -1;

  H2ClientStream(
      H2ClientConnection owner,
      H2Core core,
      int id,
      Patience patience,
      ResponseEvents events,
      boolean isToHead) {
    super(core, id);
    this.owner = owner;
    this.patience = patience;
    this.events = events;
    this.isToHead = isToHead;
  }

  boolean hasAnswered() {
    return isHeadDone || hasInterim;
  }

  /** Whether any byte of the request may have left. */
  boolean wasSent() {
    return core().connection().sentBytes() != sentBefore;
  }

  private void arm(long nanos) {
    loop().arm(clock, nanos);
  }

  // --- the request ---

  void sendHead(RequestHead request, byte[] authority) {
    sentBefore = core().connection().sentBytes();
    FrameOutput output = core().output();
    ByteBuf out = output.beginHead(RequestFields.most(request, authority));
    RequestFields.write(core().encoder(), out, request, authority, owner.isSecure());
    opensTunnel = request.opensTunnel();
    boolean hasBody = request.bodyLength() != 0;
    output.endHead(id(), !hasBody && !opensTunnel);
    if (opensTunnel) {
      arm(patience.responseNanos());
      core().flush();
    } else if (hasBody) {
      arm(patience.idleNanos());
    } else {
      isEndAsked = true;
      isEnding = true;
      core().onEndSent(this);
      arm(patience.responseNanos());
      core().flush();
    }
  }

  @Override
  public void write(ByteBuf data) {
    if (isOver || isEndAsked) {
      data.release();
      return;
    }
    send(data);
  }

  @Override
  public void end(@Nullable Headers requestTrailers) {
    if (isOver || isEndAsked) {
      return;
    }
    isEndAsked = true;
    sendEnd(requestTrailers);
    if (!isHeadDone) {
      arm(patience.responseNanos());
    }
    core().flush();
  }

  @Override
  public void flush() {
    if (!isOver) {
      core().flush();
    }
  }

  @Override
  public boolean isWritable() {
    return !isOver && maySend();
  }

  @Override
  public long pendingBytes() {
    return isOver ? 0 : waitingBytes + core().output().pendingBytes();
  }

  @Override
  public boolean mayBeRefused() {
    return true;
  }

  @Override
  void onEndSent() {}

  @Override
  boolean wantsHeld() {
    return tunnel == null ? !isOver : !tunnel.isOver();
  }

  @Override
  void onWritable() {
    if (tunnel != null) {
      tunnel.onWritable();
    } else if (!isOver) {
      events.onWritable();
    }
  }

  // --- the response ---

  void onHeaders(byte[] block, int start, int end, boolean isEndStream) {
    core().touch(this);
    owner.heard();
    if (isHeadDone) {
      onTrailers(block, start, end, isEndStream);
      return;
    }
    ResponseHead into = head;
    if (into == null) {
      into = owner.h2().takeResponseHead();
      head = into;
    }
    into.clear();
    ResponseFields fields = owner.fields();
    fields.begin(into.headers(), false, owner.limits().headers());
    long size = core().decode(block, start, end, owner.mostList(), fields);
    if (size < 0) {
      return; // the connection is broken, and everybody has heard
    }
    String problem = size > owner.mostList() ? "the head is too large" : fields.problem();
    if (problem == null) {
      problem = begin(into, fields, isEndStream);
    }
    if (problem != null) {
      core().refuse(id(), this, ErrorCode.PROTOCOL_ERROR, problem);
    } else if (into.status() < 200) {
      hasInterim = true;
      if (core().floods().onControl()) {
        events.onInterim(into);
      } else {
        var _ = core().fail(ErrorCode.ENHANCE_YOUR_CALM, "too many interim responses");
      }
    } else if (opensTunnel && into.status() < 300) { // RFC 8441 §4
      isHeadDone = true;
      owner.onAnswer();
      loop().remove(clock);
      events.onUpgrade(into);
      giveHead();
      if (isEndStream) {
        var _ = core().onRemoteEnd(this, null);
      }
    } else {
      isHeadDone = true;
      owner.onAnswer();
      arm(patience.idleNanos());
      events.onHead(into);
      if (isEndStream && !isOver) {
        var _ = core().onRemoteEnd(this, null);
      }
    }
  }

  /** Fills the head in; what is wrong with it, or null. */
  private @Nullable String begin(ResponseHead into, ResponseFields fields, boolean isEndStream) {
    int status = fields.status();
    into.version(HttpVersion.HTTP_2);
    into.status(status);
    if (status == 101) { // RFC 9113 §8.6
      return "a switch of protocols, which HTTP/2 does not have";
    }
    if (status < 200) {
      into.headers().remove(KnownHeader.CONTENT_LENGTH);
      return isEndStream ? "the end after an interim response" : null; // §8.1
    }
    if (opensTunnel && status < 300) { // RFC 9110 §9.3.6: no such field means anything here
      into.headers().remove(KnownHeader.CONTENT_LENGTH);
      for (int i = into.headers().find(WEBSOCKET_ACCEPT, 0);
          i >= 0;
          i = into.headers().find(WEBSOCKET_ACCEPT, i + 1)) {
        into.headers().remove(i);
      }
      into.bodyLength(0);
      return null;
    }
    long length = fields.contentLength();
    if (isToHead || ResponseHead.hasNoBody(status)) {
      if (status == 204) {
        into.headers().remove(KnownHeader.CONTENT_LENGTH); // RFC 9110 §8.6: not even of zero
      }
      bodyLeft = 0;
      into.bodyLength(0);
      return null;
    }
    if (isEndStream) {
      bodyLeft = 0;
      into.bodyLength(0);
      return length > 0 ? "less data than its content-length" : null; // §8.1.1
    }
    bodyLeft = length;
    into.bodyLength(length >= 0 ? length : RequestHead.UNKNOWN_LENGTH);
    return null;
  }

  @Override
  public HttpStream tunnel(StreamEvents tunnelEvents) {
    assert opensTunnel && isHeadDone && !isOver;
    isOver = true; // for whoever knew the exchange
    var through = new H2Tunnel(this, tunnelEvents);
    tunnel = through;
    return through;
  }

  private void onTrailers(byte[] block, int start, int end, boolean isEndStream) {
    Headers into = owner.trailers();
    ResponseFields fields = owner.fields();
    fields.begin(into, true, owner.limits().headers());
    long size = core().decode(block, start, end, owner.mostList(), fields);
    if (size < 0) {
      return;
    }
    String problem = size > owner.mostList() ? "the trailers are too large" : fields.problem();
    if (problem == null && !isEndStream) {
      problem = "trailers that are not the end"; // §8.1
    }
    if (problem != null) {
      core().refuse(id(), this, ErrorCode.PROTOCOL_ERROR, problem);
    } else {
      var _ = core().onRemoteEnd(this, Trailers.removeForbidden(into) ? into : null);
    }
  }

  @Override
  void onData(ByteBuf data) {
    owner.heard();
    if (tunnel != null) {
      tunnel.onData(data);
    } else if (isOver) {
      data.release();
    } else if (!isHeadDone) {
      data.release();
      core().refuse(id(), this, ErrorCode.PROTOCOL_ERROR, "a body before its head"); // §8.1
    } else {
      if (isReading()) {
        arm(patience.idleNanos());
      }
      events.onData(data);
    }
  }

  @Override
  void onEnd(@Nullable Headers responseTrailers) {
    if (tunnel != null) {
      tunnel.onEnd();
      return;
    }
    if (isOver) {
      return;
    }
    if (!isHeadDone) {
      core().refuse(id(), this, ErrorCode.PROTOCOL_ERROR, "an end without a head");
      return;
    }
    isOver = true;
    loop().remove(clock);
    events.onEnd(responseTrailers);
    giveHead();
    if (!isEndSent) {
      core().reset(this, ErrorCode.CANCEL); // nobody waits for what is left of the request
    }
  }

  @Override
  void onReadComplete() {
    if (tunnel != null) {
      tunnel.onReadComplete();
    } else if (!isOver) {
      events.onReadComplete();
    }
  }

  @Override
  void onReset(int code, String reason, boolean isByPeer) {
    if (!isByPeer) {
      fail(new Failure.BadResponse(owner.endpoint(), reason));
    } else if (code == ErrorCode.REFUSED_STREAM && !hasAnswered()) { // RFC 9113 §8.7
      fail(new Failure.UpstreamRefused(owner.endpoint(), "refused the request", false));
    } else {
      fail(
          new Failure.UpstreamBrokeOff(
              owner.endpoint(), reason, ErrorCode.meaning(code), hasAnswered()));
    }
  }

  /** It is broken off, and no longer in the table. */
  void fail(Failure why) {
    if (tunnel != null) {
      tunnel.fail(why);
    } else if (!isOver) {
      isOver = true;
      loop().remove(clock);
      events.onReset(why);
      giveHead();
    }
  }

  private void giveHead() {
    if (head != null) {
      owner.h2().give(head);
      head = null;
    }
  }

  @Override
  public void reading(boolean isWanted) {
    if (isOver || isReading() == isWanted) {
      return;
    }
    readBody(isWanted);
    if (isWanted) {
      arm(isHeadDone ? patience.idleNanos() : patience.responseNanos());
    } else {
      loop().cancel(clock); // nobody waits for the endpoint now
    }
  }

  /** HTTP/2 has frames in between: nothing passes by. */
  @Override
  public boolean splice(ServerStream sink) {
    return false;
  }

  @Override
  public void reset(Failure why) {
    if (!isOver) {
      isOver = true;
      loop().remove(clock);
      core().reset(this, ErrorCode.CANCEL);
      giveHead();
    }
  }

  private void onTimer() {
    if (isOver) {
      return;
    }
    String late;
    if (isEndSent) {
      late = isHeadDone ? "paused for too long in its response" : "did not answer in time";
    } else if (waitingBytes > 0 && sentBytes == bodyAtLastLook) {
      late = "takes none of the request";
    } else {
      // The client is still sending: it is the endpoint's turn only while it has not taken all.
      bodyAtLastLook = waitingBytes > 0 ? sentBytes : -1;
      arm(patience.idleNanos());
      return;
    }
    core().reset(this, ErrorCode.CANCEL);
    fail(new Failure.UpstreamTimeout(owner.endpoint(), late));
  }
}
