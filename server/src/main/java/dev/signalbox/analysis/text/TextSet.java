package dev.signalbox.analysis.text;

import dev.signalbox.analysis.text.Glob.Element;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of texts, with complement: what a condition on a host, a path or a field lets through. A
 * text is a string whose characters are its bytes, 0 to 255; {@link #bytes} makes one.
 *
 * <p>It is a few exact texts and some {@link Cube}s of forms. Whatever strings can decide is
 * decided by strings; automata are made only in {@link #inspect}, when guessing a member has
 * failed. Immutable.
 */
public final class TextSet {
  public static final TextSet NONE = new TextSet(Set.of(), List.of());
  public static final TextSet ANY = new TextSet(Set.of(), List.of(Cube.ALL));

  /** Beyond so many cubes a set is no longer multiplied out. */
  private static final int MOST_CUBES = 64;

  private static final int MOST_TEXTS = 16;

  private final Set<String> texts;
  private final List<Cube> cubes;

  /** Its text, if it has no other: then what is asked most often needs no walk over sets. */
  private final @Nullable String only;

  private TextSet(Set<String> texts, List<Cube> cubes) {
    this.texts = texts;
    this.cubes = cubes;
    this.only = cubes.isEmpty() && texts.size() == 1 ? texts.iterator().next() : null;
  }

  /** Exactly this text. */
  public static TextSet of(String text) {
    return new TextSet(Set.of(text), List.of());
  }

  public static TextSet of(Collection<String> texts) {
    return new TextSet(Collections.unmodifiableSet(new LinkedHashSet<>(texts)), List.of());
  }

  static TextSet of(Form form) {
    return new TextSet(Set.of(), List.of(Cube.of(form)));
  }

  /** A row of elements: exact texts where it is only a few. */
  public static TextSet of(List<Element> elements) {
    var glob = Glob.of(elements);
    var texts = glob.texts(MOST_TEXTS);
    return texts == null ? of(glob) : of(texts);
  }

  /** This text, with the letters of ASCII in either case. */
  public static TextSet ofAnyCase(String text) {
    return of(Glob.literal(text, true));
  }

  public static TextSet prefix(String text, boolean ignoreCase) {
    var elements = Glob.literal(text, ignoreCase);
    elements.add(Element.ANYTHING);
    return of(elements);
  }

  public static TextSet suffix(String text, boolean ignoreCase) {
    var elements = Glob.literal(text, ignoreCase);
    elements.addFirst(Element.ANYTHING);
    return of(elements);
  }

  public static TextSet containing(String text, boolean ignoreCase) {
    var elements = Glob.literal(text, ignoreCase);
    elements.addFirst(Element.ANYTHING);
    elements.add(Element.ANYTHING);
    return of(elements);
  }

  /** The domains below: {@code *.example.com}. */
  public static TextSet below(String domain) {
    var elements = Glob.literal("." + domain, false);
    elements.addFirst(Element.ANYTHING);
    elements.addFirst(Element.one(ByteSet.ALL));
    return of(elements);
  }

  /** This path and all below it: {@code /x/**}; of the empty path, all. */
  public static TextSet under(String path) {
    var below = prefix(path + "/", false);
    return path.isEmpty() ? below : of(path).or(below);
  }

  /**
   * Paths of these segments: {@code /users/{id}/posts}.
   *
   * @param segments null where any will do that is not empty
   * @param hasRest whether after a slash anything may follow
   */
  public static TextSet template(List<@Nullable String> segments, boolean hasRest) {
    var elements = new ArrayList<Element>();
    for (var segment : segments) {
      elements.add(Element.one(ByteSet.of('/')));
      if (segment == null) {
        elements.add(Element.one(ByteSet.SEGMENT));
        elements.add(Element.many(ByteSet.SEGMENT));
      } else {
        elements.addAll(Glob.literal(segment, false));
      }
    }
    if (hasRest) {
      elements.add(Element.one(ByteSet.of('/')));
      elements.add(Element.ANYTHING);
    }
    return of(elements);
  }

  /** Texts of only these bytes, also the empty one. */
  public static TextSet madeOf(ByteSet bytes) {
    return of(List.of(Element.many(bytes)));
  }

  /** The text whose characters are the bytes of this one in UTF-8. */
  public static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  public boolean contains(String text) {
    if (only != null) {
      return only.equals(text);
    }
    if (texts.contains(text)) {
      return true;
    }
    for (var cube : cubes) {
      if (cube.contains(text)) {
        return true;
      }
    }
    return false;
  }

  public TextSet or(TextSet other) {
    if (cubes.isEmpty() && texts.isEmpty()) {
      return other;
    }
    var all = new LinkedHashSet<>(texts);
    all.addAll(other.texts);
    var both = new ArrayList<>(cubes);
    for (var cube : other.cubes) {
      add(cube, both);
    }
    return made(all, both);
  }

  public TextSet and(TextSet other) {
    if (only != null) {
      return other.contains(only) ? this : NONE;
    }
    var both = new LinkedHashSet<String>();
    addShared(texts, other, both);
    addShared(other.texts, this, both);
    if ((long) cubes.size() * other.cubes.size() > MOST_CUBES) {
      var mine = new Composite(new TextSet(Set.of(), cubes));
      var theirs = new Composite(new TextSet(Set.of(), other.cubes));
      return made(both, List.of(new Cube(List.of(mine, theirs), List.of(), Set.of())));
    }
    var product = new ArrayList<Cube>();
    for (var cube : cubes) {
      for (var their : other.cubes) {
        add(cube.and(their), product);
      }
    }
    return made(both, product);
  }

  private static void addShared(Set<String> texts, TextSet set, Set<String> into) {
    for (var text : texts) {
      if (set.contains(text)) {
        into.add(text);
      }
    }
  }

  TextSet not() {
    return ANY.minus(this);
  }

  public TextSet minus(TextSet other) {
    var left = new LinkedHashSet<String>();
    for (var text : texts) {
      if (!other.contains(text)) {
        left.add(text);
      }
    }
    var rest = new ArrayList<Cube>();
    for (var cube : cubes) {
      rest.add(cube.minus(other.texts));
    }
    @Nullable List<Cube> cut = rest;
    for (var cube : other.cubes) {
      cut = cut == null ? null : minus(cut, cube, left);
    }
    left.removeIf(other::contains); // what one cube spares another may take
    if (cut != null) {
      return made(left, cut);
    }
    // Too many pieces: kept as "not in those" instead.
    var those = new Composite(new TextSet(Set.of(), other.cubes));
    var whole = new ArrayList<Cube>();
    rest.forEach(cube -> add(cube.outside(those), whole));
    return made(left, whole);
  }

  /** Cubes without another, in pieces; null if they would be too many. Adds single texts. */
  private static @Nullable List<Cube> minus(List<Cube> cubes, Cube other, Set<String> texts) {
    var pieces = new ArrayList<Cube>();
    for (var cube : cubes) {
      if (cube.and(other) == null) {
        pieces.add(cube);
        continue;
      }
      for (var form : other.in()) {
        add(cube.outside(form), pieces);
      }
      for (var form : other.out()) {
        add(cube.inside(form), pieces);
      }
      other.without().stream().filter(cube::contains).forEach(texts::add);
      if (pieces.size() > Math.max(MOST_CUBES, cubes.size())) {
        return null;
      }
    }
    return pieces;
  }

  private static void add(@Nullable Cube cube, List<Cube> into) {
    if (cube == null) {
      return;
    }
    if (into.size() < MOST_CUBES) {
      for (var other : into) {
        if (other.includes(cube)) {
          return;
        }
      }
    }
    into.add(cube);
  }

  private static TextSet made(Set<String> texts, List<Cube> cubes) {
    return texts.isEmpty() && cubes.isEmpty()
        ? NONE
        : new TextSet(Collections.unmodifiableSet(texts), List.copyOf(cubes));
  }

  /** All of several. */
  public static TextSet union(Collection<TextSet> sets) {
    var all = new LinkedHashSet<String>();
    var both = new ArrayList<Cube>();
    for (var set : sets) {
      all.addAll(set.texts);
      for (var cube : set.cubes) {
        add(cube, both);
      }
    }
    return made(all, both);
  }

  /** Its texts, where it is nothing but a list of them; otherwise null. */
  public @Nullable Set<String> onlyTexts() {
    return cubes.isEmpty() ? texts : null;
  }

  /** What its texts end with: each of them with one of these, of which some may be empty. */
  public Set<String> tails() {
    if (cubes.isEmpty()) {
      return texts;
    }
    var tails = new LinkedHashSet<>(texts);
    cubes.forEach(cube -> tails.add(cube.tail()));
    return tails;
  }

  /** What its texts begin with: each of them with one of these, of which some may be empty. */
  public Set<String> heads() {
    if (cubes.isEmpty()) {
      return texts;
    }
    var heads = new LinkedHashSet<>(texts);
    cubes.forEach(cube -> heads.add(cube.head()));
    return heads;
  }

  /** Whether all of the other is in this. False may also mean: not easily seen. */
  public boolean surelyIncludes(TextSet other) {
    for (var text : other.texts) {
      if (!contains(text)) {
        return false;
      }
    }
    boolean isSeen = true;
    boolean isPlain = true;
    for (var theirs : other.cubes) {
      boolean isIn = false;
      for (var cube : cubes) {
        isIn |= cube.includes(theirs);
        isPlain &= cube.out().isEmpty() && cube.without().isEmpty();
      }
      isSeen &= isIn;
    }
    if (isSeen || isPlain) {
      return isSeen;
    }
    var left = other.minus(this);
    return left.texts.isEmpty() && left.cubes.isEmpty();
  }

  /** Whether the two have nothing in common. False may also mean: not easily seen. */
  public boolean surelyClashes(TextSet other) {
    if (only != null) {
      return !other.contains(only);
    }
    if (other.only != null) {
      return !contains(other.only);
    }
    for (var text : texts) {
      if (other.contains(text)) {
        return false;
      }
    }
    for (var text : other.texts) {
      if (contains(text)) {
        return false;
      }
    }
    for (var cube : cubes) {
      for (var theirs : other.cubes) {
        if (!cube.surelyClashes(theirs)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether it has members, and one of them. */
  public Emptiness inspect() {
    if (!texts.isEmpty()) {
      return new Emptiness.Member(texts.iterator().next());
    }
    boolean isKnown = true;
    for (var cube : cubes) {
      switch (cube.inspect()) {
        case Emptiness.Member member -> {
          return member;
        }
        case Emptiness.Unknown _ -> isKnown = false;
        case Emptiness.Empty _ -> {}
      }
    }
    return isKnown ? new Emptiness.Empty() : new Emptiness.Unknown();
  }

  /** Whether it is proved that there is no text in it. */
  public boolean isEmpty() {
    return inspect() instanceof Emptiness.Empty;
  }

  /** Whether it is proved that each text of this is one of the other. */
  boolean isSubsetOf(TextSet other) {
    return minus(other).isEmpty();
  }

  /** A short text of it that is nice to look at; null if there is none, or none was found. */
  public @Nullable String example() {
    return inspect() instanceof Emptiness.Member(var text) ? text : null;
  }

  /** Some texts of it, of different kinds: the shortest, longer ones, of each part. */
  public List<String> examples(int most) {
    if (only != null) {
      return List.of(only);
    }
    var found = new LinkedHashSet<String>();
    for (var text : texts) {
      if (found.size() < most) {
        found.add(text);
      }
    }
    for (var cube : cubes) {
      if (found.size() < most) {
        found.addAll(cube.examples(most - found.size()));
      }
    }
    return List.copyOf(found);
  }

  /** As an automaton; empty if it is too big. */
  Optional<Automaton> automaton() {
    var parts = new ArrayList<Automaton>();
    if (!texts.isEmpty()) {
      var exact = Automaton.of(texts);
      if (exact.isEmpty()) {
        return exact;
      }
      parts.add(exact.get());
    }
    for (var cube : cubes) {
      var part = cube.automaton();
      if (part.isEmpty()) {
        return part;
      }
      parts.add(part.get());
    }
    return Automaton.product(List.of(), parts).map(Automaton::not);
  }
}
