package dev.signalbox.analysis.replay;

/** Texts out of logs, which anybody may have written, made fit to be shown. Pure. */
final class Shown {
  private static final int LONGEST = 500;

  private Shown() {}

  /** On one line, without anything that could drive a terminal, and not endless. */
  static String text(String text) {
    boolean isFine = text.length() <= LONGEST;
    for (int i = 0; i < text.length() && isFine; i++) {
      isFine = text.charAt(i) >= ' ' && text.charAt(i) < 0x7f;
    }
    if (isFine) {
      return text;
    }
    var shown = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .forEach(c -> {
          if (c >= ' ' && c < 0x7f) {
            shown.append((char) c);
          } else {
            shown.append(String.format(c < 0x100 ? "\\x%02X" : "\\u%04X", c));
          }
        });
    return shown + (text.length() > LONGEST ? "..." : "");
  }
}
