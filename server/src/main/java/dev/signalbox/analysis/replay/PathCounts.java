package dev.signalbox.analysis.replay;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The most frequent of many texts, in bounded memory: of those that come once many others are
 * known, only the number is kept. Belongs to one thread.
 */
final class PathCounts {
  private static final int MOST = 100_000;

  private final Map<String, Tally> counts = new HashMap<>();
  private long others;

  void add(String text, Tally.Source source) {
    var tally = counts.get(text);
    if (tally == null) {
      if (counts.size() == MOST) {
        others++;
        return;
      }
      tally = new Tally();
      counts.put(text, tally);
    }
    tally.add(source);
  }

  /** Those that came most often; of equals, the first in the alphabet. */
  List<ReplayReport.Counted> top(int most) {
    return counts.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<String, Tally> e) -> -e.getValue().count())
                .thenComparing(Map.Entry::getKey))
        .limit(most)
        .map(e ->
            new ReplayReport.Counted(
                e.getKey(), e.getValue().count(), e.getValue().first().getFirst()))
        .toList();
  }

  int distinct() {
    return counts.size();
  }

  /** How many came too late to be counted by their text. */
  long others() {
    return others;
  }
}
