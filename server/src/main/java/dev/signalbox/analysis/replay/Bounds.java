package dev.signalbox.analysis.replay;

import dev.signalbox.analysis.logs.Known;
import dev.signalbox.route.Match;
import dev.signalbox.route.RouteRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Kleene's three-valued logic over conditions, by two ordinary ones: a condition is true for sure
 * where it holds with every unknown part taken to its disadvantage, and false for sure where it
 * does not hold with every unknown part taken to its favour. What is known is judged by the
 * condition itself. Pure.
 */
final class Bounds {
  private static final Match TRUE = Match.everything();
  private static final Match FALSE = new Match.Any(List.of());

  private Bounds() {}

  /** What requests meet for sure. */
  static Match certain(Match match, Known known) {
    return bound(match, known, false);
  }

  /** What requests meet or may meet. */
  static Match possible(Match match, Known known) {
    return bound(match, known, true);
  }

  private static Match bound(Match match, Known known, boolean ofUnknown) {
    return switch (match) {
      case Match.All(var all) -> all(all.stream().map(m -> bound(m, known, ofUnknown)).toList());
      case Match.Any(var any) -> any(any.stream().map(m -> bound(m, known, ofUnknown)).toList());
      case Match.Not(var not) -> not(bound(not, known, !ofUnknown));
      case Match.Path path -> path;
      case Match.Host host -> Asked.of(host).isKnown(known) ? host : constant(ofUnknown);
      case Match.Detail detail -> Asked.of(detail).isKnown(known) ? detail : constant(ofUnknown);
    };
  }

  /** What is left to ask once all that is known has been: everything, nothing, or unknown parts. */
  static Match rest(Match match, RouteRequest request, Known known) {
    return switch (match) {
      case Match.All(var all) -> all(all.stream().map(m -> rest(m, request, known)).toList());
      case Match.Any(var any) -> any(any.stream().map(m -> rest(m, request, known)).toList());
      case Match.Not(var not) -> not(rest(not, request, known));
      case Match.Path path -> constant(path.matches(request));
      case Match.Host host ->
          Asked.of(host).isKnown(known) ? constant(host.matches(request)) : host;
      case Match.Detail detail ->
          Asked.of(detail).isKnown(known) ? constant(detail.matches(request)) : detail;
    };
  }

  static boolean isEverything(Match match) {
    return match.equals(TRUE);
  }

  static boolean isNothing(Match match) {
    return match.equals(FALSE);
  }

  /** What the single conditions in it are about: {@code host}, {@code cookie UID}. */
  static void subjects(Match match, Set<String> into) {
    switch (match) {
      case Match.All(var all) -> all.forEach(m -> subjects(m, into));
      case Match.Any(var any) -> any.forEach(m -> subjects(m, into));
      case Match.Not(var not) -> subjects(not, into);
      case Match.Host _ -> into.add("host");
      case Match.Path _ -> into.add("path");
      case Match.Detail detail -> into.add(detail.subject());
    }
  }

  private static Match constant(boolean holds) {
    return holds ? TRUE : FALSE;
  }

  private static Match all(List<Match> matches) {
    if (matches.contains(FALSE)) {
      return FALSE;
    }
    var left = new LinkedHashSet<>(matches);
    left.remove(TRUE);
    return Match.allOf(new ArrayList<>(left));
  }

  private static Match any(List<Match> matches) {
    if (matches.contains(TRUE)) {
      return TRUE;
    }
    var left = new LinkedHashSet<>(matches);
    left.remove(FALSE);
    return Match.anyOf(new ArrayList<>(left));
  }

  private static Match not(Match match) {
    return isEverything(match) ? FALSE : isNothing(match) ? TRUE : new Match.Not(match);
  }
}
