package dev.signalbox.analysis.replay;

import dev.signalbox.analysis.Rule;
import dev.signalbox.analysis.logs.LoggedRequest;
import dev.signalbox.analysis.replay.NearPaths.Mistake;
import dev.signalbox.config.InvalidValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds requests that a wide rule took, or none, although one segment or character more or less
 * would have brought them to a rule that says more about the path. That it would have is not
 * guessed: the corrected request is decided by the same rules. Belongs to one thread.
 */
final class NearMisses {
  private static final int PUZZLE = Integer.MAX_VALUE;

  private final PartlyKnown rules;
  private final NearPaths paths = new NearPaths();
  private final int[] fixed;

  NearMisses(PartlyKnown rules) {
    this.rules = rules;
    this.fixed = rules.rules().stream().mapToInt(this::fixed).toArray();
  }

  /** How many segments of the path a rule says at least. */
  private int fixed(Rule rule) {
    var shapes = PathShape.of(rule.match());
    if (shapes == null) {
      return PUZZLE;
    }
    shapes.forEach(paths::add);
    return shapes.stream().mapToInt(PathShape::fixed).min().orElse(0);
  }

  /**
   * A miss.
   *
   * @param rule the one that was nearly met
   * @param path what would have met it
   */
  record Miss(Rule rule, String path, Mistake mistake) {}

  /**
   * The rule that a request nearly met, or null.
   *
   * @param winner the rule that took it, or null for none
   */
  @Nullable Miss of(LoggedRequest logged, String path, @Nullable Rule winner) {
    int ofWinner = winner == null ? 0 : fixed[winner.index()];
    if (ofWinner == PUZZLE || path.equals("*")) {
      return null;
    }
    List<NearPaths.Near> near = paths.near(path);
    Miss best = null;
    for (var candidate : near) {
      if (best != null && best.mistake.compareTo(candidate.mistake()) <= 0) {
        continue;
      }
      var taken = decide(logged, candidate.path());
      if (taken != null
          && (winner == null || taken.index() != winner.index())
          && fixed[taken.index()] > ofWinner
          && fixed[taken.index()] != PUZZLE) {
        best = new Miss(taken, candidate.path(), candidate.mistake());
      }
    }
    return best;
  }

  private @Nullable Rule decide(LoggedRequest logged, String path) {
    try {
      return rules.decide(logged.withPath(path), logged.known()) instanceof Decision.Taken(var rule)
          ? rule
          : null;
    } catch (InvalidValue e) {
      return null;
    }
  }
}
