package dev.signalbox.net;

import io.netty.channel.epoll.Native;
import java.io.IOException;

/**
 * Bytes on their way from one socket to another inside the kernel: out of the source into a pipe,
 * and out of the pipe into the sink, page by page and without a copy (splice(2)). On the loop of
 * both sockets.
 *
 * <p>It never holds more than the pipe does. Where the sink takes nothing, nothing is taken from
 * the source, and TCP slows its peer down.
 */
final class Splice {
  /** For one call; more than a pipe holds. */
  private static final long MOST = 1 << 20;

  private static final int TURNS = 64;

  private final EpollConnection source;
  private final EpollConnection sink;
  private final SpliceEvents events;
  private final Pipe pipe;
  private long left; // still to come out of the source
  private boolean isOver;

  Splice(EpollConnection source, EpollConnection sink, long bytes, SpliceEvents events, Pipe pipe) {
    this.source = source;
    this.sink = sink;
    this.left = bytes;
    this.events = events;
    this.pipe = pipe;
  }

  /** Bytes that have left the source and not yet reached the sink. */
  long held() {
    return pipe.held();
  }

  /** Moves what can be moved until one of the two has to wait. */
  void run() {
    long moved = 0;
    int turn = 0;
    for (; turn < TURNS; turn++) {
      boolean isPut = pipe.held() == 0;
      if (isPut ? left == 0 || !source.mayReadNow() : sink.isBlocked()) {
        break;
      }
      int count;
      try {
        count = isPut ? put() : take();
      } catch (IOException e) {
        (isPut ? source : sink).close(e); // which tells whoever is at work on it
        return;
      }
      if (count == 0) {
        break;
      }
      moved += isPut ? 0 : count;
    }
    if (isOver) {
      return; // the source has ended before its time
    }
    boolean isDone = left == 0 && pipe.held() == 0;
    if (isDone) {
      end();
    } else if (turn == TURNS) {
      source.readAgain(); // it is others' turn first
    }
    if (moved > 0 || pipe.held() > 0) {
      events.onSpliced(moved, isDone);
    }
  }

  private int put() throws IOException {
    long most = Math.min(left, MOST);
    int count = Native.splice(source.fd().intValue(), -1, pipe.in(), -1, most);
    pipe.onPut(count);
    left -= count;
    if (count == 0) {
      source.onSourceEmpty();
    }
    return count;
  }

  private int take() throws IOException {
    int count = Native.splice(pipe.out(), -1, sink.fd().intValue(), -1, pipe.held());
    pipe.onTaken(count);
    if (count == 0) {
      sink.onSinkFull();
    } else {
      sink.onSpliceSent(count);
    }
    return count;
  }

  /** Lets go of both sockets. What the pipe still holds is lost. */
  void end() {
    if (!isOver) {
      isOver = true;
      source.onSpliceEnd(this);
      sink.onSpliceEnd(this);
      source.loop().pipes().give(pipe);
    }
  }
}
