package dev.signalbox.analysis.replay;

import dev.signalbox.analysis.Rule;
import dev.signalbox.config.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The score of a replay. Immutable.
 *
 * @param routes each route, in the order of the file
 * @param nearMisses the most frequent first
 * @param comparison null without other rules
 */
public record ReplayReport(
    Lines lines,
    List<RouteHits> routes,
    Unmatched unmatched,
    Unknown depends,
    List<NearMiss> nearMisses,
    @Nullable Comparison comparison) {
  public ReplayReport {
    routes = List.copyOf(routes);
    nearMisses = List.copyOf(nearMisses);
  }

  /**
   * What was read.
   *
   * @param requests how many requests
   * @param bad how many lines without one
   * @param firstBad the first of these
   * @param refused how many requests the server would answer with 400, before any route
   */
  public record Lines(
      long requests, long bad, List<BadLine> firstBad, long refused, List<Example> firstRefused) {}

  /** A line that could not be read. */
  public record BadLine(String file, long line, String reason) {}

  /**
   * A route and what it took.
   *
   * @param maybe how many requests it takes or does not, by what is not known
   */
  public record RouteHits(
      Rule rule, long count, long maybe, @Nullable Example first, @Nullable Example last) {}

  /** A text, how often it was seen, and where first. */
  public record Counted(String text, long count, Example first) {}

  /**
   * Requests that no route takes.
   *
   * @param top their most frequent paths
   * @param paths how many different ones were counted
   * @param uncounted how many requests came when too many paths were known already
   */
  public record Unmatched(long count, List<Counted> top, int paths, long uncounted) {}

  /**
   * Requests whose answer depends on what the log does not know.
   *
   * @param on on what; a request may depend on several
   */
  public record Unknown(long count, List<Counted> on) {}

  /**
   * Requests that nearly met a rule.
   *
   * @param winner the rule that took them, or null for none
   * @param meant the path that would have met it
   * @param mistake what was wrong with the one that came
   */
  public record NearMiss(
      Rule rule, @Nullable Rule winner, long count, String meant, String mistake, Example first) {}

  /**
   * What other rules do with the same requests.
   *
   * @param routes how many there are
   * @param same how many requests are answered in the same way
   * @param moves the others, the most frequent first
   * @param unclear requests of which it depends whether they move
   */
  public record Comparison(int routes, long same, List<Move> moves, Unknown unclear) {
    public long moved() {
      return moves.stream().mapToLong(Move::count).sum();
    }
  }

  /** Requests that another rule answers, in another way; null for no rule. */
  public record Move(@Nullable Rule from, @Nullable Rule to, long count, List<Example> examples) {}

  /** The routes that took nothing, whatever is true of what is not known. */
  public List<Rule> neverHit() {
    return routes.stream()
        .filter(route -> route.count() + route.maybe() == 0)
        .map(RouteHits::rule)
        .toList();
  }

  /** For machines. */
  public String json() {
    var parts = new LinkedHashMap<String, Object>();
    parts.put("requests", lines.requests());
    parts.put(
        "badLines",
        Json.object(
            "count",
            lines.bad(),
            "first",
            lines.firstBad().stream()
                .map(bad ->
                    Json.object("file", bad.file(), "line", bad.line(), "reason", bad.reason()))
                .toList()));
    parts.put(
        "refused", Json.object("count", lines.refused(), "first", jsonOf(lines.firstRefused())));
    parts.put("routes", routes.stream().map(ReplayReport::json).toList());
    parts.put(
        "unmatched",
        Json.object(
            "count",
            unmatched.count(),
            "paths",
            unmatched.top().stream().map(c -> json("path", c)).toList(),
            "differentPaths",
            unmatched.paths(),
            "uncounted",
            unmatched.uncounted()));
    parts.put("depends", json(depends));
    parts.put("nearMisses", nearMisses.stream().map(ReplayReport::json).toList());
    if (comparison != null) {
      parts.put(
          "against",
          Json.object(
              "same",
              comparison.same(),
              "moved",
              comparison.moved(),
              "moves",
              comparison.moves().stream().map(ReplayReport::json).toList(),
              "depends",
              json(comparison.unclear())));
    }
    return Json.write(parts);
  }

  private static List<Map<String, Object>> jsonOf(List<Example> examples) {
    return examples.stream().map(Example::json).toList();
  }

  private static Map<String, Object> json(RouteHits hits) {
    return Json.object(
        "route",
        hits.rule().name(),
        "line",
        hits.rule().at().line(),
        "count",
        hits.count(),
        "maybe",
        hits.maybe(),
        "first",
        hits.first() == null ? null : hits.first().json(),
        "last",
        hits.last() == null ? null : hits.last().json());
  }

  private static Map<String, Object> json(String key, Counted counted) {
    return Json.object(
        key, counted.text(), "count", counted.count(), "first", counted.first().json());
  }

  private static Map<String, Object> json(Unknown unknown) {
    return Json.object(
        "count", unknown.count(), "on", unknown.on().stream().map(c -> json("field", c)).toList());
  }

  private static Map<String, Object> json(NearMiss miss) {
    return Json.object(
        "route",
        miss.rule().name(),
        "takenBy",
        miss.winner() == null ? null : miss.winner().name(),
        "count",
        miss.count(),
        "mistake",
        miss.mistake(),
        "path",
        miss.meant(),
        "first",
        miss.first().json());
  }

  private static Map<String, Object> json(Move move) {
    return Json.object(
        "from",
        move.from() == null ? null : side(move.from()),
        "to",
        move.to() == null ? null : side(move.to()),
        "count",
        move.count(),
        "examples",
        jsonOf(move.examples()));
  }

  private static Map<String, Object> side(Rule rule) {
    return Json.object("route", rule.name(), "action", rule.action().toString());
  }
}
