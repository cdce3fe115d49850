package dev.signalbox.analysis.text;

import java.util.Optional;

/** One of the infinite sets of texts that a {@link TextSet} is made of. Immutable. */
sealed interface Form permits Glob, Language, Composite {
  boolean contains(String text);

  /** The set as an automaton; empty if it would be too big. */
  Optional<Automaton> automaton();

  /** Whether all of the other is surely in this one. False may also mean: not easily seen. */
  default boolean includes(Form other) {
    return equals(other)
        || (this instanceof Glob mine && other instanceof Glob theirs && mine.includes(theirs));
  }

  /** Whether the two surely have nothing in common. False may also mean: not easily seen. */
  default boolean clashes(Form other) {
    return this instanceof Glob mine && other instanceof Glob theirs && mine.clashes(theirs);
  }
}
