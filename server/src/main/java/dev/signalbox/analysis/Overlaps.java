package dev.signalbox.analysis;

import dev.signalbox.analysis.Cover.Verdict;
import dev.signalbox.analysis.Members.Search;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of rules that do different things and of which neither is part of the other: only their
 * order decides. A specific rule before a general one is how rules are meant, and no finding.
 * Belongs to the thread that proves.
 */
final class Overlaps {
  /** Reported; the others are counted. */
  static final int MOST = 100;

  /** Beyond those reported so many are counted, as {@link ProofReport} says. */
  static final int MOST_COUNTED = 100;

  private final RuleSet rules;
  private final Budget budget;
  private final Members members = new Members();
  private final List<Finding> findings = new ArrayList<>();
  private int more;
  private boolean isFinished = true;

  Overlaps(RuleSet rules, Budget budget) {
    this.rules = rules;
    this.budget = budget;
  }

  /** Finds them among these rules, which can be reached. */
  void find(Set<Integer> reached) {
    for (int rule = 0; rule < rules.size(); rule++) {
      if (!reached.contains(rule)) {
        continue;
      }
      if (more >= MOST_COUNTED) {
        return; // nobody reads that many: their number is not worth the time
      }
      if (budget.isOver()) {
        isFinished = false;
        return;
      }
      var targets = rules.targets(rule);
      var candidates = rules.candidates(targets, rule);
      if (candidates.isEmpty()) {
        continue;
      }
      var seen = new HashSet<Integer>();
      for (var part : candidates) {
        int other = part.rule();
        if (reached.contains(other)
            && seen.add(other)
            && !rules.areAlike(rule, other)
            && !isWithin(other, rule)) {
          add(other, rule, targets);
        }
      }
    }
  }

  private void add(int earlier, int later, List<Space> targets) {
    if (findings.size() >= MOST) {
      more++;
      return;
    }
    if (isProvedWithin(earlier, later)) {
      return;
    }
    var witness = witness(earlier, later, targets);
    if (witness != null) {
      findings.add(new Finding.Overlap(rules.rule(earlier), rules.rule(later), witness));
    }
  }

  private boolean isWithin(int earlier, int later) {
    for (var space : rules.spaces(earlier).spaces()) {
      boolean isIn = false;
      for (var wider : rules.spaces(later).spaces()) {
        isIn |= wider.surelyIncludes(space);
      }
      if (!isIn) {
        return false;
      }
    }
    return rules.spaces(earlier).isComplete();
  }

  private boolean isProvedWithin(int earlier, int later) {
    var verdict =
        new Cover(budget, Members::glance)
            .search(rules.targets(earlier), rules.partsOf(List.of(later)));
    return verdict instanceof Verdict.Covered && rules.spaces(earlier).isComplete();
  }

  /** A request that both match and the earlier one takes. */
  private @Nullable Witness witness(int earlier, int later, List<Space> targets) {
    var match = rules.rule(later).match();
    for (var target : targets) {
      for (var space : rules.spaces(earlier).spaces()) {
        var both = target.and(space);
        if (both != null
            && members.search(
                    both, Reachability.TRIES, r -> rules.winner(r) == earlier && match.matches(r))
                instanceof Search.Found(var witness)) {
          return witness;
        }
      }
    }
    return null;
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** How many pairs beyond those reported overlap, as far as was looked. */
  int more() {
    return more;
  }

  boolean isFinished() {
    return isFinished;
  }
}
