package dev.signalbox.net;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a connection tells its owner, on its loop. */
public interface ConnectionEvents {
  /** Hands over bytes; the receiver releases them. */
  void onData(ByteBuf data);

  /** For now there is nothing more to read: a good moment to flush. */
  void onReadComplete();

  /** The peer will send nothing more. It may still read. */
  void onInputClosed();

  /** What was not writable is writable again. */
  void onWritable();

  /**
   * The connection is closed, by whomever. Comes exactly once, and last.
   *
   * @param cause what broke it, or null where it ended in order
   */
  void onClosed(@Nullable IOException cause);
}
