package dev.signalbox.http;

/** The one door from the wire into the proxy. Called on the stream's loop. */
public interface StreamHandler {
  /**
   * A request has begun. The head is valid until the stream has ended. The handler sets the
   * stream's events before it returns.
   */
  void onRequest(ServerStream stream, RequestHead head);

  /**
   * A request could not be understood; the connection answers it by itself. For logs and counters.
   *
   * @param why what was wrong
   */
  void onRefused(DownstreamConnection connection, Failure why);
}
