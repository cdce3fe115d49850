package dev.signalbox.analysis;

import dev.signalbox.analysis.Cover.Verdict;
import java.util.ArrayList;
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
  private final Members members = new Members();
  private final int[] lastOfEffect;
  private final List<Finding> findings = new ArrayList<>();
  private boolean isFinished = true;

  Redundancy(RuleSet rules, Budget budget) {
    this.rules = rules;
    this.budget = budget;
    this.lastOfEffect = new int[rules.size()];
    for (int i = 0; i < rules.size(); i++) {
      lastOfEffect[rules.effect(i)] = i;
    }
  }

  /** Finds them among these rules, each with a request that it takes. */
  void find(Map<Integer, Witness> reached) {
    reached.forEach(this::look);
  }

  private void look(int rule, Witness witness) {
    if (lastOfEffect[rules.effect(rule)] == rule || !rules.spaces(rule).isComplete()) {
      return;
    }
    if (budget.isOver()) {
      isFinished = false;
      return;
    }
    int next = rules.next(rule, witness.request(), other -> rules.areAlike(rule, other));
    if (next == rules.size() || rules.next(rule, witness.request()) < next) {
      return;
    }
    var targets = rules.targets(rule);
    var candidates = rules.candidates(targets, rules.size());
    var instead = new TreeMap<Integer, Witness>();
    instead.put(next, witness);
    if (!isMissed(rule, targets, candidates, instead)) {
      findings.add(
          new Finding.Redundant(
              rules.rule(rule),
              instead.entrySet().stream()
                  .map(e -> new Finding.Cover(rules.rule(e.getKey()), e.getValue()))
                  .toList()));
    }
  }

  /** Whether anything else might become of any request. */
  private boolean isMissed(
      int rule, List<Space> targets, List<Cover.Part> all, Map<Integer, Witness> instead) {
    var candidates = all.stream().filter(p -> p.rule() != rule).toList();
    // Pieces that a rule of another action takes after this one; the last of them is "none".
    var earlier = new ArrayList<>(candidates.stream().filter(p -> p.rule() < rule).toList());
    for (var part : candidates) {
      if (part.rule() < rule) {
        continue;
      }
      if (!rules.areAlike(rule, part.rule())) {
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
        note(rule, part.rule(), targets, instead);
      }
      earlier.add(part);
    }
    return !isCovered(targets, candidates);
  }

  private boolean isCovered(List<Space> targets, List<Cover.Part> others) {
    return new Cover(budget, Members::glance).search(targets, others) instanceof Verdict.Covered;
  }

  private void note(int rule, int other, List<Space> targets, Map<Integer, Witness> instead) {
    for (var target : targets) {
      for (var space : rules.spaces(other).spaces()) {
        var both = target.and(space);
        if (both != null
            && members.search(
                    both, TRIES, r -> rules.winner(r) == rule && rules.next(rule, r) == other)
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
