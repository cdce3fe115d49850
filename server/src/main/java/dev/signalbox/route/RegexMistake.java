package dev.signalbox.route;

import com.google.re2j.PatternSyntaxException;
import dev.signalbox.config.InvalidValue;
import java.util.ArrayDeque;

/** What is wrong with a regular expression, in words and with its place. Pure. */
final class RegexMistake {
  private RegexMistake() {}

  static InvalidValue of(String text, PatternSyntaxException mistake) {
    var reason = mistake.getDescription();
    var piece = mistake.getPattern() == null ? "" : mistake.getPattern();
    int at = reason.equals("missing closing )") ? unclosed(text) : place(text, piece, reason);
    var where = at < 0 ? "" : " at character " + (at + 1);
    var shown = piece.isEmpty() || piece.equals(text) ? "" : ", \"" + piece + "\"";
    boolean isPerl = text.matches(".*\\(\\?<?[=!].*") || piece.matches("\\\\[1-9].*");
    return new InvalidValue(
        text,
        "is no regular expression: " + reason + where + shown,
        isPerl
            ? "RE2 syntax, which has no look-around and no back-references"
            : "RE2 syntax, like [a-z]+-[0-9]{3}");
  }

  private static int place(String text, String piece, String reason) {
    if (piece.isEmpty() || piece.equals(text)) {
      return -1;
    }
    return reason.startsWith("duplicate") ? text.lastIndexOf(piece) : text.indexOf(piece);
  }

  /** Where the last group begins that does not end. */
  private static int unclosed(String text) {
    var open = new ArrayDeque<Integer>();
    boolean isInClass = false;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\\') {
        at++;
      } else if (isInClass) {
        isInClass = c != ']';
      } else if (c == '[') {
        isInClass = true;
      } else if (c == '(') {
        open.push(at);
      } else if (c == ')' && !open.isEmpty()) {
        open.pop();
      }
    }
    return open.isEmpty() ? -1 : open.peek();
  }
}
