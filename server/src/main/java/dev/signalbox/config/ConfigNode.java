package dev.signalbox.config;

import java.util.List;

/**
 * A configuration as it was written: texts, lists and maps, each with its place. Placeholders for
 * the environment are already filled in. Immutable.
 */
public sealed interface ConfigNode {
  Place place();

  /**
   * Where a node stands.
   *
   * @param name the key it stands under; for an item, that of its list; empty for the whole file
   * @param key where that key stands; for an item, where the item stands
   * @param at where the value stands
   */
  record Place(String name, Position key, Position at) {}

  /**
   * Anything that is no list and no map.
   *
   * @param written as it stands in the file, before placeholders were filled in
   * @param quoted whether quotes make it a text, whatever it looks like
   */
  record Text(Place place, String text, String written, boolean quoted) implements ConfigNode {
    boolean isFilledIn() {
      return !text.equals(written);
    }

    /** The value inside a sentence; where it came from the environment, that too. */
    String shown() {
      return isFilledIn()
          ? Shown.value(text) + " from " + Shown.quoted(written)
          : Shown.value(text);
    }
  }

  record Items(Place place, List<ConfigNode> items) implements ConfigNode {
    public Items {
      items = List.copyOf(items);
    }
  }

  record Entries(Place place, List<Entry> entries) implements ConfigNode {
    public Entries {
      entries = List.copyOf(entries);
    }
  }

  /** A key without a value. */
  record Nothing(Place place) implements ConfigNode {}

  /** Its mistake is reported already; readers say no more about it. */
  record Broken(Place place) implements ConfigNode {}

  record Entry(String key, ConfigNode value) {}

  default String name() {
    return place().name();
  }

  default Position key() {
    return place().key();
  }

  default Position at() {
    return place().at();
  }

  /** The same value under another key: what an alias stands for. */
  default ConfigNode under(String name, Position key) {
    var there = new Place(name, key, at());
    return switch (this) {
      case Text text -> new Text(there, text.text(), text.written(), text.quoted());
      case Items items -> new Items(there, items.items());
      case Entries entries -> new Entries(there, entries.entries());
      case Nothing _ -> new Nothing(there);
      case Broken _ -> new Broken(there);
    };
  }

  /** What stands under these keys, or as far down as there is something. */
  default ConfigNode find(String... keys) {
    ConfigNode node = this;
    for (var key : keys) {
      if (!(node instanceof Entries map)) {
        return node;
      }
      var found = map.entries().stream().filter(entry -> entry.key().equals(key)).findFirst();
      if (found.isEmpty()) {
        return node;
      }
      node = found.get().value();
    }
    return node;
  }

  /** What is said about this node, led by its key. */
  default String label(String what) {
    return name().isEmpty() ? what : Shown.clean(name()) + ": " + what;
  }
}
