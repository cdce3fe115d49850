package dev.signalbox.route;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a table must look for a route: under each of these hosts, and there at each of these paths.
 * Immutable.
 *
 * @param hosts empty for any
 * @param paths empty for any
 * @param isWhole whether hosts and paths are the whole condition; otherwise a request found here
 *     must still be asked
 */
record Box(List<Match.Host> hosts, List<Match.Path> paths, boolean isWhole) {
  /** Beyond so many boxes, or places in one, a route is found less closely and asked instead. */
  private static final int MOST = 1024;

  private static final Box EVERYWHERE = new Box(List.of(), List.of(), true);

  /** Boxes that together hold every request that matches. */
  static List<Box> cover(Match match) {
    return switch (match) {
      case Match.HostMatches _, Match.PathMatches _, PathTemplate _ -> List.of(EVERYWHERE.inPart());
      case Match.Host host -> List.of(new Box(List.of(host), List.of(), true));
      case Match.Path path -> List.of(new Box(List.of(), List.of(path), true));
      case Match.All(var all) -> coverAll(all);
      case Match.Any(var any) -> coverAny(any);
      case Match.Detail _, Match.Not _ -> List.of(EVERYWHERE.inPart());
    };
  }

  private static List<Box> coverAll(List<Match> all) {
    var boxes = List.of(EVERYWHERE);
    for (var match : all) {
      var others = cover(match);
      var product = new ArrayList<Box>();
      if (boxes.size() * others.size() > MOST) {
        boxes.forEach(box -> product.add(box.inPart()));
      } else {
        boxes.forEach(box -> others.forEach(other -> product.add(box.and(other))));
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
        case Match.HostMatches _, Match.PathMatches _, PathTemplate _ -> boxes.addAll(cover(match));
        case Match.Host host -> hosts.add(host);
        case Match.Path path -> paths.add(path);
        case Match.All _, Match.Any _, Match.Not _, Match.Detail _ -> boxes.addAll(cover(match));
      }
    }
    if (!hosts.isEmpty()) {
      boxes.add(new Box(hosts, List.of(), true));
    }
    if (!paths.isEmpty()) {
      boxes.add(new Box(List.of(), paths, true));
    }
    return boxes.size() > MOST ? List.of(EVERYWHERE.inPart()) : boxes;
  }

  private Box and(Box other) {
    boolean bothHosts = !hosts.isEmpty() && !other.hosts.isEmpty();
    boolean bothPaths = !paths.isEmpty() && !other.paths.isEmpty();
    var someHosts = closer(hosts, other.hosts);
    var somePaths = closer(paths, other.paths);
    boolean whole = isWhole && other.isWhole && !bothHosts && !bothPaths;
    return (long) someHosts.size() * somePaths.size() > MOST
        ? new Box(someHosts, List.of(), false)
        : new Box(someHosts, somePaths, whole);
  }

  /** Where both name some, either holds all that match; fewer places are the better index. */
  private static <T> List<T> closer(List<T> some, List<T> others) {
    if (some.isEmpty() || others.isEmpty()) {
      return some.isEmpty() ? others : some;
    }
    return some.size() <= others.size() ? some : others;
  }

  private Box inPart() {
    return new Box(hosts, paths, false);
  }
}
