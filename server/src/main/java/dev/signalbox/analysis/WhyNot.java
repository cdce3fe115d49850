package dev.signalbox.analysis;

import dev.signalbox.route.RouteTrace;
import dev.signalbox.route.RouteTrace.Condition;
import dev.signalbox.route.WrittenRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a rule does not take a request, and what would have to change. Immutable.
 *
 * @param failing its conditions that do not hold; none if it matches
 * @param winner the earlier rule that takes the request though this one would match; null otherwise
 * @param request one that it takes, certified; null where none was found
 * @param isTaken whether it takes the request after all
 */
public record WhyNot(
    Rule rule,
    List<Condition> failing,
    @Nullable Rule winner,
    @Nullable WrittenRequest request,
    boolean isTaken) {
  public WhyNot {
    failing = List.copyOf(failing);
  }

  static WhyNot of(Rule rule, Decision decision, Decider decider) {
    var taken = decision.rule();
    if (taken != null && taken.index() == rule.index()) {
      return new WhyNot(rule, List.of(), null, null, true);
    }
    var failing =
        RouteTrace.conditions(rule.match(), decision.request()).stream()
            .filter(condition -> !condition.isMet())
            .toList();
    var request = new RequestMaker(decider).toward(rule, decision.asked()).orElse(null);
    return new WhyNot(rule, failing, failing.isEmpty() ? taken : null, request, false);
  }
}
