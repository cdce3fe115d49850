package dev.signalbox.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The known word that a misspelt one most likely stands for. */
public final class Nearest {
  private static final int MOST_LISTED = 12;
  private static final int LONGEST = 64;

  private Nearest() {}

  /** {@code did you mean "x"?}, or the known words, or nothing if there are none. */
  static String hint(String word, Collection<String> known) {
    var nearest = to(word, known);
    if (nearest != null) {
      return "did you mean " + Shown.quoted(nearest) + "?";
    }
    return known.isEmpty() ? "" : "expected: " + oneOf(known);
  }

  static String oneOf(Collection<String> known) {
    if (known.size() == 1) {
      return known.iterator().next();
    }
    var listed = String.join(", ", known.stream().limit(MOST_LISTED).toList());
    return "one of " + listed + (known.size() > MOST_LISTED ? ", …" : "");
  }

  /** The known word nearest to this one, or null if none is near. */
  public static @Nullable String to(String word, Collection<String> known) {
    if (word.isEmpty() || word.length() > LONGEST) {
      return null;
    }
    var lower = plain(word);
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (var candidate : known) {
      int distance = distance(lower, plain(candidate));
      // The beginning of a longer word is more than a slip, but still a good guess.
      if (lower.length() >= 3 && plain(candidate).startsWith(lower)) {
        distance = Math.min(distance, 1);
      }
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    int slips = lower.length() <= 2 ? 0 : Math.max(1, lower.length() / 3);
    return bestDistance <= slips ? best : null;
  }

  /** How a key is written in other programs is no slip: max_idle, maxIdle and max-idle are one. */
  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  /** Damerau-Levenshtein with adjacent swaps (optimal string alignment). */
  static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > LONGEST) {
      return Integer.MAX_VALUE;
    }
    var before = new int[b.length() + 1];
    var last = new int[b.length() + 1];
    var row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
        boolean isSwap =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (isSwap) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      var free = before;
      before = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
