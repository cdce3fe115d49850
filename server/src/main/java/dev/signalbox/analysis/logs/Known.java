package dev.signalbox.analysis.logs;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * What is known of a logged request. That a field is known includes that it may be known to be
 * absent. Immutable.
 *
 * @param allHeaders whether every header is known but those listed; otherwise those listed are
 * @param headers names in lower case
 */
public record Known(Set<Part> parts, boolean allHeaders, Set<String> headers) {
  public Known {
    parts = Set.copyOf(parts);
    headers = Set.copyOf(headers);
  }

  public boolean knows(Part part) {
    return parts.contains(part);
  }

  /**
   * Whether a header's value, or its absence, is known.
   *
   * @param name in lower case
   */
  public boolean knowsHeader(String name) {
    return headers.contains(name) != allHeaders;
  }

  /** The same with one part more. */
  public Known with(Part part) {
    if (parts.contains(part)) {
      return this;
    }
    var more = EnumSet.of(part);
    more.addAll(parts);
    return new Known(more, allHeaders, headers);
  }

  /** The same, as far as these headers are asked for: equal where the answers are. */
  public Known about(Set<String> asked) {
    var known = new HashSet<String>();
    for (var name : asked) {
      if (knowsHeader(name)) {
        known.add(name);
      }
    }
    return new Known(parts, false, known);
  }
}
