package dev.signalbox.analysis.text;

import java.util.List;

/** A regular expression, read. What only matters to captures is gone. Immutable. */
sealed interface RegexNode {
  /** Nothing at all; always there. */
  RegexNode NOTHING = new Row(List.of());

  /** One character of a set. */
  record One(CodePoints characters) implements RegexNode {}

  /** One after the other. */
  record Row(List<RegexNode> parts) implements RegexNode {
    public Row {
      parts = List.copyOf(parts);
    }
  }

  /** One of them; of none, no text. */
  record Choice(List<RegexNode> parts) implements RegexNode {
    public Choice {
      parts = List.copyOf(parts);
    }
  }

  /**
   * Several times.
   *
   * @param most {@link #UNBOUNDED}, or at least {@code least}
   */
  record Times(RegexNode part, int least, int most) implements RegexNode {
    static final int UNBOUNDED = -1;
  }

  /** A condition on the place. */
  record Where(Nfa.Assertion assertion) implements RegexNode {}
}
