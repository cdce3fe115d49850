package dev.signalbox.http;

/** The downstream side of one exchange: a request comes in, a response goes out. */
public interface ServerStream extends HttpStream {
  /** Who is told of the request's body. Set by the {@link StreamHandler}, before it returns. */
  void events(StreamEvents events);

  DownstreamConnection connection();

  /** Sends an interim response, where the version has them. */
  void sendInterim(ResponseHead head);

  /**
   * Sends the head; a body of {@link ResponseHead#bodyLength()} must follow, then {@link #end}.
   * Fields that frame the message are the stream's business.
   */
  void sendHead(ResponseHead head);

  /** Whether a response head has been sent: from then on no other answer is possible. */
  boolean isCommitted();
}
