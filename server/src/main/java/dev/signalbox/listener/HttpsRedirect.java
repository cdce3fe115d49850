package dev.signalbox.listener;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.StreamHandler;

/**
 * Sends whoever comes by plain HTTP to the same place by HTTPS. What certificate authorities ask
 * for to see that a name is ours (RFC 8555 §8.3) goes on to the routes: they ask by plain HTTP, and
 * whoever proves a name by a file has no certificate yet. Stateless; on the stream's loop.
 *
 * @param port where HTTPS is spoken, as clients see it
 */
record HttpsRedirect(StreamHandler next, int port) implements StreamHandler {
  private static final int HTTPS = 443;
  private static final String ACME = "/.well-known/acme-challenge/";

  @Override
  public void onRequest(ServerStream stream, RequestHead head) {
    String path = head.pathText();
    if (path.startsWith(ACME)) {
      next.onRequest(stream, head);
      return;
    }
    String host = head.hostText();
    if (host.isEmpty() || !path.startsWith("/")) {
      ShortAnswer.send(
          stream, 400, "only HTTPS is served here, and no host to send you to is named");
      return;
    }
    String query = Ascii.text(head.bytes(), head.queryStart(), head.queryEnd());
    ShortAnswer.redirect(
        stream, 308, "https://" + host + (port == HTTPS ? "" : ":" + port) + path + query);
  }

  @Override
  public void onRefused(DownstreamConnection connection, Failure why) {
    next.onRefused(connection, why);
  }
}
