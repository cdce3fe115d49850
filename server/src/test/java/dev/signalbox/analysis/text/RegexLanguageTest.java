package dev.signalbox.analysis.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RE2/J decides what a regular expression means; the calculus must never disagree. */
class RegexLanguageTest {
  /** Each construct, alone and among others. */
  static final List<String> CONSTRUCTS =
      List.of(
          "",
          "a",
          "abc",
          "a|b",
          "|a",
          "a||b",
          "(a)",
          "(?:a)",
          "(?P<n>a)b",
          "(?<n>a)b",
          "()",
          "a*",
          "a+",
          "a?",
          "a*?",
          "a+?",
          "a??",
          "a{2}",
          "a{1,}",
          "a{0,2}",
          "a{1,2}?",
          "a{0}",
          "a{,2}",
          "a{",
          "a{x}",
          "a{1",
          "a{1,x}",
          "a{01}",
          "{",
          "}",
          "]",
          "a{2,1",
          "x{2}{",
          "[a]",
          "[ab]",
          "[a-c]",
          "[^a]",
          "[^a-c]",
          "[]a]",
          "[^]a]",
          "[a-]",
          "[-a]",
          "[a\\]]",
          "[a-c-e]",
          "[[:alpha:]]",
          "[[:^alpha:]]",
          "[[:alnum:]]",
          "[[:ascii:]]",
          "[[:blank:]]",
          "[[:cntrl:]]",
          "[[:digit:]]",
          "[[:graph:]]",
          "[[:lower:]]",
          "[[:print:]]",
          "[[:punct:]]",
          "[[:space:]]",
          "[[:upper:]]",
          "[[:word:]]",
          "[[:xdigit:]]",
          "[[:digit:]a[:space:]]",
          "[^[:digit:]]",
          "[[a]",
          "\\d",
          "\\D",
          "\\s",
          "\\S",
          "\\w",
          "\\W",
          "[\\d]",
          "[^\\d]",
          "[\\Da]",
          "[\\s\\w]",
          "[\\W]",
          ".",
          "(?s).",
          "(?-s).",
          "(?s:.)a",
          "(?s:.).",
          "(?i)k",
          "(?i)abc",
          "(?i)s",
          "(?i)[a-k]",
          "(?i)[^k]",
          "(?i)\\w",
          "(?i)\\W",
          "(?i)[[:lower:]]",
          "(?i:a)b",
          "a(?i)b|b",
          "(a(?i)b)b",
          "(?i-i)a",
          "(?U)a*",
          "(?m)^a$",
          "(?m)a$\n^b",
          "(?m)^",
          "(?m)$",
          "(?ms).^",
          "(?-m)a$",
          "^a$",
          "^",
          "$",
          "^^a$$",
          "a^",
          "$a",
          "a^b",
          "(^a|b$)",
          "(^|a)b",
          "a($|b)",
          "\\Aa\\z",
          "a\\z",
          "(\\A)a",
          "^*a",
          "(^)*a",
          "(?:$)+",
          "a\\b",
          "\\ba",
          "a\\bb",
          "a\\B",
          "a\\Bb",
          "\\B",
          "\\b",
          "a\\b b",
          "\\.",
          "\\_",
          "\\-",
          "\\/",
          "\\x41",
          "\\x{41}",
          "\\x{e9}",
          "\\x{1F600}",
          "\\101",
          "\\12",
          "\\0",
          "\\07",
          "\\a",
          "\\f",
          "\\n",
          "\\r",
          "\\t",
          "\\v",
          "\\Qa.b\\E",
          "\\Q.",
          "\\Qab\\E*",
          "\\Q\\E",
          "a\\Q\\E*",
          "(?i)\\Qk\\E",
          "é",
          "[é]",
          "[^é]",
          "[a-é]",
          "é*",
          "[\\x{80}-\\x{10ffff}]",
          "[^\\x00-\\x{10ffff}]",
          "[^\\x00-\\x{10ffff}]*",
          "\\C?",
          "(a*)*",
          "(a|b*)*",
          "(a*)+",
          "(|a)*",
          "(|a)+",
          "(a|)+b",
          "((a))",
          "a(?i)*",
          "a*(?i)*",
          "(a{2}){2}",
          "(a?){3}",
          "(ab|a)(bc|c)?",
          "a.*b",
          ".*",
          ".+",
          "/users/[0-9]+",
          "(?:GET|POST)",
          "[a-z0-9]+(-[a-z0-9]+)*");

