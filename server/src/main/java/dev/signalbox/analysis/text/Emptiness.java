package dev.signalbox.analysis.text;

/** The answer to whether a set has members. Immutable. */
public sealed interface Emptiness {
  /** It has: this one. */
  record Member(String text) implements Emptiness {}

  /** It has none; this is proved. */
  record Empty() implements Emptiness {}

  /** Not decided within the bounds. */
  record Unknown() implements Emptiness {}
}
