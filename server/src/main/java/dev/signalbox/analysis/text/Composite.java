package dev.signalbox.analysis.text;

import java.util.Optional;

/** A set with too many parts to be multiplied out, kept as one thing. Immutable. */
record Composite(TextSet set) implements Form {
  @Override
  public boolean contains(String text) {
    return set.contains(text);
  }

  @Override
  public Optional<Automaton> automaton() {
    return set.automaton();
  }
}
