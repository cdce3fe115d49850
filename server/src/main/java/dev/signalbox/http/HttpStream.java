package dev.signalbox.http;

import dev.signalbox.net.Loop;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One direction out and one direction in of one message exchange, whatever the version on the wire.
 * Out: {@link #write}, {@link #end}, {@link #flush}. In: events, which {@link #reading} holds back.
 *
 * <p>Every method is called, and every event comes, on {@link #loop()}. A stream that has ended or
 * was reset takes calls and does nothing: whoever learns of an end late does no harm.
 */
public interface HttpStream {
  Loop loop();

  /**
   * Whether body parts are wanted. They are at first. Parts that have been read already may still
   * come after {@code false}: at most one buffer.
   */
  void reading(boolean isWanted);

  /** Whether more should be written now; {@link StreamEvents#onWritable} tells when it may. */
  boolean isWritable();

  /** Sends a body part and takes ownership of it. */
  void write(ByteBuf data);

  /**
   * Ends what is sent, and flushes.
   *
   * @param trailers fields after the body, where the version and framing can carry them, or null
   */
  void end(@Nullable Headers trailers);

  void flush();

  /** Bytes written and not yet taken by the kernel: a peer that reads makes it smaller. */
  long pendingBytes();

  /** Breaks the stream off so that the peer can't take what it has for the whole. */
  void reset(Failure why);
}
