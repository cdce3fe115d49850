package dev.signalbox.analysis.replay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the paths that a mistaken one may have meant: those one segment or one character away from
 * what some rule wants. A tree of the rules' segments, walked with one mistake to spare. Built by
 * one thread, then immutable.
 */
final class NearPaths {
  /** Shorter words are too often other words: {@code /en} is not a mistaken {@code /de}. */
  private static final int SHORTEST = 3;

  /** Where one segment may be missing or another, so many are tried in one place. */
  private static final int TRIED = 32;

  /** The mistake that was made. */
  enum Mistake {
    CHARACTER("one character", 0),
    LETTER_CASE("letter case", 0),
    SLASH("a slash at the end", 0),
    MORE("a segment too many", 1),
    LESS("a segment too few", 1),
    OTHER("another segment", 2);

    private final String text;

    /** So many other segments must be as the rule has them; else it would be a coincidence. */
    private final int needed;

    Mistake(String text, int needed) {
      this.text = text;
      this.needed = needed;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** A path that would have been right. */
  record Near(String path, Mistake mistake) {}

  /** What may follow after the same segments. */
  private static final class Node {
    final Map<String, Node> fixed = new HashMap<>();
    final Map<String, List<String>> almost = new HashMap<>();
    @Nullable Node anything;
    boolean isEnd;
    boolean isOpen;

    Node next(@Nullable String segment) {
      if (segment == null) {
        if (anything == null) {
          anything = new Node();
        }
        return anything;
      }
      var known = fixed.get(segment);
      if (known != null) {
        return known;
      }
      var added = new Node();
      fixed.put(segment, added);
      if (segment.length() >= SHORTEST) {
        forEachShorter(
            segment, (key, _) -> almost.computeIfAbsent(key, _ -> new ArrayList<>()).add(segment));
      }
      return added;
    }
  }

  private final Node root = new Node();

  /** Adds what a rule wants. Only what has a fixed segment can be missed by one. */
  void add(PathShape shape) {
    if (shape.fixed() == 0) {
      return;
    }
    var node = root;
    for (var segment : shape.segments()) {
      node = node.next(segment);
    }
    node.isOpen |= shape.isOpen();
    node.isEnd = true;
  }

  /** Every path that is one mistake away and wanted; the same may come twice. */
  List<Near> near(String path) {
    var found = new ArrayList<Near>();
    new Search(PathShape.segments(path), found).walk(root, 0, null, 0);
    return found;
  }

  /** The word in lower case, and it with each one of its letters left out. */
  private static void forEachShorter(String word, BiConsumer<String, String> each) {
    var lower = word.toLowerCase(Locale.ROOT);
    each.accept(lower, word);
    for (int i = 0; i < lower.length(); i++) {
      if (i == 0 || lower.charAt(i) != lower.charAt(i - 1)) {
        each.accept(lower.substring(0, i) + lower.substring(i + 1), word);
      }
    }
  }

  /** Whether one letter added, left out, changed or swapped with its neighbour makes them equal. */
  static boolean isOneCharacterAway(String one, String other) {
    if (Math.abs(one.length() - other.length()) > 1 || one.equals(other)) {
      return false;
    }
    int start = 0;
    int shorter = Math.min(one.length(), other.length());
    while (start < shorter && one.charAt(start) == other.charAt(start)) {
      start++;
    }
    int end = 0;
    while (end < shorter - start
        && one.charAt(one.length() - 1 - end) == other.charAt(other.length() - 1 - end)) {
      end++;
    }
    int ofOne = one.length() - start - end;
    int ofOther = other.length() - start - end;
    return (ofOne <= 1 && ofOther <= 1)
        || (ofOne == 2
            && ofOther == 2
            && one.charAt(start) == other.charAt(start + 1)
            && one.charAt(start + 1) == other.charAt(start));
  }

  /** One walk through the tree. */
  private static final class Search {
    private final List<String> asked;
    private final List<Near> found;
    private final ArrayList<String> meant = new ArrayList<>();

    Search(List<String> asked, List<Near> found) {
      this.asked = asked;
      this.found = found;
    }

    /**
     * Goes on from a node.
     *
     * @param at the segment that comes next
     * @param mistake the one that was made, or null
     * @param fixed how many segments were met exactly where a rule wants just them
     */
    void walk(Node node, int at, @Nullable Mistake mistake, int fixed) {
      boolean isAtEnd = at == asked.size();
      if (mistake != null && fixed >= mistake.needed) {
        end(node, at, mistake);
      }
      if (!isAtEnd) {
        var segment = asked.get(at);
        var exact = node.fixed.get(segment);
        if (exact != null) {
          step(exact, segment, at + 1, mistake, fixed + (segment.isEmpty() ? 0 : 1));
        }
        if (node.anything != null && !segment.isEmpty()) {
          step(node.anything, segment, at + 1, mistake, fixed);
        }
        if (mistake == null) {
          mistaken(node, segment, at, fixed);
        }
      }
      if (mistake == null && node.fixed.size() <= TRIED) {
        for (var child : node.fixed.entrySet()) {
          boolean isSlash = child.getKey().isEmpty();
          if (isSlash ? isAtEnd : !isAtEnd) {
            var made = isSlash ? Mistake.SLASH : Mistake.LESS;
            step(child.getValue(), child.getKey(), at, made, fixed);
          }
        }
      }
    }

    private void mistaken(Node node, String segment, int at, int fixed) {
      boolean isSlash = segment.isEmpty() && at == asked.size() - 1;
      walk(node, at + 1, isSlash ? Mistake.SLASH : Mistake.MORE, fixed);
      if (segment.length() >= SHORTEST) {
        forEachShorter(
            segment,
            (key, _) -> {
              for (var other : node.almost.getOrDefault(key, List.of())) {
                similar(node, segment, other, at, fixed);
              }
            });
      }
      if (at < asked.size() - 1 && node.fixed.size() <= TRIED && !segment.isEmpty()) {
        for (var child : node.fixed.entrySet()) {
          if (!child.getKey().isEmpty() && !child.getKey().equals(segment)) {
            step(child.getValue(), child.getKey(), at + 1, Mistake.OTHER, fixed);
          }
        }
      }
    }

    private void similar(Node node, String segment, String other, int at, int fixed) {
      var next = node.fixed.get(other);
      if (next == null || (isNumber(segment) && isNumber(other))) {
        return;
      }
      if (segment.equalsIgnoreCase(other) && !segment.equals(other)) {
        step(next, other, at + 1, Mistake.LETTER_CASE, fixed);
      } else if (isOneCharacterAway(segment, other)) {
        step(next, other, at + 1, Mistake.CHARACTER, fixed);
      }
    }

    private static boolean isNumber(String segment) {
      return segment.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private void step(Node to, String segment, int at, @Nullable Mistake mistake, int fixed) {
      meant.add(segment);
      walk(to, at, mistake, fixed);
      meant.removeLast();
    }

    private void end(Node node, int at, Mistake mistake) {
      if (!node.isEnd || (at < asked.size() && !node.isOpen)) {
        return;
      }
      var path = new StringBuilder();
      meant.forEach(segment -> path.append('/').append(segment));
      asked.subList(at, asked.size()).forEach(segment -> path.append('/').append(segment));
      if (path.length() > 0) {
        found.add(new Near(path.toString(), mistake));
      }
    }
  }
}
