package dev.signalbox.analysis.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A nondeterministic automaton under construction, built from its end to its start: each node is
 * told what follows it. Confined to the building of one automaton.
 */
final class Nfa {
  /** Beyond so many nodes it is too big; {@code (a{1000}){1000}} is a short text. */
  private static final int MOST_NODES = 20_000;

  private static final int MOST_WORK = 20_000_000;

  /** What holds between two bytes, without taking one. */
  enum Assertion {
    TEXT_START,
    TEXT_END,
    LINE_START,
    LINE_END,
    WORD_BOUNDARY,
    NO_WORD_BOUNDARY
  }

  /** What a byte is to the assertions on either side of it; {@code EDGE} is no byte. */
  private enum Kind {
    EDGE,
    NEWLINE,
    WORD,
    OTHER;

    static Kind of(int value) {
      return value == '\n' ? NEWLINE : ByteSet.WORD.has(value) ? WORD : OTHER;
    }
  }

  private sealed interface Node {
    record End() implements Node {}

    record One(ByteSet bytes, int next) implements Node {}

    record Either(List<Integer> next) implements Node {}

    record If(Assertion assertion, int next) implements Node {}
  }

  /** A state of the deterministic one: where one is after a byte, and what that byte was. */
  private record State(List<Integer> nodes, Kind before) {}

  private final ArrayList<Node> nodes = new ArrayList<>();
  private boolean isTooBig;
  private boolean hasAssertions;
  private int work;

  int end() {
    return add(new Node.End());
  }

  int one(ByteSet bytes, int next) {
    return add(new Node.One(bytes, next));
  }

  int many(ByteSet bytes, int next) {
    int loop = open();
    close(loop, one(bytes, loop), next);
    return loop;
  }

  int either(int... next) {
    return add(new Node.Either(boxed(next)));
  }

  int when(Assertion assertion, int next) {
    hasAssertions = true;
    return add(new Node.If(assertion, next));
  }

  /** A node that is told later what follows it, for loops. */
  int open() {
    return either();
  }

  void close(int open, int... next) {
    nodes.set(open, new Node.Either(boxed(next)));
  }

  private static List<Integer> boxed(int[] nodes) {
    return Arrays.stream(nodes).boxed().toList();
  }

  boolean isTooBig() {
    return isTooBig;
  }

  private int add(Node node) {
    if (nodes.size() >= MOST_NODES) {
      isTooBig = true;
      return 0; // some node: the result is not used
    }
    nodes.add(node);
    return nodes.size() - 1;
  }

  /** The same language, deterministic; empty if it would be too big. */
  Optional<Automaton> determinise(int start) {
    if (isTooBig) {
      return Optional.empty();
    }
    var classes = classes();
    var bytes = classes.representatives();
    var numbers = new HashMap<State, Integer>();
    var states = new ArrayList<State>();
    var accepting = new ArrayList<Boolean>();
    var table = new ArrayList<int[]>();
    add(new State(List.of(start), hasAssertions ? Kind.EDGE : Kind.OTHER), numbers, states);
    for (int i = 0; i < states.size(); i++) {
      var state = states.get(i);
      var reached = new HashMap<Kind, int[]>();
      var ways = new int[bytes.length];
      for (int c = 0; c < bytes.length; c++) {
        var kind = hasAssertions ? Kind.of(bytes[c]) : Kind.OTHER;
        var from = reached.computeIfAbsent(kind, next -> closure(state, next));
        ways[c] = add(new State(step(from, bytes[c]), kind), numbers, states);
      }
      table.add(ways);
      var atEnd = hasAssertions ? closure(state, Kind.EDGE) : reached.get(Kind.OTHER);
      accepting.add(atEnd != null && hasEnd(atEnd));
      if (states.size() > Automaton.MOST_STATES || work > MOST_WORK) {
        return Optional.empty();
      }
    }
    var accepts = new boolean[states.size()];
    for (int i = 0; i < accepts.length; i++) {
      accepts[i] = accepting.get(i);
    }
    return Optional.of(new Automaton(classes.classOf(), table.toArray(int[][]::new), accepts));
  }

  private ByteClasses classes() {
    var classes = new ByteClasses();
    nodes.stream()
        .filter(Node.One.class::isInstance)
        .map(node -> ((Node.One) node).bytes)
        .distinct()
        .forEach(classes::refine);
    if (hasAssertions) {
      classes.refine(ByteSet.of('\n'));
      classes.refine(ByteSet.WORD);
    }
    return classes;
  }

  private static int add(State state, Map<State, Integer> numbers, List<State> states) {
    Integer known = numbers.putIfAbsent(state, states.size());
    if (known != null) {
      return known;
    }
    states.add(state);
    return states.size() - 1;
  }

  /** All nodes one may be at without taking a byte, given what the next one will be. */
  private int[] closure(State state, Kind after) {
    var isIn = new boolean[nodes.size()];
    var stack = new ArrayList<Integer>(state.nodes);
    while (!stack.isEmpty()) {
      int at = stack.removeLast();
      work++;
      if (isIn[at]) {
        continue;
      }
      isIn[at] = true;
      switch (nodes.get(at)) {
        case Node.Either(var next) -> stack.addAll(next);
        case Node.If(var assertion, var next) -> {
          if (holds(assertion, state.before, after)) {
            stack.add(next);
          }
        }
        case Node.One _, Node.End _ -> {}
      }
    }
    work += nodes.size() / 16;
    var found = new ArrayList<Integer>();
    for (int i = 0; i < isIn.length; i++) {
      if (isIn[i]) {
        found.add(i);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private List<Integer> step(int[] from, int value) {
    var reached = new TreeSet<Integer>();
    for (int at : from) {
      work++;
      if (nodes.get(at) instanceof Node.One(var bytes, var next) && bytes.has(value)) {
        reached.add(next);
      }
    }
    return List.copyOf(reached);
  }

  private boolean hasEnd(int[] reached) {
    return Arrays.stream(reached).anyMatch(at -> nodes.get(at) instanceof Node.End);
  }

  private static boolean holds(Assertion assertion, Kind before, Kind after) {
    return switch (assertion) {
      case TEXT_START -> before == Kind.EDGE;
      case TEXT_END -> after == Kind.EDGE;
      case LINE_START -> before == Kind.EDGE || before == Kind.NEWLINE;
      case LINE_END -> after == Kind.EDGE || after == Kind.NEWLINE;
      case WORD_BOUNDARY -> (before == Kind.WORD) != (after == Kind.WORD);
      case NO_WORD_BOUNDARY -> (before == Kind.WORD) == (after == Kind.WORD);
    };
  }
}
