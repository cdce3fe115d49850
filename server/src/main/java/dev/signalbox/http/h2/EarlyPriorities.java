package dev.signalbox.http.h2;

import java.util.Arrays;

/**
 * What a client has said of streams that it has not opened yet (RFC 9218 §7): of each the last
 * word, until it is opened. Few, and in no order. On its connection's loop.
 */
final class EarlyPriorities {
  private static final int NONE = -1;

  private int[] streams = new int[4];
  private byte[] priorities = new byte[4];
  private int size;

  /**
   * Keeps what was said of a stream.
   *
   * @param most of how many streams something may be kept
   * @return false where it is of one stream too many
   */
  boolean keep(int streamId, int priority, int most) {
    int at = 0;
    while (at < size && streams[at] != streamId) {
      at++;
    }
    if (at == size) {
      if (size >= most) {
        return false;
      }
      if (size == streams.length) {
        streams = Arrays.copyOf(streams, size * 2);
        priorities = Arrays.copyOf(priorities, size * 2);
      }
      streams[size++] = streamId;
    }
    priorities[at] = (byte) priority;
    return true;
  }

  /** Forgets what was said of streams up to that one: they are no longer to be opened. */
  void forget(int lastStreamId) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (streams[i] > lastStreamId) {
        streams[kept] = streams[i];
        priorities[kept++] = priorities[i];
      }
    }
    size = kept;
  }

  /** A stream is opened, and with it those below it are closed (RFC 9113 §5.1.1). */
  void apply(H2Stream stream) {
    int said = NONE;
    for (int i = 0; i < size; i++) {
      if (streams[i] == stream.id()) {
        said = priorities[i];
      }
    }
    if (said != NONE) {
      stream.prioritise(said); // RFC 9218 §7: it overrides the request's own field
    }
    forget(stream.id());
  }
}
