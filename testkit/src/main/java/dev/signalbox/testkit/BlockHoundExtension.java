package dev.signalbox.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;

/**
 * Fails a test class in which an event loop of Netty's was blocked. The call itself fails as well,
 * but on a loop somebody may swallow that, so the class fails in any case. JUnit finds it by
 * itself; {@link TestkitSession} installs it.
 */
public final class BlockHoundExtension implements AfterAllCallback {
  /** A method that may block on a loop, and why that does no harm. */
  private record Allowance(String type, String method, String why) {}

  // Netty's own list comes with Netty. What is added here must be proven harmless.
  private static final List<Allowance> ALLOWED =
      List.of(
          new Allowance(
              "java.util.logging.Logger",
              "log",
              "a line to the console; the product writes lines on loops only about rare events"),
          new Allowance(
              "io.netty.channel.uring.IoUringIoHandler",
              "closeWakeupGate",
              "a loop that ends waits for the last call that woke it; it serves nobody any more"),
          new Allowance(
              "io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup",
              "tryExpandMagazines",
              "two loops that ask for memory at once; the allocator then grows, so that they do not"
                  + " meet again"),
          new Allowance(
              "sun.net.NetProperties",
              "loadDefaultProperties",
              "the JDK reads its own settings, once, for the first unix-domain socket on nio"));

  // Static, because BlockHound changes the classes of the whole JVM.
  private static final Queue<BlockingOperationError> BLOCKED = new ConcurrentLinkedQueue<>();

  static void install() {
    var builder =
        BlockHound.builder()
            .loadIntegrations()
            .blockingMethodCallback(BlockHoundExtension::onBlockingCall);
    for (var allowed : ALLOWED) {
      builder.allowBlockingCallsInside(allowed.type, allowed.method);
    }
    builder.install();
  }

  private static void onBlockingCall(BlockingMethod method) {
    var error = new BlockingOperationError(method);
    BLOCKED.add(error);
    throw error;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    var calls = new ArrayList<BlockingOperationError>();
    for (var call = BLOCKED.poll(); call != null; call = BLOCKED.poll()) {
      calls.add(call);
    }
    if (!calls.isEmpty()) {
      var failure =
          new AssertionError(
              "BLOCKED: " + calls.size() + " times on a loop. " + calls.getFirst().getMessage());
      calls.forEach(failure::addSuppressed);
      throw failure;
    }
  }
}
