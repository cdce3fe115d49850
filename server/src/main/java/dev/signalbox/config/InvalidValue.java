package dev.signalbox.config;

/**
 * A text is not a value of its type. {@code why} completes a sentence that starts with the text:
 * {@code 10.0.0.1:99999} "has port 99999".
 */
public final class InvalidValue extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String why;
  private final String expected;

  public InvalidValue(String text, String why, String expected) {
    super(sentence(Shown.value(text), why) + " (expected: " + expected + ")");
    this.why = why;
    this.expected = expected;
  }

  public String why() {
    return why;
  }

  public String expected() {
    return expected;
  }

  static String sentence(String shownText, String why) {
    return why.isEmpty() ? shownText : shownText + " " + why;
  }
}
