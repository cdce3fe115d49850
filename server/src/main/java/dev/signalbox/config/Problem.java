package dev.signalbox.config;

/**
 * One mistake in a configuration.
 *
 * @param what what is wrong: {@code weight: 300}
 * @param hint what would be right: {@code expected: 1 to 256}; empty if there is nothing to say
 * @param source the line it stands on, empty if there is none
 */
public record Problem(Position at, String what, String hint, String source) {
  private static final int WINDOW = 70;
  private static final String BOLD = "\u001b[1m";
  private static final String RED = "\u001b[1;31m";
  private static final String GREEN = "\u001b[32m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  /** The mistake in one line, without where it is. */
  public String message() {
    return hint.isEmpty() ? what : what + " (" + hint + ")";
  }

  /** The mistake with its place, and under it the line with a mark below what is wrong. */
  public String render(boolean colour) {
    var out = new StringBuilder();
    out.append(colour ? BOLD : "").append(at).append(": ").append(colour ? PLAIN : "");
    out.append(colour ? RED : "").append(Shown.clean(what)).append(colour ? PLAIN : "");
    if (!hint.isEmpty()) {
      out.append(colour ? GREEN : "").append(" (").append(Shown.clean(hint)).append(')');
      out.append(colour ? PLAIN : "");
    }
    return out.append('\n').append(excerpt(colour)).toString();
  }

  /** The line with a mark below what this is about; empty where it is about no line. */
  public String excerpt(boolean colour) {
    if (at.line() == 0) {
      return "";
    }
    var out = new StringBuilder();
    int[] line = Shown.clean(source).codePoints().toArray();
    int column = Math.min(at.column() - 1, line.length);
    // A window of the line that an 80-column terminal shows without wrapping.
    int from = line.length <= WINDOW ? 0 : Math.clamp(column - WINDOW / 2, 0, line.length - WINDOW);
    int to = Math.min(line.length, from + WINDOW);
    var before = from > 0 ? "…" : "";
    var after = to < line.length ? "…" : "";
    var number = String.format("%4d", at.line());
    int width = Math.clamp(at.width(), 1, Math.max(1, to - column));
    out.append(colour ? DIM : "").append(number).append(" | ").append(colour ? PLAIN : "");
    out.append(before).append(new String(line, from, to - from)).append(after).append('\n');
    out.repeat(' ', number.length()).append(colour ? DIM : "").append(" | ");
    out.append(colour ? PLAIN : "").repeat(' ', before.length() + column - from);
    out.append(colour ? RED : "").append('^').repeat('~', width - 1);
    return out.append(colour ? PLAIN : "").append('\n').toString();
  }
}
