package dev.signalbox.http;

import dev.signalbox.net.Connection;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

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

  /**
   * Sends a whole response; {@link #flush} is up to the caller.
   *
   * @param head with the body's length
   */
  default void send(ResponseHead head, byte[] body) {
    sendHead(head);
    if (body.length > 0) {
      write(Unpooled.wrappedBuffer(body));
    }
    end(null);
  }

  /**
   * From now on the request's body may pause for as long as it likes, and be slow: whoever says so
   * watches over the time instead.
   */
  default void mayPause() {}

  /**
   * Where the stream itself has to refuse the rest of the request, it answers as to a call of gRPC,
   * with that content type: the head does not say any more what the client speaks.
   */
  default void refusesAs(String contentType) {}

  /**
   * The connection that takes the response's body as it is: of known length, with nothing to be
   * added or changed on the way. Null where there is none.
   */
  @Nullable Connection plainConnection();

  /** So many bytes of the response's body went to {@link #plainConnection} past this stream. */
  void onSpliced(long bytes);

  /**
   * Agrees to the tunnel or the switch of protocols that the request asks for ({@link
   * RequestHead#opensTunnel}), in the place of {@link #sendHead}. The exchange of messages is over
   * with it, and so is this stream; what it returns carries bytes both ways as they come. No event
   * comes before {@link HttpStream#reading} is asked for there; what the client has sent ahead
   * comes first.
   *
   * @param head what the endpoint said to it
   * @param tunnelEvents who is told from now on
   */
  HttpStream tunnel(ResponseHead head, TunnelEvents tunnelEvents);

  /** Whether a response head has been sent: from then on no other answer is possible. */
  boolean isCommitted();
}
