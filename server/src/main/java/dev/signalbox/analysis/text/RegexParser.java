package dev.signalbox.analysis.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads regular expressions in the syntax of RE2, with the meaning RE2/J gives them. What it does
 * not know is said to be not analysable, and so is what RE2/J would refuse. Confined to one call.
 */
final class RegexParser {
  /** What was read. Immutable. */
  sealed interface Result {
    record Read(RegexNode node) implements Result {}

    /** It may be fine, but nothing can be said about it. */
    record NotAnalysable(String why) implements Result {}
  }

  /** Ends the reading; never leaves this class. */
  private static final class Stop extends Exception {
    private static final long serialVersionUID = 1;

    Stop(String why) {
      super(why, null, false, false);
    }
  }

  /** The modes that {@code (?ims)} changes, until the end of the group. */
  private record Modes(boolean anyCase, boolean dotIsAll, boolean manyLines) {
    Modes with(int mode, boolean on) {
      return switch (mode) {
        case 'i' -> new Modes(on, dotIsAll, manyLines);
        case 's' -> new Modes(anyCase, on, manyLines);
        case 'm' -> new Modes(anyCase, dotIsAll, on);
        default -> this; // U: which repetition is tried first does not change what matches
      };
    }
  }

  private static final int DEEPEST = 200;
  private static final int MOST_TIMES = 1000;

  private static final CodePoints DIGIT = CodePoints.ofPairs("09");
  private static final CodePoints SPACE = CodePoints.ofPairs("\t\n\f\r  ");
  private static final CodePoints WORD = CodePoints.ofPairs("09AZ__az");
  private static final CodePoints NEWLINE = CodePoints.ofPairs("\n\n");

  private static final Map<String, CodePoints> NAMED =
      Map.ofEntries(
          Map.entry("alnum", CodePoints.ofPairs("09AZaz")),
          Map.entry("alpha", CodePoints.ofPairs("AZaz")),
          Map.entry("ascii", CodePoints.ofPairs("\0\u007f")),
          Map.entry("blank", CodePoints.ofPairs("\t\t  ")),
          Map.entry("cntrl", CodePoints.ofPairs("\0\u001f\u007f\u007f")),
          Map.entry("digit", DIGIT),
          Map.entry("graph", CodePoints.ofPairs("!~")),
          Map.entry("lower", CodePoints.ofPairs("az")),
          Map.entry("print", CodePoints.ofPairs(" ~")),
          Map.entry("punct", CodePoints.ofPairs("!/:@[`{~")),
          Map.entry("space", CodePoints.ofPairs("\t\r  ")),
          Map.entry("upper", CodePoints.ofPairs("AZ")),
          Map.entry("word", WORD),
          Map.entry("xdigit", CodePoints.ofPairs("09AFaf")));

  private final int[] text;
  private int at;
  private int depth;
  private Modes modes = new Modes(false, false, false);

  private RegexParser(String text) {
    this.text = text.codePoints().toArray();
  }

  static Result parse(String text) {
    try {
      return new Result.Read(new RegexParser(text).all());
    } catch (Stop e) {
      return new Result.NotAnalysable(String.valueOf(e.getMessage()));
    }
  }

