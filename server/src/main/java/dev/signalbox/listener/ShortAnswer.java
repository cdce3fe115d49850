package dev.signalbox.listener;

import dev.signalbox.http.Reasons;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.UnreadBody;
import java.nio.charset.StandardCharsets;

/**
 * Answers a request by itself, whatever its version, and wants nothing of its body. On the stream's
 * loop.
 */
final class ShortAnswer {
  private ShortAnswer() {}

  static void send(ServerStream stream, OwnAnswer.Response answer) {
    switch (answer) {
      case OwnAnswer.Refusal(int status, String why) -> send(stream, status, why);
      case OwnAnswer.Elsewhere(int status, String location) -> redirect(stream, status, location);
    }
  }

  /** Says so in words. */
  private static void send(ServerStream stream, int status, String why) {
    byte[] text =
        (status + " " + Reasons.of(status) + ": " + why + "\n").getBytes(StandardCharsets.UTF_8);
    ResponseHead head = head(status, text.length);
    head.headers().add("Content-Type", "text/plain; charset=utf-8");
    send(stream, head, text);
  }

  /** Sends the client elsewhere. */
  private static void redirect(ServerStream stream, int status, String location) {
    ResponseHead head = head(status, 0);
    head.headers().add("Location", location);
    send(stream, head, new byte[0]);
  }

  private static ResponseHead head(int status, int length) {
    ResponseHead head = ResponseHead.of(status);
    head.bodyLength(length);
    head.headers().add("Content-Length", Integer.toString(length));
    return head;
  }

  private static void send(ServerStream stream, ResponseHead head, byte[] body) {
    stream.events(new UnreadBody());
    stream.send(head, body);
    stream.flush();
  }
}
