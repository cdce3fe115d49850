package dev.signalbox.analysis;

import dev.signalbox.analysis.Cover.Part;
import dev.signalbox.analysis.Cover.Verdict;
import dev.signalbox.analysis.Members.Search;
import dev.signalbox.route.Match;
import dev.signalbox.route.OfflineRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether requests get to a rule at all. A few are guessed and given to the real table, which
 * settles nearly all rules; for the others it is computed. Belongs to the thread that proves.
 */
final class Reachability {
  /** Guesses for a box before it is computed. */
  static final int TRIES = 16;

  private static final int BOXES_GUESSED = 4;

  /** Requests tried in a piece that was computed, and so should have one. */
  private static final int TRIES_IN_PIECE = 48;

  /** One question may take so much of the time that is left. */
  private static final double MOST_OF_BUDGET = 0.25;

  private final RuleSet rules;
  private final Budget budget;
  private final Members members = new Members();

  Reachability(RuleSet rules, Budget budget) {
    this.rules = rules;
    this.budget = budget;
  }

  /** The answer for one rule. */
  sealed interface Answer {
    record Reached(Witness witness) implements Answer {}

    /** Never, and this is why. */
    record Never(Finding finding) implements Answer {}

    record Unknown(String why) implements Answer {}
  }

  Answer of(int rule) {
    var targets = rules.targets(rule);
    Predicate<OfflineRequest> wins = request -> rules.winner(request) == rule;
    var guessed = guess(members, targets, wins);
    if (guessed != null) {
      return new Answer.Reached(guessed);
    }
    if (budget.isOver()) {
      return new Answer.Unknown("the time for the proofs was over");
    }
    var before = rules.candidates(targets, rule);
    return switch (outside(targets, before, wins)) {
      case Verdict.Outside(var witness) -> new Answer.Reached(witness);
      case Verdict.Open(var why) -> new Answer.Unknown(why);
      case Verdict.Covered(var by) -> {
        if (!rules.spaces(rule).isComplete()) {
          yield new Answer.Unknown("its match has too many alternatives");
        }
        yield new Answer.Never(finding(rule, targets, new TreeSet<>(by)));
      }
    };
  }

  static @Nullable Witness guess(
      Members members, List<Space> targets, Predicate<OfflineRequest> accepted) {
    for (int i = 0; i < Math.min(targets.size(), BOXES_GUESSED); i++) {
      if (members.search(targets.get(i), TRIES, accepted) instanceof Search.Found(var witness)) {
        return witness;
      }
    }
    return null;
  }

  private Verdict outside(
      List<Space> targets, List<Part> others, Predicate<OfflineRequest> accepted) {
    return new Cover(
            budget.share(MOST_OF_BUDGET), piece -> members.search(piece, TRIES_IN_PIECE, accepted))
        .search(targets, others);
  }

  private Finding finding(int rule, List<Space> targets, NavigableSet<Integer> by) {
    if (covers(targets, List.of())) {
      return new Finding.Contradictory(rules.rule(rule), contradiction(rules.rule(rule).match()));
    }
    var covering = fewest(targets, by);
    var covers = new ArrayList<Finding.Cover>();
    boolean sameAction = true;
    for (int other : covering) {
      sameAction &= rules.areAlike(rule, other);
      covers.add(new Finding.Cover(rules.rule(other), example(rule, targets, other, covering)));
    }
    return new Finding.Unreachable(rules.rule(rule), covers, sameAction);
  }

  /** Of rules that cover it together, as few as none can be left out of. */
  private List<Integer> fewest(List<Space> targets, NavigableSet<Integer> by) {
    for (int one : by) {
      if (covers(targets, rules.partsOf(List.of(one)))) {
        return List.of(one);
      }
    }
    var left = new LinkedHashSet<>(by);
    for (int one : by.descendingSet()) {
      left.remove(one);
      if (budget.isOver() || !covers(targets, rules.partsOf(left))) {
        left.add(one);
      }
    }
    return left.stream().sorted().toList();
  }

  /** Any piece that is left means that it is not; no request need be made. */
  private boolean covers(List<Space> targets, List<Part> others) {
    var verdict = new Cover(budget.share(MOST_OF_BUDGET), Members::glance).search(targets, others);
    return verdict instanceof Verdict.Covered;
  }

  /** A request that needs this one of the rules that cover it. */
  private @Nullable Witness example(
      int rule, List<Space> targets, int other, List<Integer> covering) {
    var others = new ArrayList<>(covering);
    others.remove(Integer.valueOf(other));
    var parts = rules.partsOf(others);
    var match = rules.rule(rule).match();
    var theirs = rules.rule(other).match();
    Predicate<OfflineRequest> both = r -> match.matches(r) && theirs.matches(r);
    for (var accepted :
        List.<Predicate<OfflineRequest>>of(r -> both.test(r) && rules.winner(r) == other, both)) {
      if (outside(targets, parts, accepted) instanceof Verdict.Outside(var witness)) {
        return witness;
      }
    }
    return null;
  }

  /** What it is about a condition that nothing can meet it. */
  private String contradiction(Match match) {
    if (match instanceof Match.All(var all)) {
      for (var one : all) {
        if (isNever(one)) {
          return "nothing meets \"" + one + "\"";
        }
      }
      for (int i = 0; i < all.size(); i++) {
        for (int j = i + 1; j < all.size(); j++) {
          if (isNever(new Match.All(List.of(all.get(i), all.get(j))))) {
            return "\"" + all.get(i) + "\" and \"" + all.get(j) + "\" exclude each other";
          }
        }
      }
      return "its conditions exclude each other";
    }
    return "nothing meets \"" + match + "\"";
  }

  private boolean isNever(Match match) {
    var spaces = Spaces.of(match);
    return spaces.isComplete()
        && covers(RuleSet.targets(spaces.spaces(), rules.asterisk()), List.of());
  }
}
