package dev.signalbox.analysis.text;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The texts that are in all of some forms, in none of others, and not among a few. Immutable.
 *
 * @param in of none, every text
 * @param without texts that the forms would allow
 */
record Cube(List<Form> in, List<Form> out, Set<String> without) {
  static final Cube ALL = new Cube(List.of(), List.of(), Set.of());

  /** Guesses before it is computed. Nearly all sets that routes make have one of these. */
  private static final int GUESSES = 8;

  static Cube of(Form form) {
    return new Cube(List.of(form), List.of(), Set.of());
  }

  boolean contains(String text) {
    if (without.contains(text)) {
      return false;
    }
    for (var form : in) {
      if (!form.contains(text)) {
        return false;
      }
    }
    for (var form : out) {
      if (form.contains(text)) {
        return false;
      }
    }
    return true;
  }

  /** What is also in this form; null where that is surely nothing. */
  @Nullable Cube inside(Form form) {
    var forms = new ArrayList<Form>(in.size() + 1);
    boolean isImplied = false;
    for (var other : in) {
      if (form.clashes(other)) {
        return null;
      }
      isImplied |= form.includes(other);
      if (isImplied || !other.includes(form)) {
        forms.add(other);
      }
    }
    if (isImplied) {
      return this;
    }
    forms.add(form);
    var others = new ArrayList<Form>(out.size());
    for (var other : out) {
      if (other.includes(form)) {
        return null;
      }
      if (!other.clashes(form)) {
        others.add(other);
      }
    }
    return new Cube(List.copyOf(forms), List.copyOf(others), only(form, true));
  }

  /** What is not in this form; null where that is surely nothing. */
  @Nullable Cube outside(Form form) {
    for (var other : in) {
      if (form.includes(other)) {
        return null;
      }
      if (form.clashes(other)) {
        return this;
      }
    }
    var others = new ArrayList<Form>(out.size() + 1);
    for (var other : out) {
      if (other.includes(form)) {
        return this;
      }
      if (!form.includes(other)) {
        others.add(other);
      }
    }
    others.add(form);
    return new Cube(in, List.copyOf(others), only(form, false));
  }

  /** Those of the texts left out that are in the form, or those that are not. */
  private Set<String> only(Form form, boolean inside) {
    if (without.isEmpty()) {
      return without;
    }
    var left = new LinkedHashSet<String>();
    for (var text : without) {
      if (form.contains(text) == inside) {
        left.add(text);
      }
    }
    return left;
  }

  Cube minus(Set<String> texts) {
    @Nullable Set<String> more = null;
    for (var text : texts) {
      if (contains(text)) {
        more = more == null ? new LinkedHashSet<>(without) : more;
        more.add(text);
      }
    }
    return more == null ? this : new Cube(in, out, more);
  }

  /** What both have; null where that is surely nothing. */
  @Nullable Cube and(Cube other) {
    @Nullable Cube both = this;
    for (var form : other.in) {
      both = both == null ? null : both.inside(form);
    }
    for (var form : other.out) {
      both = both == null ? null : both.outside(form);
    }
    return both == null ? null : both.minus(other.without);
  }

  /** Whether all of the other is surely in this one. */
  boolean includes(Cube other) {
    return out.isEmpty()
        && without.isEmpty()
        && in.stream().allMatch(form -> other.in.stream().anyMatch(form::includes));
  }

  /** What all of its texts begin with, as far as it is easily seen. */
  String head() {
    var longest = "";
    for (var form : in) {
      if (form instanceof Glob glob && glob.head().length() > longest.length()) {
        longest = glob.head();
      }
    }
    return longest;
  }

  /** What all of its texts end with, as far as it is easily seen. */
  String tail() {
    var longest = "";
    for (var form : in) {
      if (form instanceof Glob glob && glob.tail().length() > longest.length()) {
        longest = glob.tail();
      }
    }
    return longest;
  }

