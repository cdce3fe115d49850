package dev.signalbox.http.h2;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a connection's core tells the side that it works for, a server's or a client's. */
interface H2Side {
  /**
   * A header block is complete. Whoever is told must {@link H2Core#decode} it, or {@link
   * H2Core#skip} it: the tables of both ends move on with every block.
   *
   * @param stream the stream that is open under that number, whose peer may still send; null for a
   *     number that is new (only where we are the server)
   */
  void onHeaders(
      int streamId,
      @Nullable H2Stream stream,
      byte[] block,
      int start,
      int end,
      boolean isEndStream);

  /** How urgent a stream is now (RFC 9218 §7.1): the text of a priority field. */
  void onPriorityUpdate(int streamId, byte[] bytes, int start, int end);

  /** The peer answers a {@link H2Core#ping}. */
  void onPong(long data);

  /** The peer takes no further streams; those beyond {@code lastStreamId} it has not touched. */
  void onGoAway(int lastStreamId, int code, String reason);

  /** The peer has said what it puts up with: how many streams, above all. */
  void onPeerSettings();

  /** A stream is over and no longer counted. */
  void onStreamEnd(H2Stream stream);

  /** A read is done: a good moment to look at timers. All that came of it is about to leave. */
  void onReadDone();

  /** The peer sends nothing more. */
  void onInputClosed();

  /**
   * The connection can't go on; the peer has been told. The streams are still there, and are to be
   * ended; {@link #onClosed} follows.
   *
   * @param code what the peer was told
   */
  void onBroken(int code, String reason);

  /** The connection is closed. The streams that are left are to be ended. */
  void onClosed(@Nullable IOException cause);
}
