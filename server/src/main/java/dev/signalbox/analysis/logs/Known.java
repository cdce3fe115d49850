package dev.signalbox.analysis.logs;

import java.util.HashSet;
import java.util.Set;

/**
 * What is known of a logged request. That a field is known includes that it may be known to be
 * absent. Immutable.
 *
 * @param parts one bit for each {@link Part}
 * @param allHeaders whether every header is known but those listed; otherwise those listed are
 * @param headers names in lower case
 */
public record Known(int parts, boolean allHeaders, Set<String> headers) {
  public Known {
    headers = Set.copyOf(headers);
  }

  /** What is known of these parts, and of headers. */
  public static Known of(Set<Part> parts, boolean allHeaders, Set<String> headers) {
    int bits = 0;
    for (var part : parts) {
      bits |= part.bit();
    }
    return new Known(bits, allHeaders, headers);
  }

  public boolean knows(Part part) {
    return (parts & part.bit()) != 0;
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
    return new Known(parts | part.bit(), allHeaders, headers);
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
