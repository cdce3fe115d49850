package dev.signalbox;

import dev.signalbox.analysis.Difference;
import dev.signalbox.analysis.Rule;
import dev.signalbox.config.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What changes from one configuration to another: the decisions of routes by proof, the rest by
 * comparison. Immutable.
 *
 * @param others one sentence for each change that is no decision of a route
 */
public record ConfigDiff(Difference routes, List<String> others) {
  private static final int WIDTH = 80;

  public ConfigDiff {
    others = List.copyOf(others);
  }

  /**
   * Compares.
   *
   * @param budget what is not found out by then is said to be unknown
   */
  public static ConfigDiff of(ServerConfig before, ServerConfig after, Duration budget) {
    boolean hasConnect = before.takesConnect() || after.takesConnect();
    return new ConfigDiff(
        Difference.of(Rules.of(before, hasConnect), Rules.of(after, hasConnect), budget),
        ConfigChanges.between(before, after));
  }

  /** Whether it is proved that nothing changes. */
  public boolean isEquivalent() {
    return routes.isEquivalent() && others.isEmpty();
  }

  /** For people, 80 columns wide but for requests, which are there to be copied. */
  public String text(boolean hasColours) {
    var out = new StringBuilder();
    int changes = routes.changes().size();
    if (routes.isEquivalent()) {
      heading(out, "Equivalent: every request is answered by the same action.", hasColours);
    } else if (changes > 0) {
      heading(
          out,
          changes == 1
              ? "1 class of requests is decided differently"
              : changes + " classes of requests are decided differently",
          hasColours);
    }
    for (var change : routes.changes()) {
      line(out, 2, pair(change.before(), change.after()));
      line(out, 6, "from: " + action(change.before()));
      line(out, 6, "to:   " + action(change.after()));
      out.append("      as in ").append(change.witness()).append('\n');
    }
    if (!routes.open().isEmpty() || !routes.isComplete()) {
      heading(out, "Not known", hasColours);
      routes
          .open()
          .forEach(open -> {
            line(out, 2, pair(open.before(), open.after()));
            line(out, 6, open.why());
          });
      if (!routes.isComplete()) {
        line(out, 2, "The time is over; more pairs of routes were not looked at.");
      }
    }
    if (!others.isEmpty()) {
      heading(out, "Beside the routes' decisions", hasColours);
      others.forEach(other -> line(out, 2, other));
    }
    return out.toString();
  }

  /** For machines. */
  public String json() {
    return Json.write(
        Json.object(
            "equivalent",
            isEquivalent(),
            "changes",
            routes.changes().stream()
                .map(change ->
                    Json.object(
                        "from",
                        side(change.before()),
                        "to",
                        side(change.after()),
                        "request",
                        change.witness().toString()))
                .toList(),
            "unknown",
            routes.open().stream()
                .map(open ->
                    Json.object(
                        "from", side(open.before()), "to", side(open.after()), "why", open.why()))
                .toList(),
            "complete",
            routes.isComplete(),
            "others",
            others));
  }

  private static @Nullable Map<String, Object> side(@Nullable Rule rule) {
    return rule == null
        ? null
        : Json.object(
            "route", rule.name(), "at", rule.at().toString(), "action", rule.action().toString());
  }

  private static String pair(@Nullable Rule before, @Nullable Rule after) {
    return name(before) + " -> " + name(after);
  }

  private static String name(@Nullable Rule rule) {
    return rule == null ? "no route" : rule.toString();
  }

  private static String action(@Nullable Rule rule) {
    return rule == null ? "404" : rule.action().toString();
  }

  private static void heading(StringBuilder out, String text, boolean hasColours) {
    out.append(out.isEmpty() ? "" : "\n");
    out.append(hasColours ? "\033[1m" + text + "\033[0m" : text).append('\n');
  }

  private static void line(StringBuilder out, int indent, String text) {
    var line = " ".repeat(indent) + text.replace('\n', ' ');
    out.append(line.length() <= WIDTH ? line : line.substring(0, WIDTH - 3) + "...").append('\n');
  }
}
