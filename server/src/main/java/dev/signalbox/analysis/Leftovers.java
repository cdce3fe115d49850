package dev.signalbox.analysis;

import dev.signalbox.route.Match;
import dev.signalbox.route.Redirect;
import dev.signalbox.route.Respond;
import dev.signalbox.route.RouteAction.Arm;
import dev.signalbox.route.RouteAction.To;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What stands in a file and is of no use: upstreams, listeners and arms. Pure. */
final class Leftovers {
  private Leftovers() {}

  /**
   * Looks for them.
   *
   * @param dead the indexes of rules that no request reaches, as the proofs say
   */
  static List<Finding> of(List<Rule> rules, Site site, Set<Integer> dead) {
    var found = new ArrayList<Finding>();
    var used = new HashSet<String>();
    var onlyByDead = new HashMap<String, List<Rule>>();
    for (var rule : rules) {
      for (var upstream : upstreams(rule)) {
        if (dead.contains(rule.index())) {
          onlyByDead.computeIfAbsent(upstream, _ -> new ArrayList<>()).add(rule);
        } else {
          used.add(upstream);
        }
      }
      if (rule.action() instanceof To(var arms, _, _, _) && !dead.contains(rule.index())) {
        arms.stream()
            .filter(arm -> arm.weight() == 0)
            .forEach(arm -> found.add(new Finding.UnusedArm(rule, arm.upstream())));
      }
    }
    for (var upstream : site.upstreams()) {
      if (!used.contains(upstream.name())) {
        found.add(
            new Finding.UnusedUpstream(
                upstream.name(),
                upstream.at(),
                onlyByDead.getOrDefault(upstream.name(), List.of())));
      }
    }
    for (var door : site.doors()) {
      if (rules.stream()
          .noneMatch(rule -> !dead.contains(rule.index()) && mayMatch(rule.match(), door))) {
        found.add(new Finding.UnusedListener(door.name(), door.at()));
      }
    }
    return found;
  }

  private static Set<String> upstreams(Rule rule) {
    return switch (rule.action()) {
      case To to -> {
        var names = new LinkedHashSet<String>();
        to.arms().stream().map(Arm::upstream).forEach(names::add);
        if (to.mirror() != null) {
          names.add(to.mirror().upstream());
        }
        yield names;
      }
      case Redirect _, Respond _ -> Set.of();
    };
  }

  /** False only where nothing that arrives there can meet the condition. */
  private static boolean mayMatch(Match match, Site.Door door) {
    return switch (match) {
      case Match.ListenerIs(var names) -> names.contains(door.name());
      case Match.SchemeIs(var isSecure) -> isSecure == door.isSecure();
      case Match.All(var all) -> all.stream().allMatch(one -> mayMatch(one, door));
      case Match.Any(var any) -> any.stream().anyMatch(one -> mayMatch(one, door));
      case Match.Not(Match.ListenerIs(var names)) -> !names.contains(door.name());
      case Match.Not(Match.SchemeIs(var isSecure)) -> isSecure != door.isSecure();
      case Match.Host _, Match.Path _, Match.Detail _, Match.Not _ -> true;
    };
  }
}
