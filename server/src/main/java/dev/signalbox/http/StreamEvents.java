package dev.signalbox.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a stream tells its owner. {@link #onReset} is the last event of a stream; after {@link
 * #onEnd} come at most {@link #onWritable} and {@link #onReset}.
 */
public interface StreamEvents {
  /** Hands over a body part; the receiver releases it. */
  void onData(ByteBuf data);

  /**
   * The message is complete.
   *
   * @param trailers the fields after the body, valid during the call, or null
   */
  void onEnd(@Nullable Headers trailers);

  /** For now there is nothing more to read: a good moment to flush what was made of it. */
  void onReadComplete();

  /** What was not writable is writable again. */
  void onWritable();

  /** The stream is broken, by the peer or on the way. */
  void onReset(Failure why);
}
