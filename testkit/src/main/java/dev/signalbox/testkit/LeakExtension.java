package dev.signalbox.testkit;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Fails a test class after which a Netty buffer was found that nobody released. JUnit finds it by
 * itself; {@link TestkitSession} installs the detector before any class of Netty's is loaded.
 *
 * <p>Netty knows of a leak when the garbage collector has taken the buffer, so after each class
 * that used buffers it collects, and then asks.
 */
public final class LeakExtension implements AfterAllCallback {
  // Static, because Netty's detectors are: one for each kind of resource in the whole JVM.
  private static final List<RecordingDetector<?>> DETECTORS = new CopyOnWriteArrayList<>();
  private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

  static void install() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    if (!(ResourceLeakDetectorFactory.instance() instanceof RecordingFactory)) {
      ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new RecordingFactory());
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    boolean isWithinAnother = AnnotationSupport.isAnnotated(context.getTestClass(), Nested.class);
    if (!isWithinAnother) {
      failIfLeaked();
    }
  }

  private static void failIfLeaked() throws InterruptedException {
    boolean used = false;
    for (var detector : DETECTORS) {
      used |= detector.wasUsed();
    }
    if (!used) {
      return;
    }
    // Twice: when the second collection's references arrive, those of the first are all in place.
    collectGarbage();
    collectGarbage();
    DETECTORS.forEach(RecordingDetector::poll);
    var leaks = new ArrayList<String>();
    for (var leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
      leaks.add(leak);
    }
    if (!leaks.isEmpty()) {
      throw new AssertionError("LEAK: " + leaks.size() + " found. " + String.join("\n", leaks));
    }
  }

  private static void collectGarbage() throws InterruptedException {
    var queue = new ReferenceQueue<>();
    var sentinel = new WeakReference<>(new Object(), queue);
    try {
      System.gc();
      if (queue.remove(Await.PATIENCE.toMillis()) == null) {
        throw new AssertionError("not within " + Await.PATIENCE + ": a garbage collection");
      }
    } finally {
      Reference.reachabilityFence(sentinel);
    }
  }

  private static final class RecordingFactory extends ResourceLeakDetectorFactory {
    @Override
    @SuppressWarnings("deprecation") // Netty still wants it implemented
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return newResourceLeakDetector(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval) {
      var detector = new RecordingDetector<T>(resource, samplingInterval);
      DETECTORS.add(detector);
      return detector;
    }
  }

  private static final class RecordingDetector<T> extends ResourceLeakDetector<T> {
    private volatile boolean used;

    RecordingDetector(Class<T> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    boolean wasUsed() {
      return used;
    }

    @Override
    public ResourceLeakTracker<T> track(T resource) {
      used = true;
      return super.track(resource);
    }

    /** Netty looks for leaks whenever it starts to track something. */
    void poll() {
      @SuppressWarnings("unchecked") // it is only ever asked for its identity
      var anything = (T) new Object();
      super.track(anything).close(anything);
      used = false;
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      LEAKS.add(resourceType + " was never released." + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      LEAKS.add(resourceType + " was never released (no records).");
    }
  }
}
