package dev.signalbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.Callable;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The extensions that fail a class for what its tests did not see. */
class WatchdogsTest {
  @Test
  void aBufferThatNobodyReleasedFailsItsClass() {
    assertThat(failureOf(Leaking.class))
        .startsWith("LEAK: 1 found. ByteBuf was never released.")
        .contains("WatchdogsTest$Leaking");
  }

  @Test
  void blockingALoopFailsTheClassThoughNobodyLookedAtTheFailure() {
    assertThat(failureOf(Blocking.class))
        .startsWith("BLOCKED: 1 times on a loop.")
        .contains("sleep");
  }

  @Test
  void aTidyClassPasses() {
    assertThat(failureOf(Tidy.class)).isEmpty();
  }

  private static String failureOf(Class<?> testClass) {
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(testClass)).build(),
            listener);
    assertThat(listener.getSummary().getTestsSucceededCount()).isEqualTo(1);
    var failures = listener.getSummary().getFailures();
    return failures.isEmpty() ? "" : failures.getFirst().getException().getMessage();
  }

  private static Throwable onALoop(Callable<?> action) throws InterruptedException {
    try (var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())) {
      return loops.submit(action).await().cause();
    }
  }

  static final class Leaking {
    @Test
    void forgetsABuffer() {
      ByteBufAllocator.DEFAULT.buffer(16).writeByte(1);
    }
  }

  static final class Blocking {
    @Test
    void sleepsOnALoop() throws InterruptedException {
      onALoop(() -> {
        Thread.sleep(1);
        return 1;
      });
    }
  }

  static final class Tidy {
    @Test
    void releasesItsBuffersAndMayLogOnALoop() throws InterruptedException {
      assertThat(
              onALoop(() -> {
                ByteBufAllocator.DEFAULT.buffer(16).release();
                Logger.getLogger("tidy").info("a line from a loop");
                return 1;
              }))
          .isNull();
    }
  }
}