  private RegexNode all() throws Stop {
    for (int c : text) {
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        throw new Stop("half a character");
      }
    }
    var node = choice();
    if (more()) {
      throw new Stop("a ) without its (");
    }
    return node;
  }

  private boolean more() {
    return at < text.length;
  }

  private boolean sees(String expected) {
    for (int i = 0; i < expected.length(); i++) {
      if (at + i >= text.length || text[at + i] != expected.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Takes what is expected, if it is there. */
  private boolean takes(String expected) {
    boolean isThere = sees(expected);
    at += isThere ? expected.length() : 0;
    return isThere;
  }

  private int take(String missing) throws Stop {
    if (!more()) {
      throw new Stop(missing);
    }
    return text[at++];
  }

  /** Up to the end or the closing parenthesis, which stays. */
  private RegexNode choice() throws Stop {
    if (++depth > DEEPEST) {
      throw new Stop("more than " + DEEPEST + " groups in each other");
    }
    var choices = new ArrayList<RegexNode>();
    var row = new ArrayList<RegexNode>();
    boolean wasRepeated = false;
    while (more() && text[at] != ')') {
      int start = at;
      int c = text[at++];
      boolean isRepeated = false;
      switch (c) {
        case '|' -> {
          choices.add(new RegexNode.Row(row));
          row.clear();
        }
        case '(' -> group(row);
        case '[' -> row.add(new RegexNode.One(brackets()));
        case '.' -> row.add(new RegexNode.One(modes.dotIsAll ? CodePoints.ALL : NEWLINE.not()));
        case '^' ->
            row.add(where(modes.manyLines ? Nfa.Assertion.LINE_START : Nfa.Assertion.TEXT_START));
        case '$' ->
            row.add(where(modes.manyLines ? Nfa.Assertion.LINE_END : Nfa.Assertion.TEXT_END));
        case '\\' -> escaped(row);
        case '*' -> isRepeated = repeat(row, 0, RegexNode.Times.UNBOUNDED, wasRepeated);
        case '+' -> isRepeated = repeat(row, 1, RegexNode.Times.UNBOUNDED, wasRepeated);
        case '?' -> isRepeated = repeat(row, 0, 1, wasRepeated);
        case '{' -> {
          at = start;
          isRepeated = times(row, wasRepeated);
          if (!isRepeated) {
            at = start + 1;
            row.add(literal('{'));
          }
        }
        default -> row.add(literal(c));
      }
      wasRepeated = isRepeated;
    }
    depth--;
    var last = new RegexNode.Row(row);
    if (choices.isEmpty()) {
      return last;
    }
    choices.add(last);
    return new RegexNode.Choice(choices);
  }

  private static RegexNode where(Nfa.Assertion assertion) {
    return new RegexNode.Where(assertion);
  }

  private RegexNode literal(int c) throws Stop {
    return new RegexNode.One(folded(CodePoints.of(c, c)));
  }

  private CodePoints folded(CodePoints set) throws Stop {
    if (!modes.anyCase) {
      return set;
    }
    if (!set.isAscii()) {
      throw new Stop("(?i) with characters beyond ASCII");
    }
    return set.inAnyCase();
  }

  private void group(List<RegexNode> row) throws Stop {
    var outer = modes;
    if (sees("?P<") || sees("?<")) {
      at += sees("?<") ? 2 : 3;
      int start = at;
      while (take("a group's name without its end") != '>') {
        if (!ByteSet.WORD.has(Math.min(text[at - 1], 0xff))) {
          throw new Stop("a group that is not known");
        }
      }
      if (at - 1 == start) {
        throw new Stop("a group without its name");
      }
    } else if (takes("?")) {
      if (!modesOfGroup()) {
        return; // (?i): from here on, and nothing in itself
      }
    }
    row.add(choice());
    if (!takes(")")) {
      throw new Stop("a ( without its )");
    }
    modes = outer;
  }

  /** Whether a group begins here; otherwise only the modes changed. */
  private boolean modesOfGroup() throws Stop {
    boolean on = true;
    boolean isSaid = false;
    while (true) {
      int c = take("a group without its end");
      switch (c) {
        case 'i', 'm', 's', 'U' -> {
          modes = modes.with(c, on);
          isSaid = true;
        }
        case '-' -> {
          if (!on) {
            throw new Stop("a group that is not known");
          }
          on = false;
          isSaid = false;
        }
        case ':', ')' -> {
          if (!on && !isSaid) {
            throw new Stop("a group that is not known");
          }
          return c == ':';
        }
        default -> throw new Stop("a group that is not known");
      }
    }
  }

  /** Always true. */
  private boolean repeat(List<RegexNode> row, int least, int most, boolean wasRepeated)
      throws Stop {
    takes("?");
    if (wasRepeated) {
      throw new Stop("a repetition of a repetition");
    }
    if (row.isEmpty()) {
      throw new Stop("a repetition of nothing");
    }
    row.add(new RegexNode.Times(row.removeLast(), least, most));
    return true;
  }

  /** Whether these braces are a repetition; if not they stand for themselves. */
  private boolean times(List<RegexNode> row, boolean wasRepeated) throws Stop {
    at++;
    int least = number();
    if (least < 0) {
      return false;
    }
    int most = least;
    if (takes(",")) {
      boolean isUnbounded = sees("}");
      most = isUnbounded ? RegexNode.Times.UNBOUNDED : number();
      if (most < 0 && !isUnbounded) {
        return false;
      }
    }
    if (!takes("}")) {
      return false;
    }
    if (least > MOST_TIMES
        || most > MOST_TIMES
        || (most != RegexNode.Times.UNBOUNDED && most < least)) {
      throw new Stop("a number of repetitions beyond the bounds");
    }
    return repeat(row, least, most, wasRepeated);
  }

  /** At most one above the bound; -1 if there is none. */
  private int number() {
    int start = at;
    int value = 0;
    while (more() && text[at] >= '0' && text[at] <= '9') {
      value = Math.min(value * 10 + text[at++] - '0', MOST_TIMES + 1);
    }
    boolean isPadded = at - start > 1 && text[start] == '0';
    return at == start || isPadded ? -1 : value;
  }

  private void escaped(List<RegexNode> row) throws Stop {
    int c = take("a \\ at the end");
    switch (c) {
      case 'A' -> row.add(where(Nfa.Assertion.TEXT_START));
      case 'z' -> row.add(where(Nfa.Assertion.TEXT_END));
      case 'b' -> row.add(where(Nfa.Assertion.WORD_BOUNDARY));
      case 'B' -> row.add(where(Nfa.Assertion.NO_WORD_BOUNDARY));
      case 'Q' -> {
        while (more() && !sees("\\E")) {
          row.add(literal(text[at++]));
        }
        takes("\\E");
      }
      case 'd', 'D', 's', 'S', 'w', 'W' -> row.add(new RegexNode.One(group(c)));
      default -> {
        at--;
        row.add(literal(escape()));
      }
    }
  }

  private CodePoints group(int name) throws Stop {
    var set =
        folded(
            switch (name | 0x20) {
              case 'd' -> DIGIT;
              case 's' -> SPACE;
              default -> WORD;
            });
    return (name & 0x20) == 0 ? set.not() : set;
  }

  /** The character that stands after a backslash. */
  private int escape() throws Stop {
    int c = take("a \\ at the end");
    return switch (c) {
      case 'a' -> 0x07;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 0x0b;
      case 'x' -> hex();
      case '0' -> octal(c);
      case '1', '2', '3', '4', '5', '6', '7' -> {
        if (!more() || text[at] < '0' || text[at] > '7') {
          throw new Stop("a reference to a group");
        }
        yield octal(c);
      }
      case 'p', 'P' -> throw new Stop("\\p, a class of Unicode");
      default -> {
        if (c > 0x7f || (ByteSet.WORD.has(c) && c != '_')) {
          throw new Stop("an escape that is not known");
        }
        yield c;
      }
    };
  }

  private int octal(int first) {
    int value = first - '0';
    for (int i = 1; i < 3 && more() && text[at] >= '0' && text[at] <= '7'; i++) {
      value = value * 8 + text[at++] - '0';
    }
    return value;
  }

  private int hex() throws Stop {
    if (!takes("{")) {
      return hexDigit() * 16 + hexDigit();
    }
    int value = hexDigit();
    while (!takes("}")) {
      value = value * 16 + hexDigit();
      if (value > CodePoints.LAST) {
        throw new Stop("a character beyond Unicode");
      }
    }
    return value;
  }

  private int hexDigit() throws Stop {
    int c = take("an escape without its end");
    int digit = c < 0x80 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      throw new Stop("an escape that is not known");
    }
    return digit;
  }

  private CodePoints brackets() throws Stop {
    boolean isNot = takes("^");
    var set = CodePoints.NONE;
    boolean isFirst = true;
    while (isFirst || !sees("]")) {
      if (!more()) {
        throw new Stop("a [ without its ]");
      }
      isFirst = false;
      set = set.or(sees("[:") && isNamed() ? named() : sees("\\") ? inBrackets() : range());
    }
    at++;
    return isNot ? set.not() : set;
  }

  private boolean isNamed() {
    for (int i = at + 2; i + 1 < text.length; i++) {
      if (text[i] == ':' && text[i + 1] == ']') {
        return true;
      }
    }
    return false;
  }

  private CodePoints named() throws Stop {
    at += 2;
    boolean isNot = takes("^");
    var name = new StringBuilder();
    while (!takes(":]")) {
      name.appendCodePoint(text[at++]);
    }
    var set = NAMED.get(name.toString());
    if (set == null) {
      throw new Stop("a class that is not known");
    }
    return isNot ? folded(set).not() : folded(set);
  }

  private CodePoints inBrackets() throws Stop {
    int name = at + 1 < text.length ? text[at + 1] : 0;
    if ("dDsSwW".indexOf(name) < 0) {
      return range();
    }
    at += 2;
    return group(name);
  }

  private CodePoints range() throws Stop {
    int first = character();
    int last = first;
    if (sees("-") && !sees("-]")) {
      at++;
      last = character();
    }
    if (last < first) {
      throw new Stop("a range from a character to an earlier one");
    }
    return folded(CodePoints.of(first, last));
  }

  private int character() throws Stop {
    int c = take("a [ without its ]");
    return c == '\\' ? escape() : c;
  }
}
