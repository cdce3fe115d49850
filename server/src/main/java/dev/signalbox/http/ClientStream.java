package dev.signalbox.http;

/** The upstream side of one attempt: a request goes out, a response comes in. */
public interface ClientStream extends HttpStream {
  /**
   * Lets the rest of the response's body pass by inside the kernel, where it is long and both sides
   * carry it as it is. No part of it comes as an event; its end does, as always.
   *
   * @param sink where everything that came so far has been written and flushed
   * @return whether it began; false changes nothing
   */
  boolean splice(ServerStream sink);

  /**
   * Takes the stream over once the endpoint has switched protocols, during {@link
   * ResponseEvents#onUpgrade}. The exchange of messages is over with it; what it returns carries
   * bytes both ways as they come. No event comes before {@link HttpStream#reading} is asked for
   * there.
   *
   * @param tunnelEvents who is told from now on
   */
  HttpStream tunnel(StreamEvents tunnelEvents);

  /**
   * Whether the endpoint may yet say that it has not touched the request, after it was sent: then
   * it is worth keeping, whatever its method.
   */
  default boolean mayBeRefused() {
    return false;
  }
}
