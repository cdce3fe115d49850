package dev.signalbox.listener;

import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.StreamHandler;

/**
 * Lets through what has come by a connection that was made for its host, and answers the rest with
 * 421: the client then asks again on a connection of its own, which is shown the right certificate.
 * Stateless; on the stream's loop.
 */
record RightConnection(StreamHandler next) implements StreamHandler {
  @Override
  public void onRequest(ServerStream stream, RequestHead head) {
    // The host of a CONNECT is not whom the client has shaken hands with, nor means to.
    if (stream.connection().isMisdirected(head) && !head.isConnect()) { // RFC 9110 §15.5.20
      ShortAnswer.send(stream, OwnAnswer.MISDIRECTED);
    } else {
      next.onRequest(stream, head);
    }
  }

  @Override
  public void onRefused(DownstreamConnection connection, Failure why) {
    next.onRefused(connection, why);
  }
}
