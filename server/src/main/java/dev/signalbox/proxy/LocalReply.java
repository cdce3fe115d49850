package dev.signalbox.proxy;

import dev.signalbox.config.FileContent;
import dev.signalbox.http.Ascii;
import dev.signalbox.http.Grpc;
import dev.signalbox.http.GrpcStatus;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.Method;
import dev.signalbox.http.Reasons;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.route.Respond;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer of our own, the same for every version. Immutable. */
public final class LocalReply {
  private static final String ETAG = "etag";
  private static final byte[] IF_NONE_MATCH = Ascii.bytes("if-none-match");
  private static final String TEXT = "text/plain; charset=utf-8";

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  private final @Nullable LocalReply notModified;
  private final boolean isOnlyHead; // not even a length is said of the body

  private LocalReply(int status, Map<String, String> headers, byte[] body) {
    this(status, headers, body, null, false);
  }

  private LocalReply(
      int status,
      Map<String, String> headers,
      byte[] body,
      @Nullable LocalReply notModified,
      boolean isOnlyHead) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.notModified = notModified;
    this.isOnlyHead = isOnlyHead;
  }

  /** The answer that a route prescribes. */
  static LocalReply of(Respond respond) {
    var headers = new LinkedHashMap<>(respond.headers());
    FileContent file = respond.file();
    if (file == null) {
      return new LocalReply(
          respond.status(), headers, respond.body().getBytes(StandardCharsets.UTF_8));
    }
    byte[] content = file.bytes();
    if (!has(headers, "content-type")) {
      headers.put("Content-Type", respond.contentType());
    }
    if (respond.status() != 200 || has(headers, ETAG)) {
      return new LocalReply(respond.status(), headers, content);
    }
    headers.put("ETag", etag(content));
    // RFC 9110 §15.4.5: the fields of the 200, without those of the content
    var without = new LinkedHashMap<>(headers);
    without.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).startsWith("content-"));
    return new LocalReply(200, headers, content, new LocalReply(304, without, new byte[0]), false);
  }

  /** Sends the client elsewhere. */
  static LocalReply redirect(int status, String location) {
    return new LocalReply(status, Map.of("Location", location), new byte[0]);
  }

  private static boolean has(Map<String, String> headers, String lowerName) {
    return headers.keySet().stream().anyMatch(name -> name.equalsIgnoreCase(lowerName));
  }

  private static String etag(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** This answer, or that the client has it already. */
  LocalReply to(RequestHead request) {
    LocalReply shorter = notModified;
    if (shorter == null || !(request.method() == Method.GET || request.method() == Method.HEAD)) {
      return this;
    }
    // RFC 9110 §13.1.2; tags are quoted and hold no quotes, so one that is contained is in the list
    String tag = shorter.headers.getOrDefault("ETag", "");
    Headers fields = request.headers();
    for (int i = fields.find(IF_NONE_MATCH, 0); i >= 0; i = fields.find(IF_NONE_MATCH, i + 1)) {
      String tags = fields.value(i);
      if (tags.contains(tag) || tags.equals("*")) {
        return shorter;
      }
    }
    return this;
  }

  /** The answer to what could not be done. It names nothing of ours but the request's id. */
  static LocalReply error(int status, String requestId) {
    String body = status + " " + Reasons.of(status) + "\nrequest id: " + requestId + "\n";
    return new LocalReply(
        status, Map.of("X-Request-Id", requestId), body.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The same to a gRPC call: a response that is nothing but trailers.
   *
   * @param type what {@link Grpc#answerType} said of the request
   */
  static LocalReply grpc(
      String type, GrpcStatus status, String message, @Nullable String requestId) {
    var headers = new LinkedHashMap<String, String>();
    headers.put("content-type", type);
    headers.put("grpc-status", Integer.toString(status.code()));
    byte[] encoded = Grpc.encoded(message);
    headers.put("grpc-message", Ascii.text(encoded, 0, encoded.length));
    if (requestId != null) {
      headers.put("x-request-id", requestId);
    }
    return new LocalReply(200, headers, new byte[0], null, type.equals(Grpc.TYPE));
  }

  /** The interim response that asks for the body (RFC 9110 §15.2.1). */
  static ResponseHead goOn() {
    return ResponseHead.of(100);
  }

  void send(ServerStream stream) {
    ResponseHead head = ResponseHead.of(status);
    headers.forEach((name, value) -> head.headers().add(name, value));
    if (body.length > 0 && !head.headers().has(KnownHeader.CONTENT_TYPE)) {
      head.headers().add("Content-Type", TEXT);
    }
    head.bodyLength(isOnlyHead ? RequestHead.UNKNOWN_LENGTH : body.length);
    if (!ResponseHead.hasNoBody(status) && !isOnlyHead) {
      // Here, because the codec adds it only where a body follows, and to HEAD none does.
      head.headers().add("Content-Length", Integer.toString(body.length));
    }
    stream.send(head, body);
  }
}
