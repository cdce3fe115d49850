package dev.signalbox.route;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Where a table must look for a route: under each of these hosts, there at each of these paths, and
 * there under one of these values of each key. Immutable.
 *
 * @param hosts exact ones and wildcards; empty for any
 * @param paths empty for any
 * @param keys texts that must have one of these values
 * @param isWhole whether hosts and paths are the whole condition; otherwise a request found here
 *     must still be asked
 */
record Box(
    List<Match.Host> hosts,
    List<Match.Path> paths,
    Map<TextKey, List<String>> keys,
    boolean isWhole) {
  /** Beyond so many boxes, or places in one, a route is found less closely and asked instead. */
  private static final int MOST = 1024;

  /** Beyond so many values a text is no key: the route would be found in too many places. */
  private static final int MOST_VALUES = 16;

  private static final Box EVERYWHERE = new Box(List.of(), List.of(), Map.of(), true);

  /** Boxes that together hold every request that matches. */
  static List<Box> cover(Match match) {
    return switch (match) {
      case Match.HostMatches _ -> List.of(EVERYWHERE.inPart());
      case Match.Host host -> List.of(new Box(List.of(host), List.of(), Map.of(), true));
      case Match.PathMatches(var regex) -> List.of(under(regex));
      case Match.Path path -> List.of(new Box(List.of(), List.of(path), Map.of(), true));
      case Match.MethodIs(var methods) -> List.of(keyed(TextKey.METHOD, methods));
      case Match.FieldMatch(var field, TextTest.Is(var text, var anyCase)) when !anyCase ->
          List.of(keyed(new TextKey(field), List.of(text)));
      case Match.FieldMatch(var field, TextTest.OneOf(var texts, var anyCase)) when !anyCase ->
          List.of(keyed(new TextKey(field), texts));
      case Match.Detail _, Match.Not _ -> List.of(EVERYWHERE.inPart());
      case Match.All(var all) -> coverAll(all);
      case Match.Any(var any) -> coverAny(any);
    };
  }

  /** What must be asked of a request that was found in one of a route's boxes. */
  static Match asked(Match match, List<Box> boxes) {
    if (!(match instanceof Match.All(var all))) {
      return match;
    }
    List<? extends Match> hosts = List.of();
    List<? extends Match> paths = List.of();
    var others = new ArrayList<Match>();
    for (var part : all) {
      var choices = part instanceof Match.Any(var any) ? any : List.of(part);
      if (hosts.isEmpty() && areInTable(choices, Box::isHostInTable)) {
        hosts = choices;
      } else if (paths.isEmpty() && areInTable(choices, Box::isPathInTable)) {
        paths = choices;
      } else {
        others.add(part);
      }
    }
    for (var box : boxes) {
      if (!box.hosts.equals(hosts) || !box.paths.equals(paths)) {
        return match; // found less closely than it says
      }
    }
    return Match.allOf(others);
  }

  private static boolean areInTable(List<? extends Match> choices, Predicate<Match> isInTable) {
    for (var choice : choices) {
      if (!isInTable.test(choice)) {
        return false;
      }
    }
    return !choices.isEmpty();
  }

  private static boolean isHostInTable(Match match) {
    return match instanceof Match.Host && !(match instanceof Match.HostMatches);
  }

  private static boolean isPathInTable(Match match) {
    return match instanceof Match.Path && !(match instanceof Match.PathMatches);
  }

  private static Box keyed(TextKey key, List<String> values) {
    return values.size() > MOST_VALUES
        ? EVERYWHERE.inPart()
        : new Box(List.of(), List.of(), Map.of(key, values), false);
  }

  /** The whole segments with which every text begins that matches. */
  private static Box under(Regex regex) {
    var prefix = regex.literalPrefix();
    return prefix.startsWith("/")
        ? new Box(
            List.of(),
            List.of(new Match.PathUnder(prefix.substring(0, prefix.lastIndexOf('/')))),
            Map.of(),
            false)
        : EVERYWHERE.inPart();
  }

  private static List<Box> coverAll(List<Match> all) {
    var boxes = List.of(EVERYWHERE);
    for (var match : all) {
      var others = cover(match);
      boolean isTooMuch = boxes.size() * others.size() > MOST;
      var product = new ArrayList<Box>(boxes.size() * (isTooMuch ? 1 : others.size()));
      for (var box : boxes) {
        if (isTooMuch) {
          product.add(box.inPart());
          continue;
        }
        for (var other : others) {
          product.add(box.and(other));
        }
      }
      boxes = product;
    }
    return boxes;
  }

  private static List<Box> coverAny(List<Match> any) {
    var hosts = new ArrayList<Match.Host>();
    var paths = new ArrayList<Match.Path>();
    var boxes = new ArrayList<Box>();
    for (var match : any) {
      switch (match) {
        case Match.HostIs host -> hosts.add(host);
        case Match.HostBelow host -> hosts.add(host);
        case Match.PathIs path -> paths.add(path);
        case Match.PathUnder path -> paths.add(path);
        case PathTemplate path -> paths.add(path);
        case Match.HostMatches _,
            Match.PathMatches _,
            Match.Detail _,
            Match.All _,
            Match.Any _,
            Match.Not _ ->
            boxes.addAll(cover(match));
      }
    }
    if (!hosts.isEmpty()) {
      boxes.add(new Box(hosts, List.of(), Map.of(), true));
    }
    if (!paths.isEmpty()) {
      boxes.add(new Box(List.of(), paths, Map.of(), true));
    }
    return boxes.size() > MOST ? List.of(EVERYWHERE.inPart()) : boxes;
  }

  private Box and(Box other) {
    if (isWhole && hosts.isEmpty() && paths.isEmpty() && keys.isEmpty()) {
      return other;
    }
    boolean bothHosts = !hosts.isEmpty() && !other.hosts.isEmpty();
    boolean bothPaths = !paths.isEmpty() && !other.paths.isEmpty();
    var someHosts = closer(hosts, other.hosts);
    var somePaths = closer(paths, other.paths);
    var allKeys = both(keys, other.keys);
    boolean whole = isWhole && other.isWhole && !bothHosts && !bothPaths;
    return (long) someHosts.size() * somePaths.size() > MOST
        ? new Box(someHosts, List.of(), allKeys, false)
        : new Box(someHosts, somePaths, allKeys, whole);
  }

  private static Map<TextKey, List<String>> both(
      Map<TextKey, List<String>> some, Map<TextKey, List<String>> others) {
    if (some.isEmpty() || others.isEmpty()) {
      return some.isEmpty() ? others : some;
    }
    var both = new LinkedHashMap<>(some);
    others.forEach((key, values) -> both.merge(key, values, Box::closer));
    return both;
  }

  /** Where both name some, either holds all that match; fewer places are the better index. */
  private static <T> List<T> closer(List<T> some, List<T> others) {
    if (some.isEmpty() || others.isEmpty()) {
      return some.isEmpty() ? others : some;
    }
    return some.size() <= others.size() ? some : others;
  }

  private Box inPart() {
    return new Box(hosts, paths, keys, false);
  }
}
