package dev.signalbox.analysis.replay;

import dev.signalbox.analysis.Rule;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A replay's score for people, 80 columns wide. Belongs to one thread. */
public final class ReplayText {
  private static final int WIDTH = 80;
  private static final int MARGIN = 19;

  private final ReplayReport report;
  private final List<String> logs;
  private final String against;
  private final int top;
  private final boolean hasColours;
  private final StringBuilder out = new StringBuilder();

  private ReplayText(
      ReplayReport report, List<String> logs, String against, int top, boolean hasColours) {
    this.report = report;
    this.logs = List.copyOf(logs);
    this.against = against;
    this.top = top;
    this.hasColours = hasColours;
  }

  /**
   * The text.
   *
   * @param logs what was read
   * @param against the other file's name; only used with a comparison
   * @param top so many lines in each table that may be long
   */
  public static String of(
      ReplayReport report, List<String> logs, String against, int top, boolean hasColours) {
    return new ReplayText(report, logs, against, top, hasColours).text();
  }

  private String text() {
    routes();
    neverHit();
    unmatched();
    unknown("Depends on what the log does not know", report.depends());
    nearMisses();
    refused();
    badLines();
    if (report.comparison() != null) {
      comparison(report.comparison());
    }
    return out.toString();
  }

  private void routes() {
    var lines = report.lines();
    heading(
        number(lines.requests())
            + (lines.requests() == 1 ? " request" : " requests")
            + " in "
            + (logs.size() == 1 ? name(logs.getFirst()) : logs.size() + " logs")
            + (lines.bad() == 0 ? "" : ", " + number(lines.bad()) + " unreadable"));
    for (int i = 0; i < logs.size() && logs.size() > 1; i++) {
      counts(i + 1, name(logs.get(i)));
    }
    row("route", "hits", "share", "maybe", "first", "last");
    for (var route : report.routes()) {
      if (route.count() + route.maybe() > 0) {
        row(
            route.rule().name(),
            number(route.count()),
            share(route.count()),
            number(route.maybe()),
            where(route.first()),
            where(route.last()));
      }
    }
    total("(no route)", report.unmatched().count());
    total("(depends)", report.depends().count());
    total("(refused: 400)", lines.refused());
  }

  private void total(String what, long count) {
    if (count > 0) {
      row(what, number(count), share(count), "", "", "");
    }
  }

  /** What may be is only worth a column where something may. */
  private void row(
      String what, String hits, String share, String maybe, String first, String last) {
    boolean hasMaybe = report.depends().count() > 0;
    int wide = hasMaybe ? 20 : 32;
    var line =
        String.format("  %-" + wide + "s %11s %8s", cut(what, wide), hits, share)
            + (hasMaybe ? String.format(" %11s", maybe) : "")
            + String.format(" %11s %11s", cut(first, 11), cut(last, 11));
    out.append(line.stripTrailing()).append('\n');
  }

  private void neverHit() {
    var never = report.neverHit();
    if (never.isEmpty()) {
      return;
    }
    heading("Never hit: " + never.size() + " of " + report.routes().size() + " routes");
    var line = new StringBuilder(" ");
    for (int i = 0; i < never.size(); i++) {
      var rule = never.get(i);
      var word =
          " "
              + rule.name()
              + " (line "
              + rule.at().line()
              + ")"
              + (i + 1 < never.size() ? "," : "");
      if (line.length() + word.length() > WIDTH && line.length() > 1) {
        out.append(line).append('\n');
        line = new StringBuilder(" ");
      }
      line.append(word);
    }
    out.append(line).append('\n');
  }

  private void unmatched() {
    var unmatched = report.unmatched();
    if (unmatched.count() == 0) {
      return;
    }
    heading("No route: " + number(unmatched.count()) + " " + share(unmatched.count()));
    counted(unmatched.top());
    rest(unmatched.paths() - (long) unmatched.top().size(), "other paths");
    rest(unmatched.uncounted(), "requests for yet other paths, not counted one by one");
  }

