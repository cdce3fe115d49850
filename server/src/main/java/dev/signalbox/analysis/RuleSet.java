package dev.signalbox.analysis;

import dev.signalbox.analysis.Cover.Part;
import dev.signalbox.analysis.Values.Texts;
import dev.signalbox.route.LinearRoutes;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteRequest;
import dev.signalbox.route.RouteTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A list of rules, ready for questions: their boxes, and an index of these. Immutable. */
final class RuleSet {
  private final List<Rule> rules;
  private final List<Spaces> spaces;
  private final RouteTable<Integer> table;
  private final LinearRoutes<Integer> linear;
  private final List<Part> parts = new ArrayList<>();
  private final Map<String, List<Part>> byHost = new HashMap<>();
  private final Map<String, List<Part>> byPath = new HashMap<>();
  private final List<Part> others = new ArrayList<>();

  private RuleSet(List<Rule> rules) {
    this.rules = rules;
    this.spaces = rules.stream().map(rule -> Spaces.of(rule.match())).toList();
    var routes = new ArrayList<Route<Integer>>();
    for (int i = 0; i < rules.size(); i++) {
      routes.add(new Route<>(rules.get(i).name(), rules.get(i).match(), i));
      for (var space : spaces.get(i).spaces()) {
        var part = new Part(i, space);
        parts.add(part);
        var hosts = onlyTexts(space, Axis.Part.HOST);
        var paths = onlyTexts(space, Axis.Part.PATH);
        if (hosts != null) {
          hosts.forEach(host -> byHost.computeIfAbsent(host, _ -> new ArrayList<>()).add(part));
        } else if (paths != null) {
          paths.forEach(path -> byPath.computeIfAbsent(path, _ -> new ArrayList<>()).add(part));
        } else {
          others.add(part);
        }
      }
    }
    this.table = RouteTable.of(routes);
    this.linear = new LinearRoutes<>(routes);
  }

  static RuleSet of(List<Rule> rules) {
    return new RuleSet(List.copyOf(rules));
  }

  private static @Nullable Set<String> onlyTexts(Space space, Axis axis) {
    return space.get(axis) instanceof Texts(var set, _) ? set.onlyTexts() : null;
  }

  List<Rule> rules() {
    return rules;
  }

  int size() {
    return rules.size();
  }

  Rule rule(int index) {
    return rules.get(index);
  }

  Spaces spaces(int rule) {
    return spaces.get(rule);
  }

  RouteTable<Integer> table() {
    return table;
  }

  LinearRoutes<Integer> linear() {
    return linear;
  }

  /** The index of the rule that takes a request, or the number of rules if none does. */
  int winner(RouteRequest request) {
    var route = table.find(request);
    return route == null ? rules.size() : route.value();
  }

  /** What a rule takes of real requests, as boxes of which no path is in more than one form. */
  List<Space> targets(int rule) {
    return targets(spaces.get(rule).spaces());
  }

  static List<Space> targets(List<Space> spaces) {
    var targets = new ArrayList<Space>();
    for (var space : spaces) {
      add(space, Space.ALL, targets);
    }
    var asterisk = Space.of(Axis.Part.PATH, Legal.ASTERISK).with(Axis.Part.METHOD, Legal.OPTIONS);
    for (var space : spaces) {
      var both = space.and(asterisk);
      if (both != null) {
        add(both, asterisk, targets);
      }
    }
    return targets;
  }

  /** Cuts a box to what is legal. */
  private static void add(Space space, Space asterisk, List<Space> into) {
    var legal = space;
    for (var entry : space.axes().entrySet()) {
      var axis = entry.getKey();
      var values = entry.getValue();
      if (asterisk.get(axis) == null && !(axis instanceof Axis.Leaf)) {
        values = values.and(Legal.of(axis));
        if (values instanceof Texts(var set, var absent) && !absent) {
          var texts = set.onlyTexts();
          if (texts != null && texts.isEmpty()) {
            return;
          }
        }
        if (values != entry.getValue()) {
          legal = legal.with(axis, values);
        }
      }
    }
    into.add(legal);
  }

  /** The boxes of rules before one that may have something in common with any of these boxes. */
  List<Part> candidates(List<Space> targets, int before) {
    if (targets.size() == 1) {
      return candidates(targets.getFirst(), before);
    }
    var all = new HashSet<Part>();
    targets.forEach(target -> all.addAll(candidates(target, before)));
    return all.stream().sorted(Comparator.comparingInt(Part::rule)).toList();
  }

  List<Part> candidates(Space target, int before) {
    var hosts = onlyTexts(target, Axis.Part.HOST);
    var paths = onlyTexts(target, Axis.Part.PATH);
    var found = new ArrayList<Part>();
    if (hosts == null && paths == null) {
      add(parts, target, before, found);
      return found;
    }
    if (hosts == null) {
      for (var some : byHost.values()) {
        add(some, target, before, found);
      }
    } else {
      hosts.forEach(host -> add(byHost.getOrDefault(host, List.of()), target, before, found));
    }
    if (paths == null) {
      for (var some : byPath.values()) {
        add(some, target, before, found);
      }
    } else {
      paths.forEach(path -> add(byPath.getOrDefault(path, List.of()), target, before, found));
    }
    add(others, target, before, found);
    // A box with several hosts or paths is found under each.
    return found.stream().distinct().sorted(Comparator.comparingInt(Part::rule)).toList();
  }

  private static void add(List<Part> some, Space target, int before, List<Part> into) {
    for (var part : some) {
      if (part.rule() >= before) {
        break; // they are in order
      }
      if (!part.space().surelyClashes(target)) {
        into.add(part);
      }
    }
  }

  /** All boxes of these rules. */
  List<Part> partsOf(Iterable<Integer> some) {
    var found = new ArrayList<Part>();
    for (int rule : some) {
      spaces.get(rule).spaces().forEach(space -> found.add(new Part(rule, space)));
    }
    return found;
  }

  @Override
  public String toString() {
    return Arrays.toString(rules.toArray());
  }
}
