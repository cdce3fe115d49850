package dev.signalbox.analysis.replay;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How often something was seen, and the first and the last times. Belongs to one thread. */
final class Tally {
  private static final int KEPT = 3;

  /** Makes an example; only called for those that are kept. */
  interface Source {
    Example example();
  }

  private long count;
  private final List<Example> first = new ArrayList<>();
  private @Nullable Source lastSource;

  void add(Source source) {
    count++;
    if (first.size() < KEPT) {
      first.add(source.example());
    }
    lastSource = source;
  }

  long count() {
    return count;
  }

  List<Example> first() {
    return List.copyOf(first);
  }

  @Nullable Example last() {
    return lastSource == null ? null : lastSource.example();
  }
}
