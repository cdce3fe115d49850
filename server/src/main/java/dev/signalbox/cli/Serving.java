package dev.signalbox.cli;

import dev.signalbox.ConfigSummary;
import dev.signalbox.Housekeeping;
import dev.signalbox.ServerConfig;
import dev.signalbox.Signalbox;
import dev.signalbox.Versions;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts one Signalbox and keeps it until the process is told to stop. Blocks its caller. */
final class Serving {
  private static final Logger LOG = LoggerFactory.getLogger("dev.signalbox");

  private final Supplier<Stop> stops;

  Serving(Supplier<Stop> stops) {
    this.stops = stops;
  }

  /**
   * @param onReady called once it answers requests
   */
  int serve(ServerConfig config, Consumer<Signalbox> onReady) throws InterruptedException {
    // First of all, so that a signal during the start ends in order, too.
    var stop = stops.get();
    var versions = Versions.ofThisBuild();
    try (var signalbox = Signalbox.start(config);
        var _ = Housekeeping.start(signalbox)) {
      var ready = System.currentTimeMillis();
      LOG.info(
          "Signalbox {}, JDK {}, Netty {}, {}",
          versions.signalbox(),
          Versions.jdk(),
          versions.netty(),
          Versions.loops(signalbox));
      for (var listener : signalbox.listeners()) {
        LOG.info("listener {}: {}", listener.name(), listener.address());
      }
      ConfigSummary.upstreams(config).forEach(LOG::info);
      LOG.info("ready after {} s", seconds(ready - startOfJvm()));
      flushLog();
      onReady.accept(signalbox);

      var who = stop.awaited();
      var deadline = config.shutdownDeadline();
      LOG.info(
          "{}: no new connections, requests in flight have {} s (again: end at once)",
          who,
          seconds(deadline.toMillis()));
      var since = System.nanoTime();
      var answered = signalbox.drain(deadline);
      var took = seconds((System.nanoTime() - since) / 1_000_000);
      if (answered) {
        LOG.info("ended after {} s, everything was answered", took);
      } else {
        LOG.warn("ended after {} s, the rest was broken off (see shutdown: deadline)", took);
      }
      return Exit.FINE;
    }
  }

  /** What a command prints next comes after the log's lines, on a terminal that shows both. */
  private static void flushLog() {
    for (var handler : java.util.logging.Logger.getLogger("").getHandlers()) {
      handler.flush();
    }
  }

  private static long startOfJvm() {
    return ManagementFactory.getRuntimeMXBean().getStartTime();
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.2f", millis / 1000.0);
  }
}
