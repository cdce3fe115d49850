package dev.signalbox.listener;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.StreamHandler;
import org.jspecify.annotations.Nullable;

/**
 * Sends whoever comes by plain HTTP to the same place by HTTPS. What certificate authorities ask
 * for to see that a name is ours (RFC 8555 §8.3) goes on to the routes: they ask by plain HTTP, and
 * whoever proves a name by a file has no certificate yet. Stateless; on the stream's loop.
 *
 * @param port where HTTPS is spoken, as clients see it
 */
record HttpsRedirect(int port) {
  private static final int HTTPS = 443;
  private static final String ACME = "/.well-known/acme-challenge/";

  /** With it in front. */
  StreamHandler before(StreamHandler next) {
    return new StreamHandler() {
      @Override
      public void onRequest(ServerStream stream, RequestHead head) {
        OwnAnswer.Response answer = answer(head);
        if (answer == null) {
          next.onRequest(stream, head);
        } else {
          ShortAnswer.send(stream, answer);
        }
      }

      @Override
      public void onRefused(DownstreamConnection connection, Failure why) {
        next.onRefused(connection, why);
      }
    };
  }

  /** What is answered; null where routes are asked. */
  OwnAnswer.@Nullable Response answer(RequestHead head) {
    String path = head.pathText();
    if (path.startsWith(ACME)) {
      return null;
    }
    String host = head.hostText();
    if (host.isEmpty() || !path.startsWith("/")) {
      return new OwnAnswer.Refusal(
          400, "only HTTPS is served here, and no host to send you to is named");
    }
    String query = Ascii.text(head.bytes(), head.queryStart(), head.queryEnd());
    return new OwnAnswer.Elsewhere(
        308, "https://" + host + (port == HTTPS ? "" : ":" + port) + path + query);
  }
}