  private void unknown(String what, ReplayReport.Unknown unknown) {
    if (unknown.count() > 0) {
      heading(what + ": " + number(unknown.count()) + " " + share(unknown.count()));
      counted(unknown.on());
    }
  }

  private void counted(List<ReplayReport.Counted> all) {
    for (var one : all) {
      counts(one.count(), one.text());
      example(one.first());
    }
  }

  private void nearMisses() {
    var misses = report.nearMisses();
    if (misses.isEmpty()) {
      return;
    }
    heading("Near misses: another route took it, or none did");
    for (var miss : misses.subList(0, Math.min(top, misses.size()))) {
      counts(
          miss.count(),
          miss.rule().name()
              + " missed by "
              + miss.mistake()
              + (miss.winner() == null ? ", no route" : ", taken by " + miss.winner().name()));
      example(miss.first());
      indented("would be " + miss.rule().name() + ": " + miss.meant());
    }
    rest(misses.size() - (long) top, "other kinds");
  }

  private void refused() {
    var lines = report.lines();
    if (lines.refused() > 0) {
      heading("Refused with 400 before any route: " + number(lines.refused()));
      lines.firstRefused().forEach(this::example);
    }
  }

  private void badLines() {
    var lines = report.lines();
    if (lines.bad() > 0) {
      heading("Unreadable lines: " + number(lines.bad()));
      for (var bad : lines.firstBad()) {
        out.append(cut("  " + name(bad.file()) + ":" + bad.line() + ": " + bad.reason(), WIDTH));
        out.append('\n');
      }
      rest(lines.bad() - lines.firstBad().size(), "more");
    }
  }

  private void comparison(ReplayReport.Comparison comparison) {
    heading("Against " + against);
    counts(comparison.same(), share(comparison.same()) + "  the same answer");
    counts(comparison.moved(), share(comparison.moved()) + "  another answer");
    if (comparison.unclear().count() > 0) {
      counts(
          comparison.unclear().count(),
          share(comparison.unclear().count()) + "  depends on what the log does not know");
    }
    if (!comparison.moves().isEmpty()) {
      heading("Moved, from -> to");
    }
    for (var move : comparison.moves().subList(0, Math.min(top, comparison.moves().size()))) {
      counts(
          move.count(), share(move.count()) + "  " + name(move.from()) + " -> " + name(move.to()));
      indented(action(move.from()) + " -> " + action(move.to()));
      move.examples().forEach(this::example);
    }
    rest(comparison.moves().size() - (long) top, "other moves");
    unknown("Depends, whether it moves", comparison.unclear());
  }

  private static String name(@Nullable Rule rule) {
    return rule == null ? "(no route)" : rule.name();
  }

  private static String action(@Nullable Rule rule) {
    return rule == null ? "404" : rule.action().toString();
  }

  private void heading(String text) {
    out.append(out.isEmpty() ? "" : "\n");
    var line = cut(text.strip(), WIDTH);
    out.append(hasColours ? "\033[1m" + line + "\033[0m" : line).append('\n');
  }

  private void counts(long count, String text) {
    out.append(cut(String.format("  %12s  %s", number(count), text), WIDTH)).append('\n');
  }

  private void rest(long count, String what) {
    if (count > 0) {
      counts(count, what);
    }
  }

  private void example(Example example) {
    var line = logs.size() == 1 ? "line " + where(example) : where(example);
    indented(line + "  " + example.request());
  }

  private void indented(String text) {
    out.append(" ".repeat(MARGIN - 3)).append(cut(text, WIDTH - MARGIN + 3)).append('\n');
  }

  /** The line; with several logs, after the log's number. */
  private String where(@Nullable Example example) {
    if (example == null) {
      return "";
    }
    return logs.size() == 1
        ? number(example.line())
        : (logs.indexOf(example.file()) + 1) + ":" + example.line();
  }

  private static String name(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  private String share(long count) {
    long all = report.lines().requests();
    double percent = all == 0 ? 0 : 100.0 * count / all;
    return percent > 0 && percent < 0.05
        ? "<0.1 %"
        : String.format(Locale.ROOT, "%.1f %%", percent);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 3) + "...";
  }
}
