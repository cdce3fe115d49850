package dev.signalbox.analysis.replay;

import dev.signalbox.route.Match;
import dev.signalbox.route.PathTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path that a rule wants, by its segments. Immutable.
 *
 * @param segments null for one that may be anything
 * @param isOpen whether more may follow
 */
record PathShape(List<@Nullable String> segments, boolean isOpen) {
  /** How much it says: its segments that are fixed. */
  int fixed() {
    int fixed = 0;
    for (var segment : segments) {
      fixed += segment == null || segment.isEmpty() ? 0 : 1;
    }
    return fixed;
  }

  static List<String> segments(String path) {
    return path.isEmpty() ? List.of() : Arrays.asList(path.substring(1).split("/", -1));
  }

  /** The paths that a condition wants; of one on no path, none; null where it is a puzzle. */
  static @Nullable List<PathShape> of(Match match) {
    return switch (match) {
      case Match.PathIs(var path) -> List.of(new PathShape(List.copyOf(segments(path)), false));
      case Match.PathUnder(var path) -> List.of(new PathShape(List.copyOf(segments(path)), true));
      case PathTemplate(var parts, var rest) -> {
        var segments = new ArrayList<@Nullable String>();
        for (var part : parts) {
          segments.add(part instanceof PathTemplate.Segment.Literal(var text) ? text : null);
        }
        var shape = new PathShape(Collections.unmodifiableList(segments), rest != null);
        if (rest == null) {
          yield List.of(shape);
        }
        var withSlash = new ArrayList<>(segments); // it wants one, even if nothing follows
        withSlash.add("");
        yield List.of(shape, new PathShape(Collections.unmodifiableList(withSlash), false));
      }
      case Match.PathMatches _ -> null;
      case Match.All(var all) -> joined(all);
      case Match.Any(var any) -> joined(any);
      case Match.Not(var not) -> {
        var shapes = of(not);
        yield shapes == null || !shapes.isEmpty() ? null : shapes;
      }
      case Match.Host _, Match.Detail _ -> List.of();
    };
  }

  private static @Nullable List<PathShape> joined(List<Match> matches) {
    var joined = new ArrayList<PathShape>();
    for (var match : matches) {
      var shapes = of(match);
      if (shapes == null) {
        return null;
      }
      joined.addAll(shapes);
    }
    return joined;
  }
}
