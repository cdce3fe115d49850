package dev.signalbox.analysis;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Nearest;
import dev.signalbox.route.RouteTrace;
import dev.signalbox.route.RouteTrace.Condition;
import dev.signalbox.route.RouteTrace.Rejected;
import dev.signalbox.route.WrittenRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request goes where it goes. Immutable.
 *
 * @param rejected earlier rules and why they do not match
 * @param skipped how many more there are, all of other hosts or paths
 * @param nearest where no rule matches, those that fail least
 */
public record Explanation(
    RouteFile file,
    Decision decision,
    List<Rejected<Rule>> rejected,
    int skipped,
    List<NearMiss> nearest,
    @Nullable WhyNot whyNot) {
  /** Up to so many earlier rules are all shown, whether the table asks them or not. */
  private static final int ALL_SHOWN = 12;

  private static final int MOST_NEAR = 3;

  /** A rule and the conditions of it that fail. */
  public record NearMiss(Rule rule, List<Condition> failing, int met) {}

  public Explanation {
    rejected = List.copyOf(rejected);
    nearest = List.copyOf(nearest);
  }

  /**
   * Explains.
   *
   * @param whyNot the name of a rule that might take the request, or null
   * @throws InvalidValue if the server would refuse it, or something it names is not in the file
   */
  public static Explanation of(Decider decider, WrittenRequest asked, @Nullable String whyNot) {
    var rules = decider.file().rules();
    var target = whyNot == null ? null : named(whyNot, rules);
    var decision = decider.decide(asked);
    boolean areAsked = !decision.isBeforeRoutes();
    var all = areAsked ? decider.trace(decision.request()).rejected() : List.<Rejected<Rule>>of();
    var shown =
        all.size() <= ALL_SHOWN ? all : all.stream().filter(one -> !one.isSkipped()).toList();
    return new Explanation(
        decider.file(),
        decision,
        shown,
        all.size() - shown.size(),
        areAsked && decision.rule() == null ? nearest(rules, decision) : List.of(),
        target == null ? null : WhyNot.of(target, decision, decider));
  }

  private static List<NearMiss> nearest(List<Rule> rules, Decision decision) {
    var misses =
        rules.stream()
            .map(rule -> {
              var conditions = RouteTrace.conditions(rule.match(), decision.request());
              var failing = conditions.stream().filter(one -> !one.isMet()).toList();
              return new NearMiss(rule, failing, conditions.size() - failing.size());
            })
            .sorted(
                Comparator.comparingInt((NearMiss miss) -> miss.failing().size())
                    .thenComparing(Comparator.comparingInt(NearMiss::met).reversed()))
            .limit(MOST_NEAR)
            .toList();
    return misses.stream()
        .filter(miss -> miss.failing().size() == misses.getFirst().failing().size())
        .toList();
  }

  private static Rule named(String name, List<Rule> rules) {
    return rules.stream()
        .filter(rule -> rule.name().equals(name))
        .findFirst()
        .orElseThrow(() -> {
          var names = rules.stream().map(Rule::name).toList();
          var nearest = Nearest.to(name, names);
          return new InvalidValue(
              name,
              "is no route of the file",
              nearest == null
                  ? names.isEmpty() ? "a file with routes" : "like " + names.getFirst()
                  : nearest);
        });
  }

  /** For people: a tree of at most 80 columns. */
  public String text(boolean colour) {
    return ExplanationText.of(this).render(colour);
  }

  /** For machines. */
  public Map<String, Object> json() {
    return ExplanationJson.of(this);
  }

  /** The conditions of the rule that takes the request. */
  List<Condition> conditions(Rule rule) {
    return RouteTrace.conditions(rule.match(), decision.request());
  }
}
