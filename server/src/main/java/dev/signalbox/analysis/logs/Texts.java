package dev.signalbox.analysis.logs;

/** Texts out of logs, which anybody may have written, made fit to be shown. Pure. */
final class Texts {
  private static final int LONGEST = 40;

  private Texts() {}

  /** Without anything that could drive a terminal, and not too long. */
  static String shown(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .forEach(c -> {
          if (c >= ' ' && c < 0x7f) {
            shown.append((char) c);
          } else if (c < 0x100) {
            shown.append(String.format("\\x%02X", c));
          } else {
            shown.append(String.format("\\u%04X", c));
          }
        });
    return text.length() > LONGEST ? shown + "..." : shown.toString();
  }
}
