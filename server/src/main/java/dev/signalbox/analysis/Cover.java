package dev.signalbox.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a request that is in a box but in none of some others. The box is cut along one axis
 * after the other, first into what is outside of the others; a piece that one of them contains is
 * done, and one that none of them meets is where a request must be. If every piece is done, the
 * others cover the box: a proof by exhaustion. Belongs to one search.
 */
final class Cover {
  /** A box of a rule. */
  record Part(int rule, Space space) {}

  /** What came of it. */
  sealed interface Verdict {
    /** A request outside of the others. */
    record Outside(Witness witness) implements Verdict {}

    /** There is none: these rules contain all of the box. */
    record Covered(Set<Integer> by) implements Verdict {}

    /** Neither. */
    record Open(String why) implements Verdict {}
  }

  /** More pieces than this are not looked at for one question. */
  private static final int MOST_STEPS = 20_000;

  /** Pieces where a request should be, but none was found. */
  private static final int MOST_UNSURE = 16;

  private final Budget budget;
  private final Function<Space, Members.Search> members;
  private final Set<Integer> used = new LinkedHashSet<>();
  private int steps;
  private int unsure;
  private @Nullable Witness found;
  private @Nullable String gaveUp;

  /**
   * Prepares a search.
   *
   * @param members finds a request in a piece
   */
  Cover(Budget budget, Function<Space, Members.Search> members) {
    this.budget = budget;
    this.members = members;
  }

  Verdict search(List<Space> boxes, List<Part> others) {
    for (var box : boxes) {
      if (!box.isEmpty() && isOver(box, others)) {
        break;
      }
    }
    if (found != null) {
      return new Verdict.Outside(found);
    }
    if (gaveUp != null) {
      return new Verdict.Open(gaveUp);
    }
    return unsure > 0
        ? new Verdict.Open("no request could be made that meets its conditions")
        : new Verdict.Covered(used);
  }

  /** Looks at a box; whether the search is over. */
  private boolean isOver(Space start, List<Part> others) {
    var box = start;
    var left = others;
    while (true) {
      if (++steps > MOST_STEPS || ((steps & 15) == 0 && budget.isOver())) {
        gaveUp = "more time would be needed";
        return true;
      }
      var near = new LinkedHashMap<Axis, List<Part>>();
      var far = new ArrayList<Part>();
      Part next = null;
      Axis axis = null;
      int fewest = Integer.MAX_VALUE;
      for (var part : left) {
        Axis differing = null;
        int count = 0;
        for (var entry : part.space().axes().entrySet()) {
          var mine = get(box, entry.getKey());
          if (entry.getValue().surelyIncludes(mine)) {
            continue;
          }
          if (entry.getValue().surelyClashes(mine)) {
            count = -1;
            break;
          }
          differing = entry.getKey();
          count++;
        }
        if (count == 0) {
          used.add(part.rule());
          return false;
        }
        if (count == 1 && differing != null) {
          near.computeIfAbsent(differing, _ -> new ArrayList<>()).add(part);
        } else if (count > 1) {
          far.add(part);
          if (count < fewest) {
            fewest = count;
            next = part;
            axis = differing;
          }
        }
      }
      if (!near.isEmpty()) {
        for (var group : near.entrySet()) {
          var rest = without(box, group);
          if (rest.fill() == Values.Fill.EMPTY) {
            return false;
          }
          box = box.with(group.getKey(), rest);
        }
        left = far;
        if (!far.isEmpty()) {
          continue;
        }
      }
      return (next == null || axis == null) ? isFound(box) : isOverIn(box, far, next, axis);
    }
  }

  /** What differs on one axis alone is cut off there, all at once. */
  private Values without(Space box, Map.Entry<Axis, List<Part>> group) {
    var axis = group.getKey();
    var taken = new ArrayList<Values>();
    for (var part : group.getValue()) {
      used.add(part.rule());
      taken.add(get(part.space(), axis));
    }
    return get(box, axis).minus(Values.union(taken));
  }

  /** Cuts a box in two. */
  private boolean isOverIn(Space box, List<Part> others, Part part, Axis axis) {
    var mine = get(box, axis);
    var theirs = get(part.space(), axis);
    var outside = mine.minus(theirs);
    if (outside.fill() != Values.Fill.EMPTY) {
      var rest = new ArrayList<>(others);
      rest.remove(part);
      if (isOver(box.with(axis, outside), rest)) {
        return true;
      }
    }
    var inside = mine.and(theirs);
    return inside.fill() != Values.Fill.EMPTY && isOver(box.with(axis, inside), others);
  }

  private boolean isFound(Space box) {
    if (box.isEmpty()) {
      return false;
    }
    return switch (members.apply(box)) {
      case Members.Search.Found(var witness) -> {
        found = witness;
        yield true;
      }
      case Members.Search.Nothing _ -> false;
      case Members.Search.NotFound _ -> ++unsure >= MOST_UNSURE;
    };
  }

  private static Values get(Space space, Axis axis) {
    var values = space.get(axis);
    return values == null ? Legal.of(axis) : values;
  }
}
