package dev.signalbox.analysis;

import dev.signalbox.analysis.Cover.Verdict;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.RouteAction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rules that are reached, but without which the same would become of each request, since later
 * rules do what they do. Belongs to the thread that proves.
 */
final class Redundancy {
  private static final int TRIES = 24;

  private final RuleSet rules;
  private final Budget budget;
  private final Map<RouteAction, Integer> lastOfAction = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private boolean isFinished = true;

  Redundancy(RuleSet rules, Budget budget) {
    this.rules = rules;
    this.budget = budget;
    for (int i = 0; i < rules.size(); i++) {
      lastOfAction.put(rules.rule(i).action(), i);
    }
  }

  /** Looks at a rule that takes this request. */
  void look(int rule, Witness witness) {
    Integer last = lastOfAction.get(rules.rule(rule).action());
    if (last == null || last == rule || !rules.spaces(rule).isComplete()) {
      return;
    }
    if (budget.isOver()) {
      isFinished = false;
      return;
    }
    var targets = rules.targets(rule);
    var candidates = rules.candidates(targets, rules.size());
    var later = later(candidates, rule);
    int next = next(later, witness.request());
    if (!isSame(rule, next)) {
      return;
    }
    var instead = new TreeMap<Integer, Witness>();
    instead.put(next, witness);
    if (!isMissed(rule, targets, candidates, later, instead)) {
      findings.add(
          new Finding.Redundant(
              rules.rule(rule),
              instead.entrySet().stream()
                  .map(e -> new Finding.Cover(rules.rule(e.getKey()), e.getValue()))
                  .toList()));
    }
  }

  private boolean isSame(int rule, int other) {
    return other < rules.size() && rules.rule(other).action().equals(rules.rule(rule).action());
  }

  private static List<Integer> later(List<Cover.Part> candidates, int rule) {
    return candidates.stream().map(Cover.Part::rule).filter(r -> r > rule).distinct().toList();
  }

  /** Which of these takes a request. */
  private int next(List<Integer> later, OfflineRequest request) {
    for (int other : later) {
      if (rules.rule(other).match().matches(request)) {
        return other;
      }
    }
    return rules.size();
  }

  /** Whether anything else might become of any request. */
  private boolean isMissed(
      int rule,
      List<Space> targets,
      List<Cover.Part> all,
      List<Integer> later,
      Map<Integer, Witness> instead) {
    var candidates = all.stream().filter(p -> p.rule() != rule).toList();
    // Pieces that a rule of another action takes after this one; the last of them is "none".
    var earlier = new ArrayList<>(candidates.stream().filter(p -> p.rule() < rule).toList());
    for (var part : candidates) {
      if (part.rule() < rule) {
        continue;
      }
      if (!isSame(rule, part.rule())) {
        var pieces = new ArrayList<Space>();
        for (var target : targets) {
          var both = target.and(part.space());
          if (both != null) {
            pieces.add(both);
          }
        }
        if (!isCovered(pieces, earlier)) {
          return true;
        }
      } else if (!instead.containsKey(part.rule())) {
        note(rule, part.rule(), targets, later, instead);
      }
      earlier.add(part);
    }
    return !isCovered(targets, candidates);
  }

  private boolean isCovered(List<Space> targets, List<Cover.Part> others) {
    return new Cover(budget, piece -> Members.search(piece, 1, _ -> false)).search(targets, others)
        instanceof Verdict.Covered;
  }

  private void note(
      int rule,
      int other,
      List<Space> targets,
      List<Integer> later,
      Map<Integer, Witness> instead) {
    for (var target : targets) {
      for (var space : rules.spaces(other).spaces()) {
        var both = target.and(space);
        if (both != null
            && Members.search(both, TRIES, r -> rules.winner(r) == rule && next(later, r) == other)
                instanceof Members.Search.Found(var witness)) {
          instead.put(other, witness);
          return;
        }
      }
    }
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  boolean isFinished() {
    return isFinished;
  }
}
