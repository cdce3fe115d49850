package dev.signalbox.cli;

import dev.signalbox.ConfigCheck;
import dev.signalbox.ConfigSummary;
import dev.signalbox.Housekeeping;
import dev.signalbox.ServerConfig;
import dev.signalbox.Signalbox;
import dev.signalbox.Versions;
import dev.signalbox.config.SourceLines;
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
    return serve(config, SourceLines.none(), onReady);
  }

  /**
   * @param source the file of the configuration, for what is said about it
   * @param onReady called once it answers requests
   */
  int serve(ServerConfig config, SourceLines source, Consumer<Signalbox> onReady)
      throws InterruptedException {
    if (config.strict()) {
      var check = ConfigCheck.atStart(config, source);
      check.refuseIfStrict();
      check.log(LOG);
    }
    // Before anything is started, so that a signal during the start ends in order, too.
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
      var admin = signalbox.admin();
      if (admin != null) {
        LOG.info("admin: {} (/metrics, /status; or: signalbox status)", admin.address());
      }
      ConfigSummary.upstreams(config).forEach(LOG::info);
      LOG.info("ready after {} s", seconds(ready - startOfJvm()));
      flushLog();
      onReady.accept(signalbox);
      if (!config.strict()) {
        checkBeside(config, source);
      }

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

  /** The proofs take their time, and no request should wait for it. */
  private static void checkBeside(ServerConfig config, SourceLines source) {
    var thread =
        Thread.ofPlatform()
            .name("signalbox-check")
            .daemon()
            .unstarted(() -> {
              try {
                ConfigCheck.atStart(config, source).log(LOG);
              } catch (RuntimeException | StackOverflowError e) {
                LOG.error("the proofs failed, which is a bug in Signalbox; it runs on", e);
              }
            });
    thread.start();
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
