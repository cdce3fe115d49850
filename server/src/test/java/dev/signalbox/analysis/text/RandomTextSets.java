package dev.signalbox.analysis.text;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;

/** Sets of texts at random, each with what it should hold said in the plainest way. */
final class RandomTextSets {
  /**
   * A set and its meaning.
   *
   * @param shown for the message of a failure
   */
  record Case(TextSet set, Predicate<String> meaning, String shown) {}

  private static final String LETTERS = "ab/.";

  private static final List<String> REGEXES =
      List.of(
          "a",
          "a|b",
          "(a|b)*",
          "a*",
          ".*a",
          "/[^/]+",
          "/a(/.*)?",
          "(?i)aB",
          "[ab]{2}",
          "a+b?",
          "",
          "(aa)*",
          "(a|ab)(b|)",
          "[^a].*",
          "/(a|b)/.*",
          ".+\\..+",
          "(a.)*",
          "^a|b$",
          "\\ba.*");

  private final Random random;

  RandomTextSets(long seed) {
    random = new Random(seed);
  }

  /** Every text of so many letters or fewer. */
  static List<String> texts(int longest) {
    var texts = new ArrayList<>(List.of(""));
    int from = 0;
    for (int length = 1; length <= longest; length++) {
      int to = texts.size();
      for (int i = from; i < to; i++) {
        for (char c : LETTERS.toCharArray()) {
          texts.add(texts.get(i) + c);
        }
      }
      from = to;
    }
    return texts;
  }

  Case any(int depth) {
    if (depth == 0 || random.nextInt(6) == 0) {
      return form();
    }
    var left = any(depth - 1);
    if (random.nextInt(6) == 0) {
      return new Case(left.set.not(), left.meaning.negate(), "not " + left.shown);
    }
    var right = any(depth - 1);
    return switch (random.nextInt(3)) {
      case 0 ->
          new Case(
              left.set.and(right.set),
              left.meaning.and(right.meaning),
              "(" + left.shown + " and " + right.shown + ")");
      case 1 ->
          new Case(
              left.set.or(right.set),
              left.meaning.or(right.meaning),
              "(" + left.shown + " or " + right.shown + ")");
      default ->
          new Case(
              left.set.minus(right.set),
              left.meaning.and(right.meaning.negate()),
              "(" + left.shown + " minus " + right.shown + ")");
    };
  }

  private Case form() {
    var text = text(3);
    return switch (random.nextInt(14)) {
      case 0 -> new Case(TextSet.of(text), text::equals, "is " + text);
      case 1 -> {
        var texts = List.of(text, text(3), text(2));
        yield new Case(TextSet.of(texts), texts::contains, "one of " + texts);
      }
      case 2 -> new Case(TextSet.prefix(text, false), t -> t.startsWith(text), "prefix " + text);
      case 3 -> new Case(TextSet.suffix(text, false), t -> t.endsWith(text), "suffix " + text);
      case 4 -> new Case(TextSet.containing(text, false), t -> t.contains(text), "has " + text);
      case 5 ->
          new Case(
              TextSet.ofAnyCase(text), t -> lower(t).equals(lower(text)), "is in any case " + text);
      case 6 ->
          new Case(
              TextSet.prefix(text, true),
              t -> lower(t).startsWith(lower(text)),
              "prefix in any case " + text);
      case 7 ->
          new Case(
              TextSet.containing(text, true),
              t -> lower(t).contains(lower(text)),
              "has in any case " + text);
      case 8 ->
          new Case(
              TextSet.below(text),
              t -> t.length() > text.length() + 1 && t.endsWith("." + text),
              "below " + text);
      case 9 ->
          new Case(
              TextSet.under("/" + text),
              t -> t.equals("/" + text) || t.startsWith("/" + text + "/"),
              "under /" + text);
      case 10, 11 -> template();
      case 12 ->
          random.nextBoolean()
              ? new Case(TextSet.ANY, _ -> true, "anything")
              : new Case(TextSet.NONE, _ -> false, "nothing");
      default -> regex(REGEXES.get(random.nextInt(REGEXES.size())));
    };
  }

  private Case template() {
    var segments = new ArrayList<String>();
    var regex = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      var segment = random.nextBoolean() ? null : text(2).replace("/", "");
      segments.add(segment);
      regex.append('/').append(segment == null ? "[^/]+" : Pattern.quote(segment));
    }
    boolean hasRest = random.nextInt(3) == 0;
    var pattern = Pattern.compile("(?s)" + regex + (hasRest ? "/.*" : ""));
    return new Case(
        TextSet.template(segments, hasRest), pattern::matches, "template " + pattern.pattern());
  }

  private Case regex(String regex) {
    var known = (RegexLanguage.Known) RegexLanguage.of(regex, TextEncoding.LATIN_1);
    return new Case(known.texts(), Pattern.compile(regex)::matches, "regex " + regex);
  }

  private String text(int longest) {
    var text = new StringBuilder();
    for (int i = random.nextInt(longest + 1); i > 0; i--) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
