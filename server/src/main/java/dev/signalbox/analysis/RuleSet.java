package dev.signalbox.analysis;

import dev.signalbox.analysis.Cover.Part;
import dev.signalbox.analysis.Values.Texts;
import dev.signalbox.analysis.text.TextSet;
import dev.signalbox.route.ConnectRoutes;
import dev.signalbox.route.Field;
import dev.signalbox.route.LinearRoutes;
import dev.signalbox.route.Match;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteRequest;
import dev.signalbox.route.RouteTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;

/** A list of rules, ready for questions: their boxes, and an index of these. Immutable. */
final class RuleSet {
  private final List<Rule> rules;
  private final List<Spaces> spaces;
  private final List<List<Space>> targets;
  private final RouteTable<Integer> table;
  private final LinearRoutes<Integer> linear;
  private final PartIndex index;
  private final Space asterisk;
  private final int[] effects;

  private RuleSet(
      List<Rule> rules,
      LinearRoutes<Integer> linear,
      RouteTable<Integer> table,
      List<Spaces> spaces,
      List<List<Space>> targets,
      PartIndex index,
      Space asterisk,
      int[] effects) {
    this.rules = rules;
    this.linear = linear;
    this.table = table;
    this.spaces = spaces;
    this.targets = targets;
    this.index = index;
    this.asterisk = asterisk;
    this.effects = effects;
  }

  static RuleSet of(List<Rule> rules) {
    return of(rules, Workers.ALONE);
  }

  static RuleSet of(List<Rule> rules, Workers workers) {
    var routes = new ArrayList<Route<Integer>>();
    for (int i = 0; i < rules.size(); i++) {
      routes.add(new Route<>(rules.get(i).name(), rules.get(i).match(), i));
    }
    var table = new CompletableFuture<RouteTable<Integer>>();
    var effects = new CompletableFuture<int[]>();
    var spaces = new CompletableFuture<List<Spaces>>();
    workers.run(
        List.of(
            () -> table.complete(RouteTable.of(routes)),
            () -> {
              effects.complete(effects(rules));
              spaces.complete(spaces(rules));
            }));
    var boxes = spaces.join();
    var asterisk = asterisk(boxes);
    var targets = new CompletableFuture<List<List<Space>>>();
    var index = new CompletableFuture<PartIndex>();
    workers.run(
        List.of(
            () -> targets.complete(targetsOfAll(boxes, asterisk)),
            () -> index.complete(index(boxes))));
    return new RuleSet(
        List.copyOf(rules),
        new LinearRoutes<>(routes),
        table.join(),
        boxes,
        targets.join(),
        index.join(),
        asterisk,
        effects.join());
  }

  /** The same number for all that do the same. */
  private static int[] effects(List<Rule> rules) {
    var numbers = new HashMap<Rule.Effect, Integer>();
    var effects = new int[rules.size()];
    for (int i = 0; i < effects.length; i++) {
      effects[i] = numbers.computeIfAbsent(rules.get(i).effect(), _ -> numbers.size());
    }
    return effects;
  }

  /** Equal conditions share what is made of them: large lists name few hosts and paths often. */
  private static List<Spaces> spaces(List<Rule> rules) {
    var known = new HashMap<Match, Spaces>();
    return rules.stream().map(rule -> Spaces.of(rule.match(), known)).toList();
  }

  /** {@code OPTIONS *} without the query parameters that any of them asks for. */
  private static Space asterisk(List<Spaces> spaces) {
    var asterisk = Legal.ASTERISK;
    for (var some : spaces) {
      for (var space : some.spaces()) {
        asterisk = withoutQueries(asterisk, space);
      }
    }
    return asterisk;
  }

  private static PartIndex index(List<Spaces> spaces) {
    var index = new PartIndex();
    for (int i = 0; i < spaces.size(); i++) {
      for (var space : spaces.get(i).spaces()) {
        index.add(new Part(i, space));
      }
    }
    return index;
  }

  private static List<List<Space>> targetsOfAll(List<Spaces> spaces, Space asterisk) {
    var legal = new HashMap<Axis, Map<Values, Values>>();
    return spaces.stream().map(some -> targets(some.spaces(), asterisk, legal)).toList();
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

  /** Whether the same becomes of the requests of both. */
  boolean areAlike(int rule, int other) {
    return effects[rule] == effects[other];
  }

  /** A number for what becomes of a rule's requests, below {@link #size}. */
  int effect(int rule) {
    return effects[rule];
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

  /**
   * Whether requests for tunnels are kept apart: then only rules that name them take them. Asks
   * every rule.
   */
  boolean keepsConnectApart() {
    return rules.stream().anyMatch(rule -> ConnectRoutes.isNamedIn(rule.match()));
  }

  /** What a rule takes of real requests. */
  List<Space> targets(int rule) {
    return targets.get(rule);
  }

  static List<Space> targets(List<Space> spaces, Space asterisk) {
    return targets(spaces, asterisk, new HashMap<>());
  }

  /**
   * What boxes have of real requests.
   *
   * @param legal the legal ones of values that came before, by identity
   */
  private static List<Space> targets(
      List<Space> spaces, Space asterisk, Map<Axis, Map<Values, Values>> legal) {
    var targets = new ArrayList<Space>();
    for (var space : spaces) {
      add(space, Space.ALL, legal, targets);
    }
    for (var space : spaces) {
      var both = space.and(asterisk);
      if (both != null) {
        add(both, asterisk, legal, targets);
      }
    }
    return targets;
  }

  /** Cuts a box to what is legal. */
  private static void add(
      Space space, Space asterisk, Map<Axis, Map<Values, Values>> known, List<Space> into) {
    var legal = new LinkedHashMap<>(space.axes());
    for (var entry : legal.entrySet()) {
      var axis = entry.getKey();
      if (asterisk.get(axis) == null && !(axis instanceof Axis.Leaf)) {
        var values =
            known
                .computeIfAbsent(axis, _ -> new IdentityHashMap<>())
                .computeIfAbsent(entry.getValue(), some -> some.and(Legal.of(axis)));
        if (values instanceof Texts(var set, var absent) && !absent) {
          var texts = set.onlyTexts();
          if (texts != null && texts.isEmpty()) {
            return;
          }
        }
        entry.setValue(values);
      }
    }
    into.add(new Space(legal));
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

  /** The first rule behind one that matches a request; their number if none does. */
  int next(int rule, OfflineRequest request) {
    return next(rule, request, _ -> true);
  }

  /**
   * The same among some.
   *
   * @param isOneOf asked before the match, since most often that takes longer
   */
  int next(int rule, OfflineRequest request, IntPredicate isOneOf) {
    var head = request.head();
    return index.first(
        head.hostText(),
        head.pathText(),
        rule + 1,
        rules.size(),
        other -> isOneOf.test(other) && rules.get(other).match().matches(request));
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
