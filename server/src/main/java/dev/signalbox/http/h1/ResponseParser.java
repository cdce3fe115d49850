package dev.signalbox.http.h1;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpVersion;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.Problem;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ResponseLimits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads responses, as strictly as requests are read. Reused from connection to connection by one
 * loop, so that an idle connection holds none.
 */
final class ResponseParser implements HeadReader.StartLine {
  private final ResponseHead head = new ResponseHead();
  private final HeadReader reader = new HeadReader(this);
  private final Framing framing = new Framing();
  private final BodyReader body = new BodyReader();
  private @Nullable Problem problem;
  private boolean isPersistent;
  private byte @Nullable [] upgrade; // in lower case
  private boolean isToConnect;

  ResponseHead head() {
    return head;
  }

  BodyReader body() {
    return body;
  }

  /** Whether the endpoint keeps the connection open after this response. */
  boolean isPersistent() {
    return isPersistent;
  }

  boolean hasBegun() {
    return reader.hasBegun(head.headers());
  }

  /** What was wrong; only after {@link HeadReader.Result#BAD}. */
  Problem problem() {
    return problem == null ? reader.problem() : problem;
  }

  void begin(ResponseLimits limits) {
    head.clear();
    problem = null;
    body.beginNone();
    reader.begin(head.headers(), 0, limits.head(), limits.head(), limits.headers());
  }

  void clear() {
    head.clear();
    body.beginNone();
    upgrade = null;
    isToConnect = false;
  }

  /** The request asks for a switch to this protocol, in lower case: the endpoint may agree. */
  void allowUpgrade(byte[] protocol) {
    upgrade = protocol;
  }

  /** The request is a CONNECT: the endpoint may agree to it. */
  void allowTunnel() {
    isToConnect = true;
  }

  /** Whether the endpoint has agreed: no message follows the head. */
  boolean opensTunnel() {
    return head.status() == 101 || isYesToConnect();
  }

  private boolean isYesToConnect() {
    return isToConnect && head.status() >= 200 && head.status() < 300;
  }

  /**
   * Reads on.
   *
   * @param isToHead whether the request was a HEAD, whose response has no body
   */
  HeadReader.Result read(ByteBuf in, boolean isToHead, ResponseLimits limits) {
    HeadReader.Result result = reader.read(head.headers(), in);
    if (result == HeadReader.Result.DONE) {
      problem = finish(isToHead, limits);
      return problem == null ? HeadReader.Result.DONE : HeadReader.Result.BAD;
    }
    return result;
  }

  // RFC 9112 §4: HTTP-version SP status-code SP [ reason-phrase ]
  @Override
  public @Nullable Problem onStartLine(Headers block, int start, int end) {
    byte[] bytes = block.bytes();
    boolean isStatusLine =
        end - start >= 12
            && bytes[start] == 'H'
            && bytes[start + 1] == 'T'
            && bytes[start + 2] == 'T'
            && bytes[start + 3] == 'P'
            && bytes[start + 4] == '/'
            && bytes[start + 5] == '1'
            && bytes[start + 6] == '.'
            && (bytes[start + 7] == '1' || bytes[start + 7] == '0')
            && bytes[start + 8] == ' '
            && (end - start == 12 || bytes[start + 12] == ' ');
    if (!isStatusLine) {
      return Problem.of("a malformed status line");
    }
    int status = 0;
    for (int i = start + 9; i < start + 12; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return Problem.of("a malformed status line");
      }
      status = status * 10 + bytes[i] - '0';
    }
    if (status < 100 || status > 599) { // RFC 9110 §15: the first digit is the class
      return Problem.of("a status that is none");
    }
    int reason = Math.min(start + 13, end);
    if (Ascii.endOfFieldValue(bytes, reason, end) != end) {
      return Problem.of("a control character in the status line");
    }
    head.version(bytes[start + 7] == '1' ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0);
    head.status(status);
    head.reason(reason, end);
    return null;
  }

  // RFC 9110 §7.8, §15.2.2
  private @Nullable Problem upgrade() {
    byte[] wanted = upgrade;
    if (wanted == null) {
      return Problem.of("a switch of protocols that nobody asked for");
    }
    Headers headers = head.headers();
    int entry = head.version() == HttpVersion.HTTP_1_1 ? framing.upgrade() : -1;
    boolean isAsked =
        entry >= 0
            && Ascii.equalsIgnoreCase(
                headers.bytes(), headers.valueStart(entry), headers.valueEnd(entry), wanted);
    if (!isAsked) {
      return Problem.of("a switch to another protocol than the one asked for");
    }
    if (framing.isChunked() || framing.contentLength() > 0) {
      return Problem.of("a body where the status allows none");
    }
    headers.remove(KnownHeader.CONTENT_LENGTH);
    return null;
  }

  // RFC 9112 §6.3
  private @Nullable Problem finish(boolean isToHead, ResponseLimits limits) {
    if (isYesToConnect()) { // RFC 9110 §9.3.6: what frames a body is to be overlooked
      head.headers().remove(KnownHeader.CONTENT_LENGTH);
      head.headers().remove(KnownHeader.TRANSFER_ENCODING);
    }
    Problem wrong = framing.read(head.headers(), head.version());
    if (wrong != null) {
      return wrong;
    }
    isPersistent = framing.isPersistent();
    int status = head.status();
    if (status == 101) {
      return upgrade();
    }
    if (isYesToConnect()) {
      head.bodyLength(0);
      return null;
    }
    if (isToHead || ResponseHead.hasNoBody(status)) {
      boolean isFramed = framing.isChunked() || framing.contentLength() > 0;
      if (isFramed && (status < 200 || status == 204)) {
        return Problem.of("a body where the status allows none"); // RFC 9112 §6.1, §6.2
      }
      if (status < 200 || status == 204) {
        head.headers().remove(KnownHeader.CONTENT_LENGTH); // RFC 9110 §8.6: not even of zero
      }
      body.beginNone();
      head.bodyLength(0);
    } else if (framing.isChunked()) {
      body.beginChunked(Long.MAX_VALUE, limits.head(), limits.headers());
      head.bodyLength(RequestHead.UNKNOWN_LENGTH);
    } else if (framing.contentLength() >= 0) {
      body.beginLength(framing.contentLength());
      head.bodyLength(framing.contentLength());
    } else {
      body.beginUntilClose();
      head.bodyLength(RequestHead.UNKNOWN_LENGTH);
      isPersistent = false;
    }
    return null;
  }
}
