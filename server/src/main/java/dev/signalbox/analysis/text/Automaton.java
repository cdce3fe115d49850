package dev.signalbox.analysis.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A deterministic automaton over bytes: a set of texts of which everything can be computed, at the
 * price of a table. A text is a string whose characters are its bytes. State 0 is the start, and
 * each state has a way for each class of bytes. Immutable.
 */
final class Automaton {
  /** What would have more is too big. */
  static final int MOST_STATES = 10_000;

  private final int[] classOf;
  private final int[][] ways;
  private final boolean[] accepting;

  /** From where no text is accepted, and from where every one is. */
  private final BitSet hopeless;

  private final BitSet certain;

  Automaton(int[] classOf, int[][] ways, boolean[] accepting) {
    this.classOf = classOf;
    this.ways = ways;
    this.accepting = accepting;
    hopeless = notReaching(true);
    certain = notReaching(false);
  }

  private BitSet notReaching(boolean accepted) {
    var back = new ArrayList<ArrayList<Integer>>();
    for (int i = 0; i < ways.length; i++) {
      back.add(new ArrayList<>());
    }
    var open = new ArrayDeque<Integer>();
    var reaching = new BitSet();
    for (int from = 0; from < ways.length; from++) {
      for (int to : ways[from]) {
        back.get(to).add(from);
      }
      if (accepting[from] == accepted) {
        reaching.set(from);
        open.add(from);
      }
    }
    while (!open.isEmpty()) {
      for (int from : back.get(open.pop())) {
        if (!reaching.get(from)) {
          reaching.set(from);
          open.add(from);
        }
      }
    }
    reaching.flip(0, ways.length);
    return reaching;
  }

  /** Exactly these texts. */
  static Optional<Automaton> of(Iterable<String> texts) {
    var nfa = new Nfa();
    int end = nfa.end();
    var starts = new ArrayList<Integer>();
    for (var text : texts) {
      int start = end;
      for (int i = text.length() - 1; i >= 0; i--) {
        start = nfa.one(ByteSet.of(text.charAt(i)), start);
      }
      starts.add(start);
    }
    return nfa.determinise(nfa.either(starts.stream().mapToInt(Integer::intValue).toArray()));
  }

  boolean accepts(String text) {
    int state = 0;
    for (int i = 0; i < text.length(); i++) {
      state = ways[state][classOf[text.charAt(i)]];
    }
    return accepting[state];
  }

  int states() {
    return ways.length;
  }

  boolean isEmpty() {
    return hopeless.get(0);
  }

  Automaton not() {
    var others = accepting.clone();
    for (int i = 0; i < others.length; i++) {
      others[i] = !others[i];
    }
    return new Automaton(classOf, ways, others);
  }

  /** The texts that all of the first and none of the second accept; empty if it is too big. */
  static Optional<Automaton> product(List<Automaton> all, List<Automaton> none) {
    return new Product(all, none).build();
  }

  /** A run of several at once. Confined to one call. */
  private static final class Product {
    /** Stands for a state from which the rest of the text cannot matter to this part. */
    private static final int DECIDED = -1;

    private static final class Place {
      private final int[] states;

      Place(int[] states) {
        this.states = states;
      }

      @Override
      public boolean equals(Object other) {
        return other instanceof Place place && Arrays.equals(states, place.states);
      }

      @Override
      public int hashCode() {
        return Arrays.hashCode(states);
      }
    }

    private final List<Automaton> parts = new ArrayList<>();
    private final int wanted;
    private final HashMap<Place, Integer> numbers = new HashMap<>();
    private final ArrayList<@Nullable Place> places = new ArrayList<>();
    private int sink = -1;

    Product(List<Automaton> all, List<Automaton> none) {
      parts.addAll(all);
      parts.addAll(none);
      wanted = all.size();
    }

    Optional<Automaton> build() {
      var classes = new ByteClasses();
      parts.forEach(part -> classes.refine(part.classOf));
      var bytes = classes.representatives();
      var table = new ArrayList<int[]>();
      var accepting = new BitSet();
      number(new int[parts.size()]);
      for (int i = 0; i < places.size(); i++) {
        if (places.size() > MOST_STATES) {
          return Optional.empty();
        }
        var place = places.get(i);
        var ways = new int[bytes.length];
        if (place == null) {
          Arrays.fill(ways, i);
        } else {
          for (int c = 0; c < bytes.length; c++) {
            ways[c] = number(step(place.states, bytes[c]));
          }
          accepting.set(i, isAccepting(place.states));
        }
        table.add(ways);
      }
      var accepts = new boolean[places.size()];
      accepting.stream().forEach(i -> accepts[i] = true);
      return Optional.of(new Automaton(classes.classOf(), table.toArray(int[][]::new), accepts));
    }

