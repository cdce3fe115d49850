package dev.signalbox.analysis.text;

import dev.signalbox.analysis.text.Glob.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns a regular expression that was read into bytes: into a few rows of elements where that is
 * all it says, otherwise into an automaton. Confined to one call.
 */
final class RegexForms {
  /** Beyond so many rows an automaton is the simpler thing. */
  private static final int MOST_GLOBS = 8;

  private static final int MOST_ELEMENTS = 4096;

  private final TextEncoding encoding;
  private final Nfa nfa = new Nfa();

  RegexForms(TextEncoding encoding) {
    this.encoding = encoding;
  }

  /** The rows that together are the expression, or null if it is more than that. */
  @Nullable List<List<Element>> globs(RegexNode node) {
    return rows(stripped(node, true, true));
  }

  Optional<Automaton> automaton(RegexNode node) {
    return nfa.determinise(build(node, nfa.end()));
  }

  /** Without conditions that always hold, since the whole text must match. */
  private static RegexNode stripped(RegexNode node, boolean isStart, boolean isEnd) {
    return switch (node) {
      case RegexNode.Where(var assertion) -> {
        boolean holds =
            switch (assertion) {
              case TEXT_START, LINE_START -> isStart;
              case TEXT_END, LINE_END -> isEnd;
              case WORD_BOUNDARY, NO_WORD_BOUNDARY -> false;
            };
        yield holds ? RegexNode.NOTHING : node;
      }
      case RegexNode.Row(var parts) -> {
        var left = new ArrayList<>(parts);
        if (isStart) {
          for (int i = 0; i < left.size(); i++) {
            left.set(i, stripped(left.get(i), true, isEnd && i == left.size() - 1));
            if (!left.get(i).equals(RegexNode.NOTHING)) {
              break;
            }
          }
        }
        if (isEnd) {
          for (int i = left.size() - 1; i >= 0; i--) {
            left.set(i, stripped(left.get(i), false, true));
            if (!left.get(i).equals(RegexNode.NOTHING)) {
              break;
            }
          }
        }
        left.removeIf(RegexNode.NOTHING::equals);
        yield new RegexNode.Row(left);
      }
      case RegexNode.Choice(var parts) ->
          new RegexNode.Choice(parts.stream().map(part -> stripped(part, isStart, isEnd)).toList());
      case RegexNode.One _, RegexNode.Times _ -> node;
    };
  }

  private @Nullable List<List<Element>> rows(RegexNode node) {
    return switch (node) {
      case RegexNode.One(var characters) -> one(characters);
      case RegexNode.Row(var parts) -> {
        @Nullable List<List<Element>> rows = List.of(List.of());
        for (var part : parts) {
          rows = joined(rows, rows(part));
        }
        yield rows;
      }
      case RegexNode.Choice(var parts) -> {
        var rows = new ArrayList<List<Element>>();
        for (var part : parts) {
          var more = rows(part);
          if (more == null || rows.size() + more.size() > MOST_GLOBS) {
            yield null;
          }
          rows.addAll(more);
        }
        yield rows;
      }
      case RegexNode.Times(var part, var least, var most) -> times(rows(part), least, most);
      case RegexNode.Where _ -> null;
    };
  }

  private @Nullable List<List<Element>> one(CodePoints characters) {
    if (encoding == TextEncoding.LATIN_1 || characters.isAscii()) {
      var bytes = characters.bytes();
      return bytes.isEmpty() ? List.of() : List.of(List.of(Element.one(bytes)));
    }
    var sequences = encoding.sequences(characters);
    return sequences.size() == 1
        ? List.of(sequences.getFirst().stream().map(Element::one).toList())
        : null;
  }

  private static @Nullable List<List<Element>> times(
      @Nullable List<List<Element>> part, int least, int most) {
    if (part == null) {
      return null;
    }
    @Nullable List<List<Element>> rows = List.of(List.of());
    for (int i = 0; i < least; i++) {
      rows = joined(rows, part);
    }
    if (most == RegexNode.Times.UNBOUNDED) {
      var many = many(part);
      return many == null ? null : joined(rows, List.of(List.of(many)));
    }
    var all = new ArrayList<List<Element>>();
    for (int i = least; rows != null && i <= most; i++) {
      all.addAll(rows);
      if (all.size() > MOST_GLOBS) {
        return null;
      }
      rows = joined(rows, part);
    }
    return rows == null ? null : all;
  }

  /** Any number of what takes one byte is an element; of longer things it is not. */
  private static @Nullable Element many(List<List<Element>> part) {
    var bytes = ByteSet.NONE;
    for (var row : part) {
      if (row.size() != 1) {
        return null;
      }
      bytes = bytes.or(row.getFirst().bytes());
    }
    return Element.many(bytes);
  }

  private static @Nullable List<List<Element>> joined(
      @Nullable List<List<Element>> left, @Nullable List<List<Element>> right) {
    if (left == null || right == null || left.size() * right.size() > MOST_GLOBS) {
      return null;
    }
    var rows = new ArrayList<List<Element>>();
    for (var start : left) {
      for (var end : right) {
        if (start.size() + end.size() > MOST_ELEMENTS) {
          return null;
        }
        var row = new ArrayList<Element>(start.size() + end.size());
        row.addAll(start);
        row.addAll(end);
        rows.add(row);
      }
    }
    return rows;
  }

  private int build(RegexNode node, int next) {
    if (nfa.isTooBig()) {
      return next;
    }
    return switch (node) {
      case RegexNode.One(var characters) -> {
        var sequences = encoding.sequences(characters);
        var starts = new int[sequences.size()];
        for (int i = 0; i < starts.length; i++) {
          starts[i] = next;
          for (var bytes : sequences.get(i).reversed()) {
            starts[i] = nfa.one(bytes, starts[i]);
          }
        }
        yield starts.length == 1 ? starts[0] : nfa.either(starts);
      }
      case RegexNode.Row(var parts) -> {
        int start = next;
        for (var part : parts.reversed()) {
          start = build(part, start);
        }
        yield start;
      }
      case RegexNode.Choice(var parts) ->
          nfa.either(parts.stream().mapToInt(part -> build(part, next)).toArray());
      case RegexNode.Times(var part, var least, var most) -> {
        int start = next;
        if (most == RegexNode.Times.UNBOUNDED) {
          start = nfa.open();
          nfa.close(start, build(part, start), next);
        }
        for (int i = least; i < most; i++) {
          start = nfa.either(build(part, start), next);
        }
        for (int i = 0; i < least; i++) {
          start = build(part, start);
        }
        yield start;
      }
      case RegexNode.Where(var assertion) -> nfa.when(assertion, next);
    };
  }
}
