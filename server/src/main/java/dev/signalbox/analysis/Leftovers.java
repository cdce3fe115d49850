package dev.signalbox.analysis;

import dev.signalbox.analysis.Site.Does;
import dev.signalbox.analysis.Site.Door;
import dev.signalbox.route.ClientCertIs;
import dev.signalbox.route.Match;
import dev.signalbox.route.Redirect;
import dev.signalbox.route.Respond;
import dev.signalbox.route.RouteAction.Arm;
import dev.signalbox.route.RouteAction.To;
import java.util.ArrayList;
import java.util.EnumSet;
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
      boolean isDead = dead.contains(rule.index());
      for (var upstream : upstreams(rule)) {
        if (isDead) {
          onlyByDead.computeIfAbsent(upstream, _ -> new ArrayList<>()).add(rule);
        } else {
          used.add(upstream);
        }
      }
      if (!isDead) {
        unusedArms(rule, found);
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
      if (!door.does(Does.REDIRECT_TO_HTTPS)
          && rules.stream()
              .noneMatch(rule -> !dead.contains(rule.index()) && mayMatch(rule.match(), door))) {
        found.add(new Finding.UnusedListener(door.name(), door.at()));
      }
    }
    for (var rule : rules) {
      if (asksForCert(rule.match()) && !dead.contains(rule.index())) {
        unasked(rule, site, found);
      }
    }
    return found;
  }

  private static void unusedArms(Rule rule, List<Finding> found) {
    if (rule.action() instanceof To to) {
      for (var arm : to.arms()) {
        if (arm.weight() == 0) {
          found.add(new Finding.UnusedArm(rule, arm.upstream()));
        }
      }
    }
  }

  private static boolean asksForCert(Match match) {
    return switch (match) {
      case ClientCertIs _ -> true;
      case Match.All(var all) -> anyAsksForCert(all);
      case Match.Any(var any) -> anyAsksForCert(any);
      case Match.Not(var not) -> asksForCert(not);
      case Match.Host _, Match.Path _, Match.Detail _ -> false;
    };
  }

  private static boolean anyAsksForCert(List<Match> matches) {
    for (var match : matches) {
      if (asksForCert(match)) {
        return true;
      }
    }
    return false;
  }

  /** A condition on certificates, where nobody asks for any. */
  private static void unasked(Rule rule, Site site, List<Finding> found) {
    var possible =
        site.doors().stream()
            .filter(door -> !door.does(Does.REDIRECT_TO_HTTPS))
            .filter(door -> mayMatch(rule.match(), asking(door)))
            .toList();
    if (!possible.isEmpty() && possible.stream().noneMatch(door -> mayMatch(rule.match(), door))) {
      found.add(new Finding.UnaskedCert(rule, possible));
    }
  }

  private static Door asking(Door door) {
    var does = EnumSet.of(Does.ASK_FOR_CERTIFICATES);
    does.addAll(door.does());
    return new Door(door.name(), door.port(), door.isSecure(), does, door.own(), door.at());
  }

  private static Set<String> upstreams(Rule rule) {
    return switch (rule.action()) {
      case To to when to.arms().size() == 1 && to.mirror() == null ->
          Set.of(to.arms().getFirst().upstream());
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
  private static boolean mayMatch(Match match, Door door) {
    return switch (match) {
      case Match.ListenerIs(var names) -> names.contains(door.name());
      case Match.SchemeIs(var isSecure) -> maySay(isSecure, door);
      case ClientCertIs _ -> door.does(Does.ASK_FOR_CERTIFICATES);
      case Match.All(var all) -> all.stream().allMatch(one -> mayMatch(one, door));
      case Match.Any(var any) -> any.stream().anyMatch(one -> mayMatch(one, door));
      case Match.Not(Match.ListenerIs(var names)) -> !names.contains(door.name());
      case Match.Not(Match.SchemeIs(var isSecure)) -> maySay(!isSecure, door);
      case Match.Host _, Match.Path _, Match.Detail _, Match.Not _ -> true;
    };
  }

  private static boolean maySay(boolean isSecure, Door door) {
    return isSecure == door.isSecure() || (isSecure && door.does(Does.TAKE_PROXIED));
  }
}
