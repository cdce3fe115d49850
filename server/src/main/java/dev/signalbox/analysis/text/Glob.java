package dev.signalbox.analysis.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are a row of elements: each one byte of some set, or any number of them. Prefixes,
 * suffixes, templates, wildcards and most regular expressions are such rows, and what is true of
 * two of them is found by walking along both, without an automaton. Immutable.
 */
public final class Glob implements Form {
  /** Beyond so many places, rows are compared by automata. */
  private static final int MOST_PLACES = 20_000;

  /**
   * One byte of a set, or any number of them.
   *
   * @param isMany any number, also none
   */
  public record Element(ByteSet bytes, boolean isMany) {
    public static final Element ANYTHING = new Element(ByteSet.ALL, true);

    public static Element one(ByteSet bytes) {
      return new Element(bytes, false);
    }

    public static Element many(ByteSet bytes) {
      return new Element(bytes, true);
    }
  }

  private final Element[] elements;

  /** What each text begins and ends with, to the byte: most pairs are told apart by these. */
  private final String head;

  private final String tail;
  private final int shortest;

  private Glob(Element[] elements) {
    this.elements = elements;
    int from = 0;
    while (from < elements.length && isFixed(elements[from])) {
      from++;
    }
    int to = elements.length;
    while (to > from && isFixed(elements[to - 1])) {
      to--;
    }
    head = literal(elements, 0, from);
    tail = from == elements.length ? head : literal(elements, to, elements.length);
    shortest = (int) Arrays.stream(elements).filter(e -> !e.isMany).count();
  }

  static Glob of(List<Element> elements) {
    return new Glob(elements.toArray(Element[]::new));
  }

  /** What each text begins with. */
  String head() {
    return head;
  }

  /** What each text ends with. */
  String tail() {
    return tail;
  }

