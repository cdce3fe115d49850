package dev.signalbox.analysis;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What was proved about a list of rules. Immutable.
 *
 * @param witnesses for each rule that is reached, by its index, a request that it takes
 * @param moreOverlaps how many pairs overlap beyond those among the findings; at 100 or more
 *     counting has ended
 * @param isComplete whether there was time for every question; if not, the findings are right but
 *     there may be more
 */
public record ProofReport(
    List<Rule> rules,
    List<Finding> findings,
    SortedMap<Integer, Witness> witnesses,
    int moreOverlaps,
    boolean isComplete) {
  public ProofReport {
    rules = List.copyOf(rules);
    findings = List.copyOf(findings);
  }

  /** A request that the rule takes; null if there is none, or none is known. */
  public @Nullable Witness witness(int rule) {
    return witnesses.get(rule);
  }

  /** How many rules there are of which it is not known whether they are reached. */
  public long unknown() {
    return findings.stream().filter(Finding.Unknown.class::isInstance).count();
  }
}
