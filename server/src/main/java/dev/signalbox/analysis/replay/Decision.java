package dev.signalbox.analysis.replay;

import dev.signalbox.analysis.Rule;
import dev.signalbox.route.Match;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What rules do with a request of which not all may be known. Immutable. */
sealed interface Decision {
  /** This rule takes it, whatever else is true of it. */
  record Taken(Rule rule) implements Decision {}

  /** No rule takes it, whatever else is true of it. */
  record NoRule() implements Decision {}

  /**
   * It depends on what is not known.
   *
   * @param candidates the rules that may take it, in their order
   * @param otherwise the rule that takes it if none of them does, or null for none
   * @param isCut whether there are more candidates, which were not looked at
   */
  record Depends(List<Candidate> candidates, @Nullable Rule otherwise, boolean isCut)
      implements Decision {
    /** The parts of the request that decide. */
    Set<String> subjects() {
      var subjects = new LinkedHashSet<String>();
      candidates.forEach(candidate -> Bounds.subjects(candidate.when(), subjects));
      return subjects;
    }
  }

  /**
   * A rule that may take a request.
   *
   * @param when what of it is not known
   */
  record Candidate(Rule rule, Match when) {}
}
