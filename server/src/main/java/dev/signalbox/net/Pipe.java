package dev.signalbox.net;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A pipe of the kernel, and how much it holds. Belongs to one loop. */
final class Pipe {
  private final FileDescriptor in;
  private final FileDescriptor out;
  private long held;
  private boolean isLarge;

  private Pipe() throws IOException {
    FileDescriptor[] ends = FileDescriptor.pipe(); // both do not block
    out = ends[0];
    in = ends[1];
  }

  int in() {
    return in.intValue();
  }

  int out() {
    return out.intValue();
  }

  long held() {
    return held;
  }

  void onPut(long bytes) {
    held += bytes;
  }

  void onTaken(long bytes) {
    held -= bytes;
  }

  private void close() {
    close(in);
    close(out);
  }

  private static void close(FileDescriptor end) {
    try {
      end.close();
    } catch (IOException ignored) {
      // There is nothing to be done about a descriptor that can't be closed.
    }
  }

  /** The pipes of one loop: a few stay open for the next who needs one. */
  static final class Cache {
    /** Two descriptors each; beyond it bodies are copied. */
    private static final int OPEN_AT_MOST = 256;

    private static final int IDLE_AT_MOST = 8;

    private final ArrayDeque<Pipe> idle = new ArrayDeque<>(IDLE_AT_MOST);
    private final PipeSize size = new PipeSize();
    private int open;

    /** An empty pipe, or null where there is none to be had. */
    @Nullable Pipe take() {
      Pipe pipe = idle.poll();
      if (pipe == null) {
        if (open >= OPEN_AT_MOST) {
          return null;
        }
        try {
          pipe = new Pipe();
          open++;
        } catch (IOException _) {
          return null; // no descriptors left: they are needed more elsewhere
        }
      }
      if (!pipe.isLarge) {
        pipe.isLarge = size.enlarge(pipe.in());
      }
      return pipe;
    }

    void give(Pipe pipe) {
      if (pipe.held == 0 && idle.size() < IDLE_AT_MOST) {
        idle.push(pipe);
      } else {
        pipe.close();
        open--;
      }
    }

    void close() {
      for (Pipe pipe : idle) {
        pipe.close();
      }
      open -= idle.size();
      idle.clear();
    }
  }
}
