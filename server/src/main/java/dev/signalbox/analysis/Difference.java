package dev.signalbox.analysis;

import dev.signalbox.analysis.Cover.Part;
import dev.signalbox.analysis.Cover.Verdict;
import dev.signalbox.route.Match;
import dev.signalbox.route.OfflineRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of requests otherwise under one list of rules than under another, found without any
 * traffic: for each pair of rules that may answer differently, whether there are requests that the
 * first list gives to the one and the second list to the other. Immutable.
 *
 * @param changes one for each such pair
 * @param open pairs of which it is not known
 * @param isComplete whether there was time to look at all pairs
 */
public record Difference(List<Change> changes, List<Open> open, boolean isComplete) {
  /** A question is settled in this part of the time that is left, or not at all. */
  private static final double MOST_OF_BUDGET = 0.25;

  private static final int TRIES_IN_PIECE = 48;

  public Difference {
    changes = List.copyOf(changes);
    open = List.copyOf(open);
  }

  /**
   * A class of requests whose decision changes.
   *
   * @param before the rule that takes them in the first list; null for none
   * @param after the rule that takes them in the second list; null for none
   * @param witness one of them
   */
  public record Change(@Nullable Rule before, @Nullable Rule after, Witness witness) {}

  /** A class of which it is not known whether there are any requests in it. */
  public record Open(@Nullable Rule before, @Nullable Rule after, String why) {}

  /** Whether it is proved that every request is decided as before. */
  public boolean isEquivalent() {
    return changes.isEmpty() && open.isEmpty() && isComplete;
  }

  public static Difference of(List<Rule> before, List<Rule> after, Duration budget) {
    return of(before, after, budget, System::nanoTime);
  }

  /** The same, for tests with a clock of their own. */
  public static Difference of(
      List<Rule> before, List<Rule> after, Duration most, LongSupplier nanoTime) {
    return new Search(RuleSet.of(before), RuleSet.of(after), new Budget(most, nanoTime)).run();
  }

  /** One comparison. Belongs to the thread that makes it. */
  private static final class Search {
    private final RuleSet a;
    private final RuleSet b;
    private final Budget budget;
    private final Members members = new Members();
    private final Space asterisk;
    private final Map<Match, Integer> firstInA;
    private final Map<Match, Integer> firstInB;
    private final List<Change> changes = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();
    private boolean isComplete = true;

    Search(RuleSet a, RuleSet b, Budget budget) {
      this.a = a;
      this.b = b;
      this.budget = budget;
      var asterisks = a.asterisk().and(b.asterisk());
      this.asterisk = asterisks == null ? Legal.ASTERISK : asterisks;
      this.firstInA = first(a);
      this.firstInB = first(b);
    }

    private static Map<Match, Integer> first(RuleSet rules) {
      var first = new HashMap<Match, Integer>();
      for (int i = 0; i < rules.size(); i++) {
        first.putIfAbsent(rules.rule(i).match(), i);
      }
      return first;
    }

    Difference run() {
      for (int i = 0; i < a.size() && isComplete; i++) {
        var targets = RuleSet.targets(a.spaces(i).spaces(), asterisk);
        var others = new LinkedHashSet<Integer>();
        b.candidates(targets, b.size()).forEach(part -> others.add(part.rule()));
        others.add(b.size());
        for (int j : others) {
          look(i, j, targets);
        }
      }
      for (int j = 0; j < b.size() && isComplete; j++) {
        look(a.size(), j, List.of());
      }
      return new Difference(changes, open, isComplete);
    }

    private void look(int i, int j, List<Space> targets) {
      if (Answers.areAlike(rule(a, i), rule(b, j)) || isTaken(i, j)) {
        return;
      }
      if (budget.isOver()) {
        isComplete = false;
        return;
      }
      var pieces =
          j == b.size()
              ? targets
              : i == a.size() ? RuleSet.targets(b.spaces(j).spaces(), asterisk) : both(targets, j);
      Predicate<OfflineRequest> isChange =
          r -> a.winner(r) == i && b.winner(r) == j && !Answers.areSame(rule(a, i), rule(b, j), r);
      var guess = Reachability.guess(members, pieces, isChange);
      if (guess != null) {
        changes.add(new Change(rule(a, i), rule(b, j), guess));
        return;
      }
      var earlier = new ArrayList<Part>(a.candidates(pieces, i));
      earlier.addAll(b.candidates(pieces, j));
      var verdict =
          new Cover(
                  budget.share(MOST_OF_BUDGET),
                  piece -> members.search(piece, TRIES_IN_PIECE, isChange))
              .search(pieces, earlier);
      switch (verdict) {
        case Verdict.Outside(var witness) ->
            changes.add(new Change(rule(a, i), rule(b, j), witness));
        case Verdict.Open(var why) -> open.add(new Open(rule(a, i), rule(b, j), why));
        case Verdict.Covered _ -> {
          if (!isKnown(a, i) || !isKnown(b, j)) {
            open.add(new Open(rule(a, i), rule(b, j), "a match has too many alternatives"));
          }
        }
      }
    }

    /** Whether a rule before one of the two has the very match of the other. */
    private boolean isTaken(int i, int j) {
      return (j < b.size() && firstInA.getOrDefault(b.rule(j).match(), i) < i)
          || (i < a.size() && firstInB.getOrDefault(a.rule(i).match(), j) < j);
    }

    private List<Space> both(List<Space> targets, int j) {
      var pieces = new ArrayList<Space>();
      for (var target : targets) {
        for (var space : b.spaces(j).spaces()) {
          var both = target.and(space);
          if (both != null) {
            pieces.add(both);
          }
        }
      }
      return pieces;
    }

    private static boolean isKnown(RuleSet rules, int rule) {
      return rule == rules.size() || rules.spaces(rule).isComplete();
    }

    private static @Nullable Rule rule(RuleSet rules, int rule) {
      return rule == rules.size() ? null : rules.rule(rule);
    }
  }
}
