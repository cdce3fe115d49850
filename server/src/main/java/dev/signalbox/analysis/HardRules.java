package dev.signalbox.analysis;

import dev.signalbox.route.Match;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules whose condition nobody sees through at a glance. The measure: more than {@value
 * #MOST_CONDITIONS} conditions, where the values of one list count as one; or {@code any} and
 * {@code not} more than {@value #DEEPEST} deep in each other, where a list counts as none. Pure.
 */
final class HardRules {
  static final int MOST_CONDITIONS = 12;
  static final int DEEPEST = 2;

  private HardRules() {}

  static List<Finding> of(List<Rule> rules) {
    var found = new ArrayList<Finding>();
    for (var rule : rules) {
      int conditions = conditions(rule.match());
      int depth = depth(rule.match());
      if (conditions > MOST_CONDITIONS) {
        found.add(
            new Finding.HardRule(
                rule, conditions + " conditions, and more than " + MOST_CONDITIONS + " are many"));
      } else if (depth > DEEPEST) {
        found.add(
            new Finding.HardRule(rule, "\"any\" and \"not\" are " + depth + " deep in each other"));
      }
    }
    return found;
  }

  private static int conditions(Match match) {
    return switch (match) {
      case Match.All(var all) -> {
        int sum = 0;
        for (var one : all) {
          sum += conditions(one);
        }
        yield sum;
      }
      case Match.Any(var any) ->
          isList(any) ? 1 : any.stream().mapToInt(HardRules::conditions).sum();
      case Match.Not(var not) -> conditions(not);
      case Match.Host _, Match.Path _, Match.Detail _ -> 1;
    };
  }

  private static int depth(Match match) {
    return switch (match) {
      case Match.All(var all) -> {
        int most = 0;
        for (var one : all) {
          most = Math.max(most, depth(one));
        }
        yield most;
      }
      case Match.Any(var any) ->
          isList(any) ? 0 : 1 + any.stream().mapToInt(HardRules::depth).max().orElse(0);
      case Match.Not(var not) -> 1 + depth(not);
      case Match.Host _, Match.Path _, Match.Detail _ -> 0;
    };
  }

  /** Whether all are about one thing, as in {@code host: [a, b]}. */
  private static boolean isList(List<Match> any) {
    return any.stream().map(HardRules::subject).distinct().count() <= 1
        && any.stream().noneMatch(one -> subject(one).isEmpty());
  }

  private static String subject(Match match) {
    return switch (match) {
      case Match.Host _ -> "host";
      case Match.Path _ -> "path";
      case Match.Detail detail -> detail.subject();
      case Match.All _, Match.Any _, Match.Not _ -> "";
    };
  }
}
