package dev.signalbox.config;

/** How text from a file is shown to a person: nothing in it may drive the terminal. */
public final class Shown {
  private static final int LONGEST = 60;

  private Shown() {}

  /** A value inside a sentence: as it is if it is plain, else in quotes, never long. */
  static String value(String text) {
    boolean isPlain = !text.isEmpty() && text.codePoints().allMatch(Shown::isPlain);
    var shown = shortened(text);
    return isPlain ? shown : quoted(text);
  }

  static String quoted(String text) {
    return "\"" + clean(shortened(text)).replace("\"", "\\\"") + "\"";
  }

  /** One line: control and invisible characters become a mark, a tab becomes a space. */
  public static String clean(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == '\t' || c == '\n' || c == '\r' ? ' ' : isVisible(c) ? c : '\ufffd')
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  private static String shortened(String text) {
    if (text.codePointCount(0, text.length()) <= LONGEST) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, LONGEST - 1)) + "…";
  }

  private static boolean isPlain(int c) {
    return c > ' ' && c < 0x7f && c != '"' && c != ',' && c != '(' && c != ')';
  }

  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      // FORMAT holds the marks that turn text round: what is shown must be what is there.
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
