package dev.signalbox.admin;

import dev.signalbox.http.Failure;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.UnreadBody;

/** The answer to one request, now or later; wants nothing of its body. On the stream's loop. */
final class Reply extends UnreadBody {
  private final ServerStream stream;
  private boolean isOver;

  Reply(ServerStream stream) {
    this.stream = stream;
  }

  void send(Content content) {
    if (isOver) {
      return; // whoever asked has gone
    }
    isOver = true;
    int length = content.body().length;
    ResponseHead head = ResponseHead.of(content.status());
    head.bodyLength(length);
    // Here, because the codec adds it only where a body follows, and to HEAD none does.
    head.headers().add("Content-Length", Integer.toString(length));
    head.headers().add("Content-Type", content.type());
    head.headers().add("Cache-Control", "no-store");
    head.headers().add("X-Content-Type-Options", "nosniff");
    content.fields().forEach((name, value) -> head.headers().add(name, value));
    stream.send(head, content.body());
    stream.flush();
  }

  @Override
  public void onReset(Failure why) {
    isOver = true;
  }
}
