package dev.signalbox.analysis;

import dev.signalbox.route.Allowance;
import dev.signalbox.route.FindingId;
import dev.signalbox.route.FindingId.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All that can be said about a list of rules, in the order of the file. Immutable; making one takes
 * time, so control does it.
 *
 * @param rules how many there are
 * @param findings without those that are allowed
 * @param allowed those that are
 * @param moreOverlaps how many overlaps there are beyond those among the findings; at 100 or more
 *     counting has ended
 * @param isComplete whether there was time for every question; if not, there may be more to find
 * @param took how long it was looked for
 */
public record Inspection(
    int rules,
    List<Finding> findings,
    List<Allowed> allowed,
    int moreOverlaps,
    boolean isComplete,
    Duration took) {
  /** A finding that is meant to be so. */
  public record Allowed(Finding finding, Rule rule, Allowance by) {}

  private static final double FOR_LOOPS = 0.5;

  private static final Comparator<Finding> IN_ORDER_OF_THE_FILE =
      Comparator.comparingInt((Finding finding) -> finding.at().line())
          .thenComparingInt(finding -> finding.at().column())
          .thenComparing(Finding::id);

  public Inspection {
    findings = List.copyOf(findings);
    allowed = List.copyOf(allowed);
  }

  /**
   * Looks for all of it.
   *
   * @param budget after which what is left is unknown
   * @param threads how many may prove
   */
  public static Inspection of(List<Rule> rules, Site site, Duration budget, int threads) {
    long start = System.nanoTime();
    var time = new Budget(budget, System::nanoTime);
    var workers = new Workers(threads);
    var set = RuleSet.of(rules, workers);
    // Loops take the least time and are the worst, so they come first, with half of it at most.
    var forLoops = time.share(FOR_LOOPS);
    boolean[] isCut = {false};
    var all =
        new ArrayList<>(
            Loops.of(
                set,
                site,
                () -> {
                  isCut[0] |= forLoops.isOver();
                  return isCut[0];
                }));
    var proofs = Proofs.of(set, time, workers);
    all.addAll(proofs.findings());
    all.addAll(Leftovers.of(rules, site, dead(proofs)));
    all.addAll(HardRules.of(rules));
    var looked = EnumSet.allOf(FindingId.class);
    if (isCut[0]) {
      looked.removeAll(Set.of(FindingId.REDIRECT_LOOP, FindingId.FORWARD_LOOP));
    }
    if (!proofs.isComplete()) {
      looked.removeAll(Set.of(FindingId.REDUNDANT, FindingId.OVERLAP, FindingId.NO_MATCH));
    }
    if (proofs.moreOverlaps() > 0) {
      looked.remove(FindingId.OVERLAP);
    }
    var findings = new ArrayList<Finding>();
    var allowed = new ArrayList<Allowed>();
    allow(rules, all, looked, findings, allowed);
    findings.sort(IN_ORDER_OF_THE_FILE);
    allowed.sort(Comparator.comparing(Allowed::finding, IN_ORDER_OF_THE_FILE));
    return new Inspection(
        rules.size(),
        findings,
        allowed,
        proofs.moreOverlaps(),
        proofs.isComplete() && !isCut[0],
        Duration.ofNanos(System.nanoTime() - start));
  }

  /** The rules that no request reaches. */
  private static Set<Integer> dead(ProofReport proofs) {
    var dead = new HashSet<Integer>();
    for (var finding : proofs.findings()) {
      if (finding instanceof Finding.Unreachable || finding instanceof Finding.Contradictory) {
        dead.add(finding.rules().getFirst().index());
      }
    }
    return dead;
  }

  /**
   * Parts what the rules allow from what they do not.
   *
   * @param looked what would have been found if it were there
   */
  private static void allow(
      List<Rule> rules,
      List<Finding> all,
      Set<FindingId> looked,
      List<Finding> findings,
      List<Allowed> allowed) {
    var used = new HashSet<Allowance>();
    var unknown = new HashSet<Integer>();
    for (var finding : all) {
      var before = allowed.size();
      for (var rule : finding.subjects()) {
        for (var allowance : rule.allow()) {
          if (allowance.finding() == finding.id()) {
            used.add(allowance);
            if (allowed.size() == before) {
              allowed.add(new Allowed(finding, rule, allowance));
            }
          }
        }
      }
      if (allowed.size() == before) {
        findings.add(finding);
      }
      if (finding.id() == FindingId.UNKNOWN) {
        finding.rules().forEach(rule -> unknown.add(rule.index()));
      }
    }
    for (var rule : rules) {
      for (var allowance : rule.allow()) {
        if (!used.contains(allowance)
            && looked.contains(allowance.finding())
            && !unknown.contains(rule.index())) {
          findings.add(new Finding.UnusedAllow(rule, allowance.finding(), allowance.at()));
        }
      }
    }
  }

  /** How many there are of this severity. */
  public int count(Severity severity) {
    return (int) findings.stream().filter(f -> f.id().severity() == severity).count();
  }

  /** Whether there is more than notes. */
  public boolean hasMistakes() {
    return count(Severity.ERROR) + count(Severity.WARNING) > 0;
  }
}
