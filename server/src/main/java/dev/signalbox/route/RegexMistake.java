package dev.signalbox.route;

import com.google.re2j.PatternSyntaxException;
import dev.signalbox.config.InvalidValue;

/** What is wrong with a regular expression, in words and with its place. Pure. */
final class RegexMistake {
  private RegexMistake() {}

  static InvalidValue of(String text, PatternSyntaxException mistake) {
    var piece = mistake.getPattern() == null ? "" : mistake.getPattern();
    int at = piece.isEmpty() || piece.equals(text) ? -1 : text.indexOf(piece);
    boolean isPerl = piece.startsWith("(?") && !mistake.getDescription().contains("missing");
    var where = at < 0 ? "" : " at character " + (at + 1) + ", \"" + piece + "\"";
    var why = "is no regular expression: " + mistake.getDescription() + where;
    return new InvalidValue(
        text,
        why,
        isPerl || piece.matches("\\\\[1-9].*")
            ? "RE2 syntax, which has no look-around and no back-references"
            : "RE2 syntax, like [a-z]+-[0-9]{3}");
  }
}
