package dev.signalbox.cli;

import dev.signalbox.LogReplay;
import java.util.Locale;

/** How far a replay is, on a terminal's last line; nowhere else. Used by one thread. */
final class ProgressBar implements LogReplay.Progress {
  private static final int CELLS = 30;
  private static final long BETWEEN_NANOS = 100_000_000;

  private final Terminal terminal;
  private final long since = System.nanoTime();
  private long last = since - BETWEEN_NANOS;

  ProgressBar(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void onProgress(long lines, long bytes, long ofBytes) {
    long now = System.nanoTime();
    if (terminal.errIsTerminal() && now - last >= BETWEEN_NANOS) {
      last = now;
      var rate = String.format(Locale.ROOT, "%,d lines, %,d/s", lines, rate(lines, now - since));
      terminal.err().print("\r\033[K" + bar(bytes, ofBytes) + rate);
      terminal.err().flush();
    }
  }

  private static long rate(long lines, long nanos) {
    return (long) (lines / Math.max(1e-3, nanos / 1e9));
  }

  private static String bar(long bytes, long ofBytes) {
    if (ofBytes <= 0) {
      return "";
    }
    int percent = (int) Math.min(100, 100 * bytes / ofBytes);
    int full = CELLS * percent / 100;
    return "[" + "#".repeat(full) + " ".repeat(CELLS - full) + String.format("] %3d %%  ", percent);
  }

  /** Takes it off the screen. */
  void end() {
    if (terminal.errIsTerminal()) {
      terminal.err().print("\r\033[K");
      terminal.err().flush();
    }
  }
}
