package dev.signalbox.route;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import java.util.List;

/**
 * What a client says about the languages it understands (RFC 9110 §12.5.4), asked about tags, which
 * are in lower case. Never throws: a malformed item counts as not said. Pure.
 */
final class AcceptLanguage {
  static final byte[] NAME = Ascii.bytes("accept-language");

  private AcceptLanguage() {}

  /**
   * Whether the client takes this language. Basic filtering (RFC 4647 §3.3.1): {@code de} and
   * {@code *} in the field accept {@code de} and {@code de-AT}; of several ranges the longest
   * counts, and a weight of 0 refuses. Beyond that a client that asks for {@code de-AT} takes
   * {@code de}, as it would in a lookup (§3.4). Without the field every language is taken.
   */
  static boolean accepts(Headers headers, String tag) {
    return !WeightedList.isThere(headers, NAME) || weight(headers, tag, 0) > 0;
  }

  /**
   * The place in the list of the language that suits the client best. Its ranges are gone through
   * from the heaviest to the lightest, and in their order where weights are equal; each is looked
   * up (RFC 4647 §3.4): {@code de-AT} finds {@code de}, and where there is none, {@code de} finds
   * {@code de-CH}. What a weight of 0 refuses is left out. Where nothing is found, or the client
   * says nothing, it is the first of the list that is not refused, and where all are, the first.
   */
  static int best(Headers headers, List<String> offered) {
    int best = -1;
    int bestWeight = 0;
    for (var range = new WeightedList(headers, NAME); range.next(); ) {
      if (range.weight() > bestWeight && !range.is('*')) {
        int found = lookUp(headers, range, offered);
        if (found >= 0) {
          best = found;
          bestWeight = range.weight();
        }
      }
    }
    for (int i = 0; best < 0 && i < offered.size(); i++) {
      best = isRefused(headers, offered.get(i)) ? -1 : i;
    }
    return Math.max(best, 0);
  }

  /** The longest tag that the range begins with, or else the first that begins with the range. */
  private static int lookUp(Headers headers, WeightedList range, List<String> offered) {
    int found = -1;
    int longest = 0;
    int below = -1;
    for (int i = 0; i < offered.size(); i++) {
      String tag = offered.get(i);
      if (tag.length() > longest && isBelow(range, tag) && !isRefused(headers, tag)) {
        found = i;
        longest = tag.length();
      } else if (below < 0 && holds(range, tag) && !isRefused(headers, tag)) {
        below = i;
      }
    }
    return found >= 0 ? found : below;
  }

  private static boolean isRefused(Headers headers, String tag) {
    return weight(headers, tag, WeightedList.FULL) == 0;
  }

  /**
   * The weight of a language.
   *
   * @param unsaid where no range speaks of it
   */
  private static int weight(Headers headers, String tag, int unsaid) {
    int longest = 0;
    int weight = unsaid;
    int below = 0;
    int any = -1;
    for (var range = new WeightedList(headers, NAME); range.next(); ) {
      if (range.is('*')) {
        any = any < 0 ? range.weight() : any;
      } else if (holds(range, tag)) {
        if (range.length() > longest) {
          longest = range.length();
          weight = range.weight();
        }
      } else if (isBelow(range, tag)) {
        below = Math.max(below, range.weight());
      }
    }
    if (longest > 0) {
      return weight;
    }
    if (below > 0) {
      return below;
    }
    return any >= 0 ? any : unsaid;
  }

  /** Whether the tag is the range, or begins with it and goes on behind a hyphen. */
  private static boolean holds(WeightedList range, String tag) {
    int length = range.length();
    return length <= tag.length()
        && (length == tag.length() || tag.charAt(length) == '-')
        && startsAlike(range, tag, length);
  }

  /** Whether the range is the tag, or begins with it and goes on behind a hyphen. */
  private static boolean isBelow(WeightedList range, String tag) {
    int length = tag.length();
    return length <= range.length()
        && (length == range.length() || range.bytes()[range.start() + length] == '-')
        && startsAlike(range, tag, length);
  }

  private static boolean startsAlike(WeightedList range, String tag, int length) {
    byte[] bytes = range.bytes();
    for (int i = 0; i < length; i++) {
      if (Ascii.toLower(bytes[range.start() + i]) != tag.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
