package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.ObjectShape.Values;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a text must be: {@code exact}, a list, or a map like {@code { prefix: /v1 }}. */
final class TextTestText {
  static final Shape<Regex> REGEX =
      Shapes.value(
          "regex", "", List.of("[a-z]+-[0-9]{3}", "(?i).*bot.*", "v(?P<major>[0-9]+)"), Regex::of);

  private static final Pattern IS_RANGE = Pattern.compile("(-?[0-9]{1,18})?\\.\\.(-?[0-9]{1,18})?");
  private static final Shape<TextTest> RANGE =
      Shapes.value(
          "number-range",
          "^(-?[0-9]+)?\\.\\.(-?[0-9]+)?$",
          List.of("1..5", "100..", "..0"),
          TextTestText::range);

  /** A test, or that there is no text at all. */
  record Wanted(TextTest test, boolean isAbsent) {
    /** The condition that this is so in a field. */
    Match in(Field field) {
      var there = new Match.FieldMatch(field, test);
      return isAbsent ? new Match.Not(there) : there;
    }
  }

  static final Shape<Wanted> SHAPE =
      ObjectShape.<Wanted>of(
              "What a text must be. One of these, and ignore-case where it makes sense.",
              keys -> keys(keys)::apply)
          .orJust("is");

  private TextTestText() {}

  /** Declares the keys of a test, for a map that may have others too; null after a mistake. */
  static Function<Values, @Nullable Wanted> keys(Keys keys) {
    var is =
        keys.optional(
            "is", ConditionKeys.some(Shapes.text("a text")), "Exactly this text, or one of these.");
    var oneOf =
        keys.optional(
            "one-of", ConditionKeys.some(Shapes.text("a text")), "Exactly one of these texts.");
    var prefix = keys.optional("prefix", part(), "Begins with this.");
    var suffix = keys.optional("suffix", part(), "Ends with this.");
    var contains = keys.optional("contains", part(), "Has this somewhere.");
    var regex =
        keys.optional("regex", REGEX, "A regular expression (RE2 syntax) for the whole text.");
    var present = keys.optional("present", yes("absent"), "It is there, if only empty.");
    var absent = keys.optional("absent", yes("present"), "It is not there.");
    var range = keys.optional("range", RANGE, "A whole number from the first to the last.");
    var ignoreCase =
        keys.optional(
            "ignore-case", Shapes.bool(), "Whether A to Z are the same as a to z; if not, false.");
    keys.exactlyOne(is, oneOf, prefix, suffix, contains, regex, present, absent, range);
    return values -> {
      var ignores = values.find(ignoreCase);
      boolean isAnyCase = ignores != null && ignores;
      for (var key : List.of(regex, present, absent, range)) {
        if (ignores != null && values.find(key) != null) {
          values.report(
              ignoreCase,
              "does not go with \"" + key.name() + "\"",
              key.equals(regex) ? "(?i) at the start of the regex" : "no ignore-case");
          return null;
        }
      }
      TextTest test = texts(values, is, isAnyCase);
      test = test == null ? texts(values, oneOf, isAnyCase) : test;
      test = test == null ? with(values, prefix, isAnyCase, TextTest.Prefix::new) : test;
      test = test == null ? with(values, suffix, isAnyCase, TextTest.Suffix::new) : test;
      test = test == null ? with(values, contains, isAnyCase, TextTest.Contains::new) : test;
      var expression = values.find(regex);
      test = expression == null ? test : new TextTest.Matches(expression);
      var numbers = values.find(range);
      test = numbers == null ? test : numbers;
      return new Wanted(test == null ? new TextTest.Present() : test, values.find(absent) != null);
    };
  }

  private static @Nullable TextTest texts(
      Values values, ObjectShape.Key<List<String>> key, boolean anyCase) {
    var texts = values.find(key);
    if (texts == null) {
      return null;
    }
    return texts.size() == 1
        ? new TextTest.Is(texts.getFirst(), anyCase)
        : new TextTest.OneOf(texts, anyCase);
  }

  private static @Nullable TextTest with(
      Values values,
      ObjectShape.Key<String> key,
      boolean anyCase,
      BiFunction<String, Boolean, TextTest> test) {
    var text = values.find(key);
    return text == null ? null : test.apply(text, anyCase);
  }

  private static Shape<String> part() {
    return Shapes.text("a text")
        .only(text -> !text.isEmpty(), "a text; for any at all present: true");
  }

  private static Shape<Boolean> yes(String opposite) {
    return Shapes.bool().only(is -> is, "true; the opposite is " + opposite + ": true");
  }

  private static TextTest range(String text) {
    var matcher = IS_RANGE.matcher(text);
    if (!matcher.matches() || text.equals("..")) {
      throw new InvalidValue(text, "is no range of numbers", "like 1..5, 100.. or ..0");
    }
    long low = matcher.group(1) == null ? Long.MIN_VALUE : Long.parseLong(matcher.group(1));
    long high = matcher.group(2) == null ? Long.MAX_VALUE : Long.parseLong(matcher.group(2));
    if (low > high) {
      throw new InvalidValue(text, "ends before it begins", high + ".." + low);
    }
    return new TextTest.Range(low, high);
  }
}
