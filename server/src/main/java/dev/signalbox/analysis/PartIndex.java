package dev.signalbox.analysis;

import dev.signalbox.analysis.Cover.Part;
import dev.signalbox.analysis.Values.Texts;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the boxes that may have something in common with another without asking each: by what their
 * hosts end with, and where that is nothing, by what their paths begin with. Filled by one thread,
 * then immutable.
 */
final class PartIndex {
  private final List<Part> all = new ArrayList<>();

  /** By the last bytes of every host in it, from behind; for one host, all of it. */
  private final Lists byHost = new Lists();

  /** Those without such, by the first bytes of every path in it. */
  private final Lists byPath = new Lists();

  /**
   * The same lists twice: most are asked for by a whole key, some by what it begins with.
   *
   * @param lengths of the keys, so that of a long text only such beginnings are looked up
   */
  private record Lists(
      Map<String, List<Part>> byKey, NavigableMap<String, List<Part>> byBeginning, BitSet lengths) {
    Lists() {
      this(new HashMap<>(), new TreeMap<>(), new BitSet());
    }

    void add(String key, Part part) {
      var list = byKey.get(key);
      if (list == null) {
        list = new ArrayList<>();
        byKey.put(key, list);
        byBeginning.put(key, list);
        lengths.set(key.length());
      }
      list.add(part);
    }
  }

  /** Adds one; they come in the order of their rules. */
  void add(Part part) {
    all.add(part);
    var hosts = ends(part.space(), Axis.Part.HOST);
    if (hosts != null) {
      put(part, hosts, byHost);
    } else {
      var paths = ends(part.space(), Axis.Part.PATH);
      put(part, paths == null ? Set.of("") : paths, byPath);
    }
  }

  private static void put(Part part, Set<String> keys, Lists into) {
    keys.forEach(key -> into.add(key, part));
  }

  /** What each text on the axis has at its end, read from there; null where that is nothing. */
  private static @Nullable Set<String> ends(Space space, Axis.Part axis) {
    if (!(space.get(axis) instanceof Texts(var set, _))) {
      return null;
    }
    boolean isHost = axis == Axis.Part.HOST;
    var found = isHost ? set.tails() : set.heads();
    if (found.isEmpty() || found.contains("")) {
      return null;
    }
    if (!isHost) {
      return found;
    }
    var ends = new HashSet<String>();
    found.forEach(end -> ends.add(new StringBuilder(end).reverse().toString()));
    return ends;
  }

  /** Those of rules before one that may meet the box, in order. */
  List<Part> find(Space target, int before) {
    var hosts = ends(target, Axis.Part.HOST);
    var paths = ends(target, Axis.Part.PATH);
    var found = new ArrayList<Part>();
    if (hosts == null && paths == null) {
      add(all, target, before, found);
      return found;
    }
    int lists = look(byHost, hosts, target, before, found);
    lists += look(byPath, paths, target, before, found);
    if (found.size() < 2) {
      return found; // as nearly always
    }
    if (lists > 1) {
      found.sort(Comparator.comparingInt(Part::rule));
    }
    // A box with several hosts or paths may be found under each.
    var seen = Collections.<Part>newSetFromMap(new IdentityHashMap<>());
    found.removeIf(part -> !seen.add(part));
    return found;
  }

  /**
   * The first rule of a range that accepts, of all that may contain requests of this host and path.
   *
   * @return {@code to} if none does
   */
  int first(String host, String path, int from, int to, IntPredicate accepts) {
    int best = first(byHost, new StringBuilder(host).reverse().toString(), from, to, accepts);
    return first(byPath, path, from, best, accepts);
  }

  private static int first(Lists lists, String key, int from, int to, IntPredicate accepts) {
    int best = to;
    var lengths = lists.lengths;
    for (int n = lengths.nextSetBit(0);
        n >= 0 && n <= key.length();
        n = lengths.nextSetBit(n + 1)) {
      var list = lists.byKey.get(key.substring(0, n));
      if (list == null) {
        continue;
      }
      for (int i = firstAtLeast(list, from); i < list.size() && list.get(i).rule() < best; i++) {
        if (accepts.test(list.get(i).rule())) {
          best = list.get(i).rule();
        }
      }
    }
    return best;
  }

  /** The index of the first part of that rule or a later one. */
  private static int firstAtLeast(List<Part> list, int rule) {
    int low = 0;
    int high = list.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (list.get(middle).rule() < rule) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Looks in the lists whose key begins with, or begins, one of these; in all if null. */
  private static int look(
      Lists lists, @Nullable Collection<String> keys, Space target, int before, List<Part> into) {
    int looked = 0;
    if (keys == null) {
      for (var list : lists.byKey.values()) {
        add(list, target, before, into);
        looked++;
      }
      return looked;
    }
    for (var key : keys) {
      var lengths = lists.lengths;
      for (int n = lengths.nextSetBit(0);
          n >= 0 && n < key.length();
          n = lengths.nextSetBit(n + 1)) {
        var list = lists.byKey.get(key.substring(0, n));
        if (list != null) {
          add(list, target, before, into);
          looked++;
        }
      }
      for (var list : lists.byBeginning.tailMap(key).entrySet()) {
        if (!list.getKey().startsWith(key)) {
          break;
        }
        add(list.getValue(), target, before, into);
        looked++;
      }
    }
    return looked;
  }

  private static void add(List<Part> some, Space target, int before, List<Part> into) {
    for (int i = 0; i < some.size(); i++) {
      var part = some.get(i);
      if (part.rule() >= before) {
        break;
      }
      if (!part.space().surelyClashes(target)) {
        into.add(part);
      }
    }
  }
}
