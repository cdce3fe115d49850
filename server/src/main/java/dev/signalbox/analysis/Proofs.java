package dev.signalbox.analysis;

import dev.signalbox.analysis.Reachability.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The door to proofs over rules. Every request in an answer has been routed by the real table; what
 * is said to be impossible is proved so; what could not be settled in time is said to be unknown.
 * Pure, and not for loops: it takes as long as it is given.
 */
public final class Proofs {
  /** What reachability leaves for the other questions. */
  private static final double FOR_REDUNDANCY = 0.3;

  private static final double FOR_HOSTS = 0.5;

  private Proofs() {}

  /** Proves what it can in this time, on the caller's thread alone. */
  public static ProofReport of(List<Rule> rules, Duration budget) {
    return of(rules, budget, 1);
  }

  /** The same on so many threads. */
  public static ProofReport of(List<Rule> rules, Duration budget, int threads) {
    var workers = new Workers(threads);
    var time = new Budget(budget, System::nanoTime);
    return of(RuleSet.of(rules, workers), time, workers);
  }

  /** The same, for tests with a clock of their own. */
  static ProofReport of(List<Rule> rules, Duration most, LongSupplier nanoTime) {
    var time = new Budget(most, nanoTime);
    return of(RuleSet.of(rules), time, Workers.ALONE);
  }

  /** The same of rules that are ready for questions. */
  static ProofReport of(RuleSet set, Budget budget, Workers workers) {
    var findings = new ArrayList<Finding>();
    var witnesses = new TreeMap<Integer, Witness>();
    boolean isComplete = true;
    var answers = answers(set, budget, workers);
    for (int i = 0; i < set.size(); i++) {
      switch (answers[i]) {
        case Answer.Reached(var witness) -> witnesses.put(i, witness);
        case Answer.Never(var finding) -> findings.add(finding);
        case Answer.Unknown(var why) -> {
          isComplete &= !budget.isOver();
          findings.add(new Finding.Unknown(set.rule(i), why));
        }
      }
    }
    var redundancy = new Redundancy(set, budget.share(FOR_REDUNDANCY));
    var unmatched = new Unmatched(set, budget.share(FOR_HOSTS));
    var overlaps = new Overlaps(set, budget);
    workers.run(
        List.of(
            () -> {
              redundancy.find(witnesses);
              unmatched.find();
            },
            () -> overlaps.find(witnesses.keySet())));
    findings.addAll(redundancy.findings());
    findings.addAll(unmatched.findings());
    findings.addAll(overlaps.findings());
    isComplete &= redundancy.isFinished() && unmatched.isFinished() && overlaps.isFinished();
    return new ProofReport(
        set.rules(),
        findings,
        Collections.unmodifiableSortedMap(witnesses),
        overlaps.more(),
        isComplete);
  }

  /** Whether each rule is reached. One rule has nothing to do with the answers for the others. */
  private static Answer[] answers(RuleSet set, Budget budget, Workers workers) {
    var answers = new Answer[set.size()];
    var shares = new ArrayList<Runnable>();
    for (int i = 0; i < workers.threads(); i++) {
      int first = i;
      shares.add(() -> {
        var reachability = new Reachability(set, budget);
        for (int rule = first; rule < answers.length; rule += workers.threads()) {
          answers[rule] = reachability.of(rule);
        }
      });
    }
    workers.run(shares);
    return answers;
  }
}
