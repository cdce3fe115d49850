package dev.signalbox.http;

/** What the upstream side of an exchange tells: a head, then the body's events. */
public interface ResponseEvents extends StreamEvents {
  /** An interim response (1xx); any number may come before the head. Valid during the call. */
  void onInterim(ResponseHead head);

  /** The final response's head; valid until the stream has ended. */
  void onHead(ResponseHead head);

  /**
   * The endpoint switches protocols, as the request asked; instead of {@link #onHead}. Whoever is
   * told calls {@link ClientStream#tunnel}. Valid during the call.
   */
  default void onUpgrade(ResponseHead head) {
    throw new IllegalStateException("a switch of protocols that nobody asked for");
  }
}
