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
 * @param at where it stands in the file
 * @param why what it is for, in the operator's words; may be empty
 * @param allow the findings that are meant to be so
 */
public record Rule(
    int index,
    String name,
    Match match,
    RouteAction action,
    Position at,
    String why,
    List<Allowance> allow) {
  public Rule {
    allow = List.copyOf(allow);
  }

  /** As in {@code "shop" (line 12)}. */
  @Override
  public String toString() {
    return "\"" + name + "\"" + (at.line() == 0 ? "" : " (line " + at.line() + ")");
  }
}
