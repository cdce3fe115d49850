package dev.signalbox.config;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Fills in {@code ${NAME}} and {@code ${NAME:-default}} from the environment. Two dollars in front
 * of the brace stand for one, and no placeholder. What is filled in is not looked at again, so a
 * variable cannot name another.
 */
final class Placeholders {
  private final Function<String, @Nullable String> environment;

  /** Told of each mistake: where in the text it is, and what. */
  interface Mistakes {
    void report(int offset, int length, String what, String expected);
  }

  Placeholders(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /** The text filled in, or null after a mistake. */
  @Nullable String fill(String text, Mistakes mistakes) {
    int open = text.indexOf("${");
    if (open < 0) {
      return text;
    }
    var out = new StringBuilder();
    int copied = 0;
    boolean isWhole = true;
    while (open >= 0) {
      if (open > copied && text.charAt(open - 1) == '$') {
        out.append(text, copied, open - 1).append("${");
        copied = open + 2;
        open = text.indexOf("${", copied);
        continue;
      }
      int close = text.indexOf('}', open);
      if (close < 0) {
        mistakes.report(
            open,
            text.length() - open,
            "\"${\" is never closed",
            "${NAME}, or $${ for the text \"${\"");
        return null;
      }
      out.append(text, copied, open);
      var value = value(text, open, close, mistakes);
      isWhole &= value != null;
      out.append(value == null ? "" : value);
      copied = close + 1;
      open = text.indexOf("${", copied);
    }
    return isWhole ? out.append(text, copied, text.length()).toString() : null;
  }

  private @Nullable String value(String text, int open, int close, Mistakes mistakes) {
    var inside = text.substring(open + 2, close);
    int dash = inside.indexOf(":-");
    var name = dash < 0 ? inside : inside.substring(0, dash);
    if (!isName(name)) {
      mistakes.report(
          open,
          close + 1 - open,
          Shown.quoted("${" + inside + "}") + " names no variable",
          "${NAME} or ${NAME:-default}; $${ for the text \"${\"");
      return null;
    }
    var value = environment.apply(name);
    if (dash >= 0) {
      // As in a shell, the default also stands for an empty variable.
      return value == null || value.isEmpty() ? inside.substring(dash + 2) : value;
    }
    if (value == null) {
      mistakes.report(
          open,
          close + 1 - open,
          name + " is not in the environment",
          name + "=… in it, or ${" + name + ":-default}");
    }
    return value;
  }

  private static boolean isName(String name) {
    return !name.isEmpty()
        && !Character.isDigit(name.charAt(0))
        && name.chars().allMatch(c -> c == '_' || (c < 0x80 && Character.isLetterOrDigit(c)));
  }
}
