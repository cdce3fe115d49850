package dev.signalbox.testkit;

/** A version of HTTP. */
public enum Version {
  H1("h1"),
  H2("h2");

  private final String word;

  Version(String word) {
    this.word = word;
  }

  /** As a configuration names it. */
  @Override
  public String toString() {
    return word;
  }
}
