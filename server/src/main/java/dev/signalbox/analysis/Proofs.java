package dev.signalbox.analysis;

import dev.signalbox.analysis.Reachability.Answer;
import dev.signalbox.route.LinearRoutes;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The door to proofs over rules. Every request in an answer has been routed by the real table; what
 * is said to be impossible is proved so; what could not be settled in time is said to be unknown.
 * Pure, and not for loops: it takes as long as it is given.
 */
public final class Proofs {
  /** What reachability leaves for the other questions. */
  private static final double FOR_REDUNDANCY = 0.3;

  private static final double FOR_HOSTS = 0.5;

  /** Routes are checked in so many passes, each over the whole list. */
  private static final int STRIDE = 16;

  private static final int BOXES_CHECKED = 4;
  private static final int REQUESTS_CHECKED = 3;

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

  /**
   * A request for which the compiled table and the plain list differ, which is a bug of ours.
   *
   * @param compiled the route that the table finds, or null
   * @param linear the route that the list finds, or null
   */
  public record Disagreement(Witness witness, @Nullable String compiled, @Nullable String linear) {
    @Override
    public String toString() {
      return witness
          + ": the compiled table finds "
          + (compiled == null ? "none" : compiled)
          + ", the list "
          + (linear == null ? "none" : linear);
    }
  }

  /** Asks table and list for each request. The effort is that of asking every route each time. */
  public static <V> List<Disagreement> selfCheck(
      RouteTable<V> table, LinearRoutes<V> linear, Collection<Witness> witnesses) {
    var disagreements = new ArrayList<Disagreement>();
    for (var witness : witnesses) {
      check(table, linear, witness, disagreements);
    }
    return disagreements;
  }

  /**
   * The same with requests made for the purpose, some that each route matches by itself, as many as
   * there is time for: of long lists evenly spread ones.
   */
  public static <V> List<Disagreement> selfCheck(
      RouteTable<V> table, LinearRoutes<V> linear, Duration most) {
    var budget = new Budget(most, System::nanoTime);
    var disagreements = new ArrayList<Disagreement>();
    var members = new Members();
    int size = table.routes().size();
    for (int start = 0; start < STRIDE; start++) {
      for (int i = start; i < size && !budget.isOver(); i += STRIDE) {
        var spaces = Spaces.of(table.routes().get(i).match()).spaces();
        for (var space : spaces.subList(0, Math.min(spaces.size(), BOXES_CHECKED))) {
          members.search(
              space,
              REQUESTS_CHECKED,
              request -> {
                check(table, linear, new Witness(request), disagreements);
                return false; // and another one
              });
        }
      }
    }
    return disagreements;
  }

  private static <V> void check(
      RouteTable<V> table, LinearRoutes<V> linear, Witness witness, List<Disagreement> into) {
    var compiled = table.find(witness.request());
    var meant = linear.find(witness.request());
    if (!Objects.equals(compiled, meant)) {
      into.add(new Disagreement(witness, name(compiled), name(meant)));
    }
  }

  private static @Nullable String name(@Nullable Route<?> route) {
    return route == null ? null : route.name();
  }
}
