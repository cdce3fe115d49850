package dev.signalbox.analysis;

import dev.signalbox.analysis.Cover.Part;
import dev.signalbox.analysis.Values.Texts;
import dev.signalbox.route.Field;
import dev.signalbox.route.LinearRoutes;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteRequest;
import dev.signalbox.route.RouteTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;

/** A list of rules, ready for questions: their boxes, and an index of these. Immutable. */
final class RuleSet {
  private final List<Rule> rules;
  private final List<Spaces> spaces;
  private final RouteTable<Integer> table;
  private final LinearRoutes<Integer> linear;
  private final PartIndex index = new PartIndex();
  private Space asterisk = Legal.ASTERISK;

  private RuleSet(List<Rule> rules) {
    this.rules = rules;
    this.spaces = rules.stream().map(rule -> Spaces.of(rule.match())).toList();
    var routes = new ArrayList<Route<Integer>>();
    for (int i = 0; i < rules.size(); i++) {
      routes.add(new Route<>(rules.get(i).name(), rules.get(i).match(), i));
      for (var space : spaces.get(i).spaces()) {
        var part = new Part(i, space);
        asterisk = withoutQueries(asterisk, space);
        index.add(part);
      }
    }
    this.table = RouteTable.of(routes);
    this.linear = new LinearRoutes<>(routes);
  }

  static RuleSet of(List<Rule> rules) {
    return new RuleSet(List.copyOf(rules));
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

  /** {@code OPTIONS *}, which has none of the query parameters that rules ask for. */
  Space asterisk() {
    return asterisk;
  }

  private static Space withoutQueries(Space asterisk, Space asked) {
    var space = asterisk;
    for (var axis : asked.axes().keySet()) {
      if (axis instanceof Axis.Named(Field.Query _) && space.get(axis) == null) {
        space = space.with(axis, new Texts(TextSet.NONE, true));
      }
    }
    return space;
  }

  /** Whether a rule takes every request, or every one with a path. */
  boolean takesAll() {
    var withPath = Space.of(Axis.Part.PATH, Legal.PATHS);
    return spaces.stream()
        .anyMatch(some -> some.spaces().stream().anyMatch(s -> s.surelyIncludes(withPath)));
  }

  /** What a rule takes of real requests. */
  List<Space> targets(int rule) {
    return targets(spaces.get(rule).spaces(), asterisk);
  }

  static List<Space> targets(List<Space> spaces, Space asterisk) {
    var targets = new ArrayList<Space>();
    for (var space : spaces) {
      add(space, Space.ALL, targets);
    }
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
        legal = legal.with(axis, values);
      }
    }
    into.add(legal);
  }

  /** The boxes of rules before one that may have something in common with any of these boxes. */
  List<Part> candidates(List<Space> targets, int before) {
    if (targets.size() == 1) {
      return index.find(targets.getFirst(), before);
    }
    var all = Collections.<Part>newSetFromMap(new IdentityHashMap<>());
    targets.forEach(target -> all.addAll(index.find(target, before)));
    return all.stream().sorted(Comparator.comparingInt(Part::rule)).toList();
  }

  /** All boxes of these rules. */
  List<Part> partsOf(Iterable<Integer> some) {
    var found = new ArrayList<Part>();
    for (int rule : some) {
      spaces.get(rule).spaces().forEach(space -> found.add(new Part(rule, space)));
    }
    return found;
  }
}