  /** The elements of a literal. */
  public static List<Element> literal(String text, boolean ignoreCase) {
    var elements = new ArrayList<Element>(text.length() + 2);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      elements.add(Element.one(ignoreCase ? ByteSet.inAnyCase(c) : ByteSet.of(c)));
    }
    return elements;
  }

  private static boolean isFixed(Element element) {
    return !element.isMany && element.bytes.size() == 1;
  }

  private static String literal(Element[] elements, int from, int to) {
    var text = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      text.append(elements[i].bytes.only());
    }
    return text.toString();
  }

  @Override
  public boolean contains(String text) {
    if (text.length() < shortest || !text.startsWith(head) || !text.endsWith(tail)) {
      return false;
    }
    var walk = new Walk();
    for (int i = 0; i < text.length(); i++) {
      if (!walk.on(ByteSet.of(text.charAt(i)), false)) {
        return false;
      }
    }
    return walk.isAtEnd();
  }

  /** Whether each text of the other is one of this. False may also mean: not easily seen. */
  boolean includes(Glob other) {
    if (other.shortest < shortest || !other.head.startsWith(head) || !other.tail.endsWith(tail)) {
      return false;
    }
    var walk = new Walk();
    for (var element : other.elements) {
      if (!walk.on(element.bytes, element.isMany)) {
        return false;
      }
    }
    return walk.isAtEnd();
  }

  /** Whether no text can be in both. False may also mean: they are long. */
  boolean clashes(Glob other) {
    int start = Math.min(head.length(), other.head.length());
    int end = Math.min(tail.length(), other.tail.length());
    if (!head.regionMatches(0, other.head, 0, start)
        || !tail.regionMatches(tail.length() - end, other.tail, other.tail.length() - end, end)) {
      return true;
    }
    return other.elements.length - start < Long.SIZE && !meets(other, start);
  }

  /** Walks along both from behind what they begin with; exact. */
  private boolean meets(Glob other, int start) {
    long places = other.skipped(1, start); // in the other row, as bits
    for (int i = start; i < elements.length && places != 0; i++) {
      var bytes = elements[i].bytes;
      if (!elements[i].isMany) {
        places = other.step(places, bytes, start);
        continue;
      }
      for (long fresh = places; fresh != 0; ) {
        fresh = other.step(fresh, bytes, start) & ~places;
        places |= fresh;
      }
    }
    return (places >>> (other.elements.length - start) & 1) != 0;
  }

  /** Where one may stand in this row after one byte of these. */
  private long step(long places, ByteSet taken, int start) {
    long next = 0;
    for (long left = places; left != 0; left &= left - 1) {
      int place = Long.numberOfTrailingZeros(left);
      if (place + start < elements.length && elements[place + start].bytes.meets(taken)) {
        next |= elements[place + start].isMany ? 1L << place : 2L << place;
      }
    }
    return skipped(next, start);
  }

  /** The same places, and those behind whatever may be left out. */
  private long skipped(long places, int start) {
    long all = places;
    for (long left = places; left != 0; left &= left - 1) {
      int place = Long.numberOfTrailingZeros(left);
      while (place + start < elements.length && elements[place + start].isMany) {
        all |= 1L << ++place;
      }
    }
    return all;
  }

  /** The places at which one may stand in this row after some symbols. Confined to one call. */
  private final class Walk {
    private boolean[] at = new boolean[elements.length + 1];
    private boolean[] next = new boolean[elements.length + 1];
    private int low;
    private int high;

    Walk() {
      at[0] = true;
      skip();
    }

    /** Takes a byte of this set, or any number of them; whether one still stands anywhere. */
    boolean on(ByteSet bytes, boolean isMany) {
      Arrays.fill(next, low, Math.min(high + 2, next.length), false);
      int first = -1;
      int last = -1;
      for (int i = low; i <= high && i < elements.length; i++) {
        var element = elements[i];
        if (!at[i] || !bytes.isSubsetOf(element.bytes)) {
          continue;
        }
        // Any number of bytes are surely taken only where any number may be.
        if (element.isMany || !isMany) {
          last = element.isMany ? i : i + 1;
          next[last] = true;
          first = first < 0 ? last : first;
        }
      }
      if (first < 0) {
        return false;
      }
      var swap = at;
      at = next;
      next = swap;
      // what the other holds beyond is old, and is cleared before it is used
      low = first;
      high = last;
      skip();
      return true;
    }

    private void skip() {
      for (int i = low; i <= high && i < elements.length; i++) {
        if (at[i] && elements[i].isMany) {
          if (i == high) {
            high++;
            at[high] = true;
          }
          at[i + 1] = true;
        }
      }
    }

    boolean isAtEnd() {
      return high == elements.length && at[high];
    }
  }

  @Override
  public Optional<Automaton> automaton() {
    var nfa = new Nfa();
    int end = nfa.end();
    for (int i = elements.length - 1; i >= 0; i--) {
      end = elements[i].isMany ? nfa.many(elements[i].bytes, end) : nfa.one(elements[i].bytes, end);
    }
    return nfa.determinise(end);
  }

  /** A text of this; longer and with other bytes for higher turns. */
  String example(int turn) {
    var text = new StringBuilder();
    for (var element : elements) {
      // The first is the shortest, the others show what may stand where there may be something.
      int count = element.isMany ? (turn + 2) / 3 : 1;
      for (int i = 0; i < count; i++) {
        text.append(element.bytes.pick(turn == 0 ? 0 : turn * 7 + i));
      }
    }
    return text.toString();
  }

  /** Every text of this if they are few and finite in number, otherwise null. */
  @Nullable List<String> texts(int most) {
    var texts = List.of("");
    for (var element : elements) {
      if (element.isMany || texts.size() * element.bytes.size() > most) {
        return null;
      }
      var longer = new ArrayList<String>();
      for (var text : texts) {
        for (int i = 0; i < element.bytes.size(); i++) {
          longer.add(text + element.bytes.pick(i));
        }
      }
      texts = longer;
    }
    return texts;
  }

  /**
   * A shortest text that all of them have. Exact, but for a bound on the effort. Which bytes are
   * picked where several would do depends on the turn.
   */
  static Emptiness meet(List<Glob> globs, int turn) {
    long places = 1;
    for (var glob : globs) {
      places *= glob.elements.length + 1;
      if (places > Integer.MAX_VALUE) {
        return new Emptiness.Unknown();
      }
    }
    return new Meeting(globs, turn).find((int) places - 1);
  }

  /** A search of all rows at once for a way to their ends. Confined to one call. */
  private static final class Meeting {
    private record Step(int from, char taken) {}

    private static final char NOTHING = 0x100;

    private final List<Glob> globs;
    private final int turn;
    private final HashMap<Integer, Step> steps = new HashMap<>();
    private final ArrayDeque<Integer> open = new ArrayDeque<>();

    Meeting(List<Glob> globs, int turn) {
      this.globs = globs;
      this.turn = turn;
    }

    /** The place of all is one number: the place in the first, times the length of the second… */
    Emptiness find(int goal) {
      steps.put(0, new Step(-1, NOTHING));
      open.add(0);
      while (!open.isEmpty()) {
        int place = open.pop();
        if (place == goal) {
          return new Emptiness.Member(way(goal));
        }
        if (steps.size() > MOST_PLACES) {
          return new Emptiness.Unknown();
        }
        advance(place);
      }
      return new Emptiness.Empty();
    }

    private void advance(int place) {
      var bytes = ByteSet.ALL;
      int next = place;
      boolean isStuck = false;
      int weight = 1;
      int rest = place;
      for (int i = globs.size() - 1; i >= 0; i--) {
        var elements = globs.get(i).elements;
        int at = rest % (elements.length + 1);
        rest /= elements.length + 1;
        if (at == elements.length) {
          isStuck = true;
        } else {
          bytes = bytes.and(elements[at].bytes);
          if (elements[at].isMany) {
            reach(place + weight, place, NOTHING);
          } else {
            next += weight;
          }
        }
        weight *= elements.length + 1;
      }
      // From where all are in a "many" a byte leads to the same place: never shorter.
      if (!isStuck && !bytes.isEmpty() && next != place) {
        reach(next, place, bytes.pick(turn * 7));
      }
    }

    private void reach(int place, int from, char taken) {
      if (steps.putIfAbsent(place, new Step(from, taken)) == null) {
        if (taken == NOTHING) {
          open.addFirst(place);
        } else {
          open.addLast(place);
        }
      }
    }

    private String way(int goal) {
      var text = new StringBuilder();
      for (int place = goal; place != 0; ) {
        var step = steps.get(place);
        if (step == null) {
          throw new IllegalStateException("no way to " + place);
        }
        if (step.taken != NOTHING) {
          text.append(step.taken);
        }
        place = step.from;
      }
      return text.reverse().toString();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Glob glob
        && head.equals(glob.head)
        && Arrays.equals(elements, glob.elements);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(elements);
  }
}
