package dev.signalbox.net;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Makes pipes larger than the kernel makes them. Netty has no call for it, so that it goes straight
 * to {@code fcntl(2)}. Belongs to one loop, but for the search for that call: it takes the JVM tens
 * of milliseconds and happens elsewhere; pipes made meanwhile stay small.
 */
final class PipeSize {
  /**
   * Eight times what the kernel gives: a long body takes an eighth of the system calls and wakes
   * its client as much less often.
   */
  private static final int BYTES = 512 * 1024;

  private static final int F_SETPIPE_SZ = 1031; // <linux/fcntl.h>

  private boolean isWanted;

  /** Written once by the search, read by the loop. */
  private volatile @Nullable MethodHandle fcntl;

  /**
   * Enlarges an empty pipe.
   *
   * @return whether that is done: the kernel refuses where its user has many large pipes
   */
  boolean enlarge(int descriptor) {
    MethodHandle call = fcntl;
    if (call != null) {
      try {
        return (int) call.invokeExact(descriptor, F_SETPIPE_SZ, BYTES) >= BYTES;
      } catch (Throwable e) {
        throw new IllegalStateException("fcntl can't be called", e);
      }
    }
    if (!isWanted) {
      isWanted = true;
      Thread.ofVirtual().name("pipe-size").start(this::find);
    }
    return false;
  }

  @SuppressWarnings("restricted") // native access is on, as Netty needs it
  private void find() {
    var linker = Linker.nativeLinker();
    var ints =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    fcntl =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("fcntl"), ints, Linker.Option.firstVariadicArg(2));
  }
}
