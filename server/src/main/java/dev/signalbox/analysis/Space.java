package dev.signalbox.analysis;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests that on each axis have one of some values: a box. An axis that is not named is free.
 * Immutable.
 */
record Space(Map<Axis, Values> axes) {
  static final Space ALL = new Space(Map.of());

  static Space of(Axis axis, Values values) {
    return new Space(Map.of(axis, values));
  }

  @Nullable Values get(Axis axis) {
    return axes.get(axis);
  }

  Space with(Axis axis, Values values) {
    var more = new LinkedHashMap<>(axes);
    more.put(axis, values);
    return new Space(more);
  }

  /** What is in both; null where that is surely nothing. */
  @Nullable Space and(Space other) {
    if (axes.isEmpty() || other.axes.isEmpty()) {
      return axes.isEmpty() ? other : this;
    }
    if (surelyClashes(other)) {
      return null;
    }
    var both = new LinkedHashMap<>(axes);
    other.axes.forEach((axis, values) -> both.merge(axis, values, Values::and));
    return new Space(both);
  }

  /** What is in either, where both are about the same single axis. */
  Space orOnOneAxis(Space other) {
    var mine = axes.entrySet().iterator().next();
    var theirs = other.axes.entrySet().iterator().next();
    return of(mine.getKey(), mine.getValue().or(theirs.getValue()));
  }

  /** Whether all of the other is in this. False may also mean: not easily seen. */
  boolean surelyIncludes(Space other) {
    for (var entry : axes.entrySet()) {
      var theirs = other.get(entry.getKey());
      var values = theirs == null ? Legal.of(entry.getKey()) : theirs;
      if (!entry.getValue().surelyIncludes(values)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the two have nothing in common. False may also mean: not easily seen. */
  boolean surelyClashes(Space other) {
    for (var entry : axes.entrySet()) {
      var theirs = other.get(entry.getKey());
      if (theirs != null && entry.getValue().surelyClashes(theirs)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is proved that it is empty. */
  boolean isEmpty() {
    return axes.values().stream().anyMatch(values -> values.fill() == Values.Fill.EMPTY);
  }
}