  /** Whether the two surely have nothing in common. */
  boolean surelyClashes(Cube other) {
    for (var form : in) {
      for (var theirs : other.in) {
        if (form.clashes(theirs)) {
          return true;
        }
      }
      for (var theirs : other.out) {
        if (theirs.includes(form)) {
          return true;
        }
      }
    }
    for (var form : out) {
      for (var theirs : other.in) {
        if (form.includes(theirs)) {
          return true;
        }
      }
    }
    return false;
  }

  Emptiness inspect() {
    var globs = globs();
    if (globs.size() == in.size() && globs.size() > 1) {
      var met = Glob.meet(globs, 0);
      if (met instanceof Emptiness.Empty || isOneOfThis(met)) {
        return met;
      }
    }
    for (int turn = 0; turn < GUESSES; turn++) {
      for (var guess : guesses(globs, turn)) {
        if (contains(guess)) {
          return new Emptiness.Member(guess);
        }
      }
    }
    var forms = formsAsAutomaton();
    if (forms.isEmpty()) {
      return new Emptiness.Unknown();
    }
    // One more than are left out: if there are so many, one of them is not left out.
    var found = forms.get().find(text -> !without.contains(text), without.size() + 1);
    return found == null ? new Emptiness.Empty() : new Emptiness.Member(found);
  }

  private boolean isOneOfThis(Emptiness met) {
    return met instanceof Emptiness.Member(var text) && contains(text);
  }

  /** Some members, the first of them short, each different from the others in its kind. */
  List<String> examples(int most) {
    var found = new LinkedHashSet<String>();
    var globs = globs();
    for (int turn = 0; turn < GUESSES && found.size() < most; turn++) {
      for (var guess : guesses(globs, turn)) {
        if (found.size() < most && contains(guess)) {
          found.add(guess);
        }
      }
    }
    if (found.isEmpty() && inspect() instanceof Emptiness.Member(var text)) {
      found.add(text);
    }
    return List.copyOf(found);
  }

  private List<Glob> globs() {
    return in.stream().filter(Glob.class::isInstance).map(Glob.class::cast).toList();
  }

  /** Texts that may be members: from what is asked, and from what is forbidden just next to it. */
  private List<String> guesses(List<Glob> globs, int turn) {
    var guesses = new ArrayList<String>();
    if (in.isEmpty()) {
      guesses.add(Glob.of(List.of(Glob.Element.ANYTHING)).example(turn));
    } else if (globs.size() == 1) {
      guesses.add(globs.getFirst().example(turn));
    } else if (globs.size() > 1 && Glob.meet(globs, turn) instanceof Emptiness.Member(var text)) {
      guesses.add(text);
    }
    if (turn == 0) {
      for (var form : in) {
        switch (form) {
          case Language(var accepted) -> guesses.addAll(accepted.words(GUESSES));
          case Composite(var set) -> guesses.addAll(set.examples(GUESSES));
          case Glob _ -> {}
        }
      }
    }
    return guesses;
  }

  Optional<Automaton> automaton() {
    var forms = formsAsAutomaton();
    if (forms.isEmpty() || without.isEmpty()) {
      return forms;
    }
    return Automaton.of(without)
        .flatMap(texts -> Automaton.product(List.of(forms.get()), List.of(texts)));
  }

  private Optional<Automaton> formsAsAutomaton() {
    var all = automata(in);
    var none = automata(out);
    return all.isEmpty() || none.isEmpty()
        ? Optional.empty()
        : Automaton.product(all.get(), none.get());
  }

  private static Optional<List<Automaton>> automata(List<Form> forms) {
    var automata = new ArrayList<Automaton>();
    for (var form : forms) {
      var automaton = form.automaton();
      if (automaton.isEmpty()) {
        return Optional.empty();
      }
      automata.add(automaton.get());
    }
    return Optional.of(automata);
  }
}
