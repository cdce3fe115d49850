package dev.signalbox.analysis;

import dev.signalbox.route.Field;
import dev.signalbox.route.Match;

/** One thing about a request that conditions speak of, independent of the others. Immutable. */
sealed interface Axis {
  /** What every request has. */
  enum Part implements Axis {
    HOST,
    PATH,
    METHOD,
    SCHEME,
    LISTENER,
    SOURCE
  }

  /** A header, a cookie, a query parameter or the name in the TLS handshake. */
  record Named(Field field) implements Axis {}

  /**
   * Whether a request meets a condition of which nothing else is known here: the time, the device,
   * a regular expression beyond the calculus. Two equal conditions are one axis; others count as
   * independent, so that more seems possible than is, and never less.
   */
  record Leaf(Match match) implements Axis {}
}
