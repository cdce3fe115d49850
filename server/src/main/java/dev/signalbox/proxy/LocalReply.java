package dev.signalbox.proxy;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.Reasons;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An answer of our own, the same for every version. Immutable. */
public final class LocalReply {
  private static final String TEXT = "text/plain; charset=utf-8";

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  private LocalReply(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** The answer that a route prescribes. */
  static LocalReply of(RouteAction.Respond respond) {
    return new LocalReply(
        respond.status(), respond.headers(), respond.body().getBytes(StandardCharsets.UTF_8));
  }

  /** The answer to what could not be done. It names nothing of ours but the request's id. */
  static LocalReply error(int status, String requestId) {
    String body = status + " " + Reasons.of(status) + "\nrequest id: " + requestId + "\n";
    return new LocalReply(
        status, Map.of("X-Request-Id", requestId), body.getBytes(StandardCharsets.UTF_8));
  }

  /** The interim response that asks for the body (RFC 9110 §15.2.1). */
  static ResponseHead goOn() {
    return head(100);
  }

  private static ResponseHead head(int status) {
    var head = new ResponseHead();
    head.status(status);
    byte[] reason = Ascii.bytes(Reasons.of(status));
    int start = head.headers().appendBytes(reason, 0, reason.length);
    head.reason(start, start + reason.length);
    return head;
  }

  void send(ServerStream stream) {
    ResponseHead head = head(status);
    headers.forEach((name, value) -> head.headers().add(name, value));
    if (body.length > 0 && !head.headers().has(KnownHeader.CONTENT_TYPE)) {
      head.headers().add("Content-Type", TEXT);
    }
    head.bodyLength(body.length);
    if (!ResponseHead.hasNoBody(status)) {
      // Here, because the codec adds it only where a body follows, and to HEAD none does.
      head.headers().add("Content-Length", Integer.toString(body.length));
    }
    stream.sendHead(head);
    if (body.length > 0) {
      stream.write(Unpooled.wrappedBuffer(body));
    }
    stream.end(null);
  }
}
