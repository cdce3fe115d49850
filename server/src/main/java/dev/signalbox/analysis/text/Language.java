package dev.signalbox.analysis.text;

import java.util.Optional;

/** The texts an automaton accepts. Two are equal if they are the same automaton. Immutable. */
record Language(Automaton accepted) implements Form {
  @Override
  public boolean contains(String text) {
    return accepted.accepts(text);
  }

  @Override
  public Optional<Automaton> automaton() {
    return Optional.of(accepted);
  }
}
