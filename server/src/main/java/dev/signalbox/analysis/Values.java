package dev.signalbox.analysis;

import dev.signalbox.analysis.text.Emptiness;
import dev.signalbox.analysis.text.TextSet;
import java.util.ArrayList;
import java.util.Collection;

/** A set of what a request may have on one {@link Axis}. Immutable. */
sealed interface Values {
  /** Whether there is anything in a set. */
  enum Fill {
    EMPTY,
    SOME,
    UNKNOWN
  }

  /** Texts; {@code absent} is whether requests without one are in it. */
  record Texts(TextSet set, boolean absent) implements Values {
    @Override
    public Values and(Values other) {
      var texts = (Texts) other;
      return new Texts(set.and(texts.set), absent && texts.absent);
    }

    @Override
    public Values or(Values other) {
      var texts = (Texts) other;
      return new Texts(set.or(texts.set), absent || texts.absent);
    }

    @Override
    public Values minus(Values other) {
      var texts = (Texts) other;
      return new Texts(set.minus(texts.set), absent && !texts.absent);
    }

    @Override
    public boolean surelyIncludes(Values other) {
      var texts = (Texts) other;
      return (absent || !texts.absent) && set.surelyIncludes(texts.set);
    }

    @Override
    public boolean surelyClashes(Values other) {
      var texts = (Texts) other;
      return !(absent && texts.absent) && set.surelyClashes(texts.set);
    }

    @Override
    public Fill fill() {
      if (absent) {
        return Fill.SOME;
      }
      return switch (set.inspect()) {
        case Emptiness.Member _ -> Fill.SOME;
        case Emptiness.Empty _ -> Fill.EMPTY;
        case Emptiness.Unknown _ -> Fill.UNKNOWN;
      };
    }
  }

  /** Addresses; {@code unknown} is whether requests from sockets without any are in it. */
  record Addresses(AddressSet set, boolean unknown) implements Values {
    @Override
    public Values and(Values other) {
      var addresses = (Addresses) other;
      return new Addresses(set.and(addresses.set), unknown && addresses.unknown);
    }

    @Override
    public Values or(Values other) {
      var addresses = (Addresses) other;
      return new Addresses(set.or(addresses.set), unknown || addresses.unknown);
    }

    @Override
    public Values minus(Values other) {
      var addresses = (Addresses) other;
      return new Addresses(set.minus(addresses.set), unknown && !addresses.unknown);
    }

    @Override
    public boolean surelyIncludes(Values other) {
      return other.minus(this).fill() == Fill.EMPTY;
    }

    @Override
    public boolean surelyClashes(Values other) {
      return and(other).fill() == Fill.EMPTY;
    }

    @Override
    public Fill fill() {
      return unknown || !set.isEmpty() ? Fill.SOME : Fill.EMPTY;
    }
  }

  /** Yes, no, both or neither. */
  record Choice(boolean yes, boolean no) implements Values {
    static final Choice YES = new Choice(true, false);
    static final Choice NO = new Choice(false, true);
    static final Choice EITHER = new Choice(true, true);

    @Override
    public Values and(Values other) {
      var choice = (Choice) other;
      return new Choice(yes && choice.yes, no && choice.no);
    }

    @Override
    public Values or(Values other) {
      var choice = (Choice) other;
      return new Choice(yes || choice.yes, no || choice.no);
    }

    @Override
    public Values minus(Values other) {
      var choice = (Choice) other;
      return new Choice(yes && !choice.yes, no && !choice.no);
    }

    @Override
    public boolean surelyIncludes(Values other) {
      return other.minus(this).fill() == Fill.EMPTY;
    }

    @Override
    public boolean surelyClashes(Values other) {
      return and(other).fill() == Fill.EMPTY;
    }

    @Override
    public Fill fill() {
      return yes || no ? Fill.SOME : Fill.EMPTY;
    }
  }

  /** What both have; the other is of the same kind, as it is of the same axis. */
  Values and(Values other);

  Values or(Values other);

  Values minus(Values other);

  /** Whether all of the other is in this. False may also mean: not easily seen. */
  boolean surelyIncludes(Values other);

  /** Whether the two have nothing in common. False may also mean: not easily seen. */
  boolean surelyClashes(Values other);

  Fill fill();

  /** All of several at once, which for many texts is cheaper than one after the other. */
  static Values union(Collection<Values> all) {
    var first = all.iterator().next();
    if (first instanceof Texts) {
      var sets = new ArrayList<TextSet>();
      boolean absent = false;
      for (var values : all) {
        var texts = (Texts) values;
        sets.add(texts.set);
        absent |= texts.absent;
      }
      return new Texts(TextSet.union(sets), absent);
    }
    return all.stream().reduce(Values::or).orElseThrow();
  }
}
