package dev.signalbox.analysis;

import dev.signalbox.config.Position;
import dev.signalbox.route.Allowance;
import dev.signalbox.route.Match;
import dev.signalbox.route.RouteAction;
import java.util.List;

/**
 * A route as the proofs see it. Their order in a list is their meaning: the first that matches
 * wins. Immutable.
 *
 * @param index its place in the list, from 0
 * @param settings what else a route may say about its requests, like timeouts; only compared
 * @param at where it stands in the file
 * @param why what it is for, in the operator's words; may be empty
 * @param allow the findings that are meant to be so
 */
public record Rule(
    int index,
    String name,
    Match match,
    RouteAction action,
    Object settings,
    Position at,
    String why,
    List<Allowance> allow) {
  public Rule {
    allow = List.copyOf(allow);
  }

  /** One without any settings. */
  public Rule(
      int index,
      String name,
      Match match,
      RouteAction action,
      Position at,
      String why,
      List<Allowance> allow) {
    this(index, name, match, action, "", at, why, allow);
  }

  /** All that becomes of a request; two rules with equal ones may stand for each other. */
  public record Effect(RouteAction action, Object settings) {}

  public Effect effect() {
    return new Effect(action, settings);
  }

  /** As in {@code "shop" (line 12)}. */
  @Override
  public String toString() {
    return "\"" + name + "\"" + (at.line() == 0 ? "" : " (line " + at.line() + ")");
  }
}
