package dev.signalbox.route;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.signalbox.config.InvalidValue;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression in the syntax of RE2, which takes time linear in the text whatever the
 * expression. It always speaks of the whole text, as if it stood between {@code ^} and {@code $}.
 * Two of the same text are equal. Immutable.
 */
public final class Regex {
  /** Longer ones are lists in disguise, and each costs memory many times its length. */
  private static final int LONGEST = 4096;

  private static final String QUANTIFIERS = "*+?{";
  private static final String SPECIAL = "\\.[]{}()|*+?^$";

  private final Pattern pattern;

  private Regex(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles one.
   *
   * @throws InvalidValue if it is none
   */
  public static Regex of(String text) {
    if (text.length() > LONGEST) {
      throw new InvalidValue(text, "is too long", "at most " + LONGEST + " characters");
    }
    try {
      return new Regex(Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      throw RegexMistake.of(text, e);
    }
  }

  /** The expression as it was written. */
  public String pattern() {
    return pattern.pattern();
  }

  /** The names of its groups. */
  public Set<String> names() {
    return new TreeSet<>(pattern.namedGroups().keySet());
  }

  /** Whether the whole text matches. */
  public boolean matches(String text) {
    return pattern.matches(text);
  }

  /** Whether the whole range matches, read as UTF-8. */
  public boolean matches(byte[] bytes, int start, int end) {
    return pattern.matches(new String(bytes, start, end - start, StandardCharsets.UTF_8));
  }

  /** Puts what the named groups hold; nothing where the text does not match. */
  void capture(String text, Map<String, String> into) {
    Matcher matcher = pattern.matcher(text);
    if (matcher.matches()) {
      for (String name : pattern.namedGroups().keySet()) {
        @Nullable String group = matcher.group(name);
        into.put(name, group == null ? "" : group); // a group that took no part
      }
    }
  }

  /** What each text that matches begins with, as far as it is ASCII; may be empty. */
  String literalPrefix() {
    var text = pattern();
    int at = text.startsWith("^") ? 1 : 0;
    int end = at;
    while (end < text.length() && isLiteral(text.charAt(end))) {
      end++;
    }
    if (hasAlternatives(text)) {
      return "";
    }
    if (end < text.length() && end > at && QUANTIFIERS.indexOf(text.charAt(end)) >= 0) {
      end--; // may be there any number of times
    }
    return text.substring(at, end);
  }

  private static boolean isLiteral(char c) {
    return c > ' ' && c < 0x7f && SPECIAL.indexOf(c) < 0;
  }

  /** Whether one may stand outside of all groups. Wrong only to the safe side. */
  private static boolean hasAlternatives(String text) {
    int depth = 0;
    for (int at = 0; at < text.length(); at++) {
      switch (text.charAt(at)) {
        case '(' -> depth++;
        case ')' -> depth--;
        case '|' -> {
          if (depth <= 0) {
            return true;
          }
        }
        case '\\', '[' -> {
          return text.indexOf('|', at) >= 0; // here brackets may be no groups
        }
        default -> {}
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Regex regex && pattern().equals(regex.pattern());
  }

  @Override
  public int hashCode() {
    return pattern().hashCode();
  }

  @Override
  public String toString() {
    return pattern();
  }
}