  private static final String[] PIECES = {
    "a",
    "b",
    "k",
    "K",
    "s",
    "_",
    " ",
    "\n",
    "é",
    "A",
    "0",
    "-",
    ".",
    "[a-k]",
    "[^a]",
    "[\\w-]",
    "\\d",
    "\\w",
    "\\W",
    "\\s",
    "\\b",
    "\\B",
    "^",
    "$",
    "\\A",
    "\\z",
    "(?i)",
    "(?s)",
    "(?m)",
    "(?-i)",
    "(?U)",
    "[[:upper:]]",
    "[^\\W]",
    "\\Qa\\E",
    "\\x{e9}",
    "[b-é]",
    "|",
    "*",
    "+",
    "?",
    "{2}",
    "{0,2}",
    "{1,}",
    "(",
    ")",
    "(?:",
    "(?i:",
    "(?P<",
    "n>",
    "[",
    "]",
    "\\",
    "{",
    "}",
    ",",
    "^*"
  };

  private static final String[] LETTERS = {
    "a", "b", "k", "K", "s", "A", "_", " ", "\n", "0", ".", "-", "é"
  };

  private final Random random = new Random(20261123);

  @ParameterizedTest
  @FieldSource("CONSTRUCTS")
  void constructMeansWhatRe2Says(String regex) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(regex);
    } catch (PatternSyntaxException _) {
      return; // then no route has it
    }
    compare(pattern, texts());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\pL", "\\p{Greek}", "[\\pL]", "(?i)é", "(?i)[é-ü]"})
  void whatIsNotKnownIsSaidToBeNotAnalysable(String regex) {
    assertThat(Pattern.compile(regex)).isNotNull();
    assertThat(RegexLanguage.of(regex, TextEncoding.UTF_8))
        .isInstanceOf(RegexLanguage.NotAnalysable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        ")",
        "(a",
        "a)",
        "[",
        "[a",
        "[b-a]",
        "[[:foo:]]",
        "*",
        "a**",
        "a{2}{2}",
        "a|*",
        "(*a)",
        "a{1001}",
        "a{2,1}",
        "\\",
        "\\y",
        "\\1",
        "\\8",
        "\\C",
        "\\x",
        "\\x{",
        "\\x{}",
        "\\x{110000}",
        "(?",
        "(?x)",
        "(?i-)",
        "(?P<",
        "(?P<a",
        "(?P<>a)",
        "(?P<a-b>a)",
        "(?=a)",
        "(?<!a)",
        "[a\\",
        "\\Z"
      })
  void whatRe2RefusesIsRefused(String regex) {
    assertThat(catchThrowable(() -> Pattern.compile(regex)))
        .isInstanceOf(PatternSyntaxException.class);
    assertThat(RegexLanguage.of(regex, TextEncoding.UTF_8))
        .isInstanceOf(RegexLanguage.NotAnalysable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"((a{1000}){1000}){1000}", "(a|b)*a(a|b){20}", "((((a{9}){9}){9}){9}){9}b"})
  void whatWouldBeTooBigIsSaidToBeSo(String regex) {
    assertThat(RegexLanguage.of(regex, TextEncoding.UTF_8))
        .isEqualTo(new RegexLanguage.NotAnalysable("more than 10000 states"));
  }

  @Test
  void groupsInGroupsEndSomewhere() {
    assertThat(RegexLanguage.of("(".repeat(50_000) + ")".repeat(50_000), TextEncoding.UTF_8))
        .isInstanceOf(RegexLanguage.NotAnalysable.class);
  }

  @Test
  void expressionsAtRandomMeanWhatRe2Says() {
    int compared = 0;
    for (int i = 0; i < 12_000; i++) {
      var regex = new StringBuilder();
      for (int pieces = random.nextInt(8); pieces >= 0; pieces--) {
        regex.append(PIECES[random.nextInt(PIECES.length)]);
      }
      compared += compared(regex.toString());
    }
    assertThat(compared).isGreaterThan(2500);
  }

  @Test
  void wellFormedExpressionsAtRandomMeanWhatRe2Says() {
    int compared = 0;
    for (int i = 0; i < 4000; i++) {
      compared += compared(expression(3));
    }
    assertThat(compared).isGreaterThan(3500);
  }

  @Test
  void literalsAndTheirLikeAreNoAutomata() {
    for (var regex : List.of("shop\\.example\\.com", "^/api/v[12]/.*$", "/a/[^/]+/b", "(a|b)x.*")) {
      assertThat(new RegexForms(TextEncoding.LATIN_1).globs(read(regex))).as(regex).isNotNull();
    }
  }

  private int compared(String regex) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(regex);
    } catch (RuntimeException _) {
      return 0; // RE2/J also stumbles in other ways over what is no expression
    }
    var texts = new ArrayList<String>();
    for (int i = 0; i < 30; i++) {
      texts.add(text());
    }
    return compare(pattern, texts) ? 1 : 0;
  }

  /** Whether there was anything to compare. */
  private static boolean compare(Pattern pattern, List<String> texts) {
    var regex = pattern.pattern();
    if (!(RegexParser.parse(regex) instanceof RegexParser.Result.Read(var node))) {
      return false;
    }
    for (var encoding : TextEncoding.values()) {
      var automaton = new RegexForms(encoding).automaton(node).orElseThrow();
      var known = ((RegexLanguage.Known) RegexLanguage.of(regex, encoding)).texts();
      for (var text : texts) {
        boolean expected = pattern.matches(text);
        var bytes = encoding == TextEncoding.UTF_8 ? TextSet.bytes(text) : text;
        if (automaton.accepts(bytes) != expected || known.contains(bytes) != expected) {
          assertThat(automaton.accepts(bytes))
              .as("/%s/ \"%s\" %s", regex, text, encoding)
              .isEqualTo(expected);
          assertThat(known.contains(bytes))
              .as("/%s/ \"%s\" %s as a set", regex, text, encoding)
              .isEqualTo(expected);
        }
      }
    }
    return true;
  }

  private static RegexNode read(String regex) {
    return ((RegexParser.Result.Read) RegexParser.parse(regex)).node();
  }

  private String expression(int depth) {
    if (depth == 0) {
      return PIECES[random.nextInt(22)];
    }
    var inner = expression(depth - 1);
    return switch (random.nextInt(9)) {
      case 0 -> inner + "|" + expression(depth - 1);
      case 1 -> "(" + inner + ")*";
      case 2 -> "(?:" + inner + ")+?";
      case 3 -> "(" + inner + "){1,2}";
      case 4 -> "(?i:" + inner + ")";
      case 5 -> "(?ms)" + inner;
      case 6 -> "^" + inner + "$";
      default -> inner + expression(depth - 1);
    };
  }

  private String text() {
    var text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(LETTERS[random.nextInt(LETTERS.length)]);
    }
    return text.toString();
  }

  /** Every character of the first page alone, and short texts. */
  private List<String> texts() {
    var all = new ArrayList<String>();
    for (int c = 0; c < 256; c++) {
      all.add(String.valueOf((char) c));
    }
    for (int i = 0; i < 600; i++) {
      all.add(text());
    }
    Stream.of(
            "",
            "aa",
            "aaa",
            "aaaa",
            "ab",
            "abc",
            "abbc",
            "ac",
            "a{",
            "a{x}",
            "a{1",
            "a{1,x}",
            "a{,2}",
            "a{01}",
            "a\nb",
            "a b",
            "a.b",
            ".",
            "abab",
            "abb",
            "aab",
            "/users/42",
            "GET",
            "a-b-c",
            "a{2,1",
            "xx{",
            "abcabc",
            "kK",
            "aB",
            "AB",
            "ABC",
            "x1",
            "éé",
            "ax")
        .forEach(all::add);
    return all;
  }
}
