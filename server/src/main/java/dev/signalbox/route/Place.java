package dev.signalbox.route;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes that stand at one path of one host, in their order. Where many do, most differ in the
 * value of one text, a method or a header: then those are found by it. Immutable.
 *
 * <p>An entry is the index of a route, doubled, and odd where being found here does not yet mean
 * that the whole condition holds.
 */
final class Place {
  /** Up to so many are asked one by one. */
  private static final int FEW = 8;

  private static final Split[] NO_SPLITS = {};
  private static final Place EMPTY = new Place(new int[0], NO_SPLITS);

  private final int[] entries;
  private final Split[] splits;

  /** The first route here. */
  final int first;

  private Place(int[] entries, Split[] splits) {
    this.entries = entries;
    this.splits = splits;
    int least = entries.length == 0 ? RouteTable.NONE : entries[0] >> 1;
    for (var split : splits) {
      least = Math.min(least, split.first);
    }
    this.first = least;
  }

  /** Those that have one of some values in the same text. */
  private record Split(TextKey key, ByteMap<Place> byValue, int first) {}

  boolean isEmpty() {
    return first == RouteTable.NONE;
  }

  /** The first route that matches and stands before {@code best}; otherwise {@code best}. */
  int find(Match[] matches, RouteRequest request, int best) {
    if (first >= best) {
      return best;
    }
    int found = best;
    for (int entry : entries) {
      int route = entry >> 1;
      if (route >= found) {
        break;
      }
      if ((entry & 1) == 0 || matches[route].matches(request)) {
        found = route;
        break;
      }
    }
    for (var split : splits) {
      if (split.first < found) {
        var place = split.key.find(split.byValue, request);
        if (place != null) {
          found = place.find(matches, request, found);
        }
      }
    }
    return found;
  }

  /** Collects the routes of one place. For the thread that builds the table. */
  static final class Builder {
    private final List<Item> items = new ArrayList<>();

    private record Item(int entry, Map<TextKey, List<String>> keys) {
      int route() {
        return entry >> 1;
      }

      Item without(TextKey key) {
        var rest = new LinkedHashMap<>(keys);
        rest.remove(key);
        return new Item(entry, rest);
      }
    }

    /** Adds a route; routes come in their order. */
    void add(int route, Box box) {
      // Whatever comes after one that is certain is never asked.
      if (items.isEmpty() || (items.getLast().entry() & 1) == 1) {
        items.add(new Item(route << 1 | (box.isWhole() ? 0 : 1), box.keys()));
      }
    }

    Place build(Shared shared) {
      return place(items, shared);
    }

    private static Place place(List<Item> items, Shared shared) {
      if (items.isEmpty()) {
        return EMPTY; // one for all, and so always in the processor's cache
      }
      var key = items.size() > FEW ? commonest(items) : null;
      if (key == null) {
        return new Place(entries(items), NO_SPLITS);
      }
      var others = new ArrayList<Item>();
      var byValue = new HashMap<String, List<Item>>();
      int first = RouteTable.NONE;
      for (var item : items) {
        var values = item.keys().get(key);
        if (values == null) {
          others.add(item);
          continue;
        }
        first = Math.min(first, item.route());
        for (var value : values) {
          byValue
              .computeIfAbsent(TextKey.name(value), _ -> new ArrayList<>())
              .add(item.without(key));
        }
      }
      var rest = place(others, shared);
      var splits = Arrays.copyOf(rest.splits, rest.splits.length + 1);
      splits[rest.splits.length] =
          new Split(key, ByteMap.of(byValue, some -> place(some, shared), shared), first);
      return new Place(rest.entries, splits);
    }

    /** The key by which most can be found, if those are many. */
    private static @Nullable TextKey commonest(List<Item> items) {
      var counts = new LinkedHashMap<TextKey, Integer>();
      items.forEach(
          item -> item.keys().keySet().forEach(key -> counts.merge(key, 1, Integer::sum)));
      TextKey best = null;
      int most = FEW;
      for (var count : counts.entrySet()) {
        if (count.getValue() > most) {
          best = count.getKey();
          most = count.getValue();
        }
      }
      return best;
    }

    private static int[] entries(List<Item> items) {
      var entries = new int[items.size()];
      int size = 0;
      for (var item : items) {
        if (size > 0 && entries[size - 1] >> 1 == item.route()) {
          entries[size - 1] &= item.entry(); // once found for certain is certain
        } else {
          entries[size++] = item.entry();
        }
      }
      return Arrays.copyOf(entries, size);
    }
  }
}