    private int[] step(int[] states, int value) {
      var next = new int[states.length];
      for (int i = 0; i < next.length; i++) {
        var part = parts.get(i);
        next[i] = states[i] == DECIDED ? DECIDED : part.ways[states[i]][part.classOf[value]];
      }
      return next;
    }

    private int number(int[] states) {
      for (int i = 0; i < states.length; i++) {
        if (states[i] == DECIDED) {
          continue;
        }
        var part = parts.get(i);
        if ((i < wanted ? part.hopeless : part.certain).get(states[i])) {
          return sink();
        }
        if ((i < wanted ? part.certain : part.hopeless).get(states[i])) {
          states[i] = DECIDED;
        }
      }
      var place = new Place(states);
      Integer known = numbers.putIfAbsent(place, places.size());
      if (known != null) {
        return known;
      }
      places.add(place);
      return places.size() - 1;
    }

    private int sink() {
      if (sink < 0) {
        sink = places.size();
        places.add(null);
      }
      return sink;
    }

    private boolean isAccepting(int[] states) {
      for (int i = 0; i < states.length; i++) {
        if (states[i] != DECIDED && parts.get(i).accepting[states[i]] != (i < wanted)) {
          return false;
        }
      }
      return true;
    }
  }

  /** The shortest text accepted, and of those the nicest; null if there is none. */
  @Nullable String shortest() {
    return find(_ -> true, 1);
  }

  /** Up to so many of the shortest texts accepted. */
  List<String> words(int most) {
    var found = new ArrayList<String>();
    var _ =
        find(
            word -> {
              found.add(word);
              return false;
            },
            most);
    return found;
  }

  /**
   * The first text accepted that is wanted, shortest first, of the first so many; null if there is
   * none.
   */
  @Nullable String find(Predicate<String> isWanted, int most) {
    if (hopeless.get(0)) {
      return null;
    }
    // From which states a text of just this many bytes is accepted.
    var within = new ArrayList<BitSet>();
    var now = new BitSet();
    for (int i = 0; i < accepting.length; i++) {
      now.set(i, accepting[i]);
    }
    int left = most;
    int longest = longest();
    for (int length = 0; length <= longest && left > 0; length++) {
      within.add(now);
      if (now.get(0)) {
        var words = new Words(within, isWanted, left);
        var word = words.find();
        if (word != null) {
          return word;
        }
        left = words.left;
      }
      now = before(now);
    }
    return null;
  }

  /** How long the longest text accepted may be; without bound if there are infinitely many. */
  private int longest() {
    var visits = new int[ways.length]; // ways into each state that lie on a way to a text
    var reached = new BitSet();
    var open = new ArrayDeque<Integer>();
    reached.set(0);
    open.add(0);
    while (!open.isEmpty()) {
      for (int to : ways[open.pop()]) {
        if (hopeless.get(to)) {
          continue;
        }
        visits[to]++;
        if (!reached.get(to)) {
          reached.set(to);
          open.add(to);
        }
      }
    }
    var lengths = new int[ways.length];
    int done = 0;
    int longest = 0;
    if (visits[0] == 0) {
      open.add(0);
    }
    while (!open.isEmpty()) {
      int from = open.pop();
      done++;
      longest = Math.max(longest, lengths[from]);
      for (int to : ways[from]) {
        if (!hopeless.get(to)) {
          lengths[to] = Math.max(lengths[to], lengths[from] + 1);
          if (--visits[to] == 0) {
            open.add(to);
          }
        }
      }
    }
    return done == reached.cardinality() ? longest : Integer.MAX_VALUE; // else there is a circle
  }

  private BitSet before(BitSet targets) {
    var sources = new BitSet();
    for (int from = 0; from < ways.length; from++) {
      for (int to : ways[from]) {
        if (targets.get(to)) {
          sources.set(from);
          break;
        }
      }
    }
    return sources;
  }

  /** All texts of one length, nicest first. Confined to one call. */
  private final class Words {
    private final List<BitSet> within;
    private final Predicate<String> isWanted;
    private int left;

    Words(List<BitSet> within, Predicate<String> isWanted, int left) {
      this.within = within;
      this.isWanted = isWanted;
      this.left = left;
    }

    @Nullable String find() {
      int length = within.size() - 1;
      var states = new int[length + 1];
      var tried = new int[length + 1]; // how many of the bytes, in the order of niceness
      var text = new char[length];
      int depth = 0;
      while (depth >= 0) {
        if (depth == length) {
          var word = new String(text);
          if (isWanted.test(word)) {
            return word;
          }
          if (--left == 0) {
            return null;
          }
          depth--;
        } else if (tried[depth] == 256) {
          depth--;
        } else {
          char c = ByteSet.nicest(tried[depth]++);
          int next = ways[states[depth]][classOf[c]];
          if (within.get(length - depth - 1).get(next)) {
            text[depth] = c;
            states[++depth] = next;
            tried[depth] = 0;
          }
        }
      }
      return null;
    }
  }
}
