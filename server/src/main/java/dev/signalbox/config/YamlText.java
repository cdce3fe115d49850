package dev.signalbox.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * YAML to nodes, from the parser's events: the library's own composer stops at the first duplicate
 * key and forgets where an alias stood. Depth and size are bounded before anything recurses.
 */
final class YamlText {
  static final int DEEPEST = 50;
  static final int MOST_NODES = 1_000_000;
  static final int LONGEST = 8 * 1024 * 1024;

  private final Reading reading;
  private final Placeholders placeholders;
  private final Iterator<Event> events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private final Set<String> openAnchors = new HashSet<>();
  private Position last;
  private long nodes;

  /** What an anchor stands for, and how many nodes each of its aliases adds. */
  private record Anchored(ConfigNode node, long size) {}

  private YamlText(Reading reading, Placeholders placeholders, Iterator<Event> events) {
    this.reading = reading;
    this.placeholders = placeholders;
    this.events = events;
    this.last = new Position(reading.file(), 1, 1, 1);
  }

  /** Reads the one document of the text. */
  static ConfigNode read(String text, Reading reading, Placeholders placeholders) {
    if (text.length() > LONGEST) {
      throw reading.stop(
          Position.ofFile(reading.file()), "the file is too long", "at most " + new Bytes(LONGEST));
    }
    checkCharacters(text, reading);
    var settings = LoadSettings.builder().setCodePointLimit(LONGEST).build();
    try {
      return new YamlText(reading, placeholders, new Parse(settings).parseString(text).iterator())
          .document();
    } catch (MarkedYamlEngineException e) {
      YamlMistakes.report(e, reading);
      throw reading.exception();
    } catch (YamlEngineException e) {
      throw reading.stop(
          Position.ofFile(reading.file()), Shown.clean(String.valueOf(e.getMessage())), "");
    }
  }

  /** The library gives no line for a character that it refuses. */
  private static void checkCharacters(String text, Reading reading) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (!StreamReader.isPrintable(c)) {
        throw reading.stop(
            new Position(reading.file(), line, column, 1),
            String.format("the character U+%04X", c),
            "text; YAML allows no control characters");
      }
      i += Character.charCount(c);
      boolean isBreak = c == '\n' || (c == '\r' && (i == text.length() || text.charAt(i) != '\n'));
      line += isBreak ? 1 : 0;
      column = isBreak ? 1 : column + 1;
    }
  }

  private ConfigNode document() {
    var start = next(DocumentStartEvent.class);
    if (start == null) {
      throw empty();
    }
    var whole = Position.ofFile(reading.file());
    var root = node(next(), "", whole, 0);
    var second = next(DocumentStartEvent.class);
    if (second != null) {
      reading.report(
          position(second),
          "a second document starts here",
          "one document a file; remove the \"---\"");
    }
    if (root instanceof ConfigNode.Nothing) {
      throw empty();
    }
    return root;
  }

  private Reading.Stop empty() {
    return reading.stop(
        Position.ofFile(reading.file()), "the file is empty", "at least a listener");
  }

  private <E extends Event> @Nullable E next(Class<E> type) {
    while (hasNext()) {
      var event = next();
      if (type.isInstance(event)) {
        return type.cast(event);
      }
    }
    return null;
  }

  private boolean hasNext() {
    return guarded(events::hasNext);
  }

  private Event next() {
    var event = guarded(events::next);
    last = position(event);
    return event;
  }

  /** The library trips over some broken escapes and directives instead of refusing them. */
  private <R> R guarded(Supplier<R> parse) {
    try {
      return parse.get();
    } catch (NumberFormatException | IndexOutOfBoundsException _) {
      throw reading.stop(last, "not YAML any more, somewhere after this", "");
    }
  }

  /** The node that begins with this event. {@code key} is null for an item, which is its own. */
  private ConfigNode node(Event event, String name, @Nullable Position key, int depth) {
    var at = position(event);
    if (event instanceof AliasEvent alias) {
      return alias(alias.getAlias().getValue(), name, key == null ? at : key, at);
    }
    if (++nodes > MOST_NODES) {
      throw reading.stop(at, "too many values", "at most " + MOST_NODES);
    }
    if (depth > DEEPEST) {
      throw reading.stop(at, "nested too deep", "at most " + DEEPEST + " levels");
    }
    var place = new ConfigNode.Place(name, key == null ? at : key, at);
    var anchor = ((NodeEvent) event).getAnchor().map(a -> a.getValue()).orElse(null);
    long before = nodes;
    if (anchor != null) {
      openAnchors.add(anchor);
    }
    ConfigNode node =
        event instanceof ScalarEvent scalar
            ? scalar(scalar, place)
            : collection((CollectionStartEvent) event, place, depth);
    if (anchor != null) {
      openAnchors.remove(anchor);
      anchors.put(anchor, new Anchored(node, nodes - before + 1));
    }
    return node;
  }

  private ConfigNode alias(String anchor, String name, Position key, Position at) {
    var place = new ConfigNode.Place(name, key, at);
    if (openAnchors.contains(anchor)) {
      reading.report(at, "*" + anchor + " stands inside what it names", "an alias outside of it");
      return new ConfigNode.Broken(place);
    }
    var anchored = anchors.get(anchor);
    if (anchored == null) {
      // Most likely nobody meant an alias: host: *.example.com
      var nearest = Nearest.to(anchor, anchors.keySet());
      reading.hint(
          at,
          "*" + anchor + " is an alias to YAML, and nothing is anchored as &" + anchor,
          nearest == null
              ? "expected: quotes around it: \"*" + anchor + "\""
              : "did you mean \"*" + nearest + "\"?");
      return new ConfigNode.Broken(place);
    }
    nodes += anchored.size();
    if (nodes > MOST_NODES) {
      throw reading.stop(at, "aliases make too many values", "at most " + MOST_NODES);
    }
    return anchored.node().under(name, key);
  }

  private ConfigNode scalar(ScalarEvent event, ConfigNode.Place place) {
    if (hasTag(event.getTag(), place)) {
      return new ConfigNode.Broken(place);
    }
    var written = event.getValue();
    if (event.isPlain() && (written.isEmpty() || written.equals("~") || written.equals("null"))) {
      return new ConfigNode.Nothing(new ConfigNode.Place(place.name(), place.key(), place.key()));
    }
    int quotes = event.isPlain() ? 0 : 2;
    boolean isVerbatim = place.at().width() == written.length() + quotes;
    var text =
        placeholders.fill(
            written,
            (offset, length, what, expected) ->
                reading.report(
                    isVerbatim ? place.at().part(offset + quotes / 2, length) : place.at(),
                    label(place, what),
                    expected));
    return text == null
        ? new ConfigNode.Broken(place)
        : new ConfigNode.Text(place, text, written, !event.isPlain());
  }

  private ConfigNode collection(CollectionStartEvent start, ConfigNode.Place place, int depth) {
    boolean hasTag = hasTag(start.getTag(), place);
    var node = start instanceof MappingStartEvent ? entries(place, depth) : items(place, depth);
    return hasTag ? new ConfigNode.Broken(place) : node;
  }

  private ConfigNode items(ConfigNode.Place place, int depth) {
    var items = new ArrayList<ConfigNode>();
    for (var event = next(); !(event instanceof CollectionEndEvent); event = next()) {
      items.add(node(event, place.name(), null, depth + 1));
    }
    return new ConfigNode.Items(place, items);
  }

  private ConfigNode entries(ConfigNode.Place place, int depth) {
    var first = new HashMap<String, Position>();
    List<ConfigNode.Entry> entries = new ArrayList<>();
    boolean isBroken = false;
    for (var event = next(); !(event instanceof CollectionEndEvent); event = next()) {
      var at = position(event);
      var key = event instanceof ScalarEvent scalar ? scalar.getValue() : null;
      if (key == null) {
        node(event, "", null, depth + 1);
        reading.report(at, label(place, "a key that is not a plain word"), "key: value");
        isBroken = true;
      }
      var value = node(next(), key == null ? "" : key, at, depth + 1);
      if (key == null) {
        continue;
      }
      var same = first.putIfAbsent(key, at);
      if (key.equals("<<")) {
        reading.report(at, "the merge key \"<<\" is not supported", "the keys written out");
      } else if (same != null) {
        reading.report(
            at,
            "duplicate key " + Shown.quoted(key),
            "each key once; the first is on line " + same.line());
      } else {
        entries.add(new ConfigNode.Entry(key, value));
      }
    }
    // With a broken key nothing is known of what the map should have held.
    return isBroken ? new ConfigNode.Broken(place) : new ConfigNode.Entries(place, entries);
  }

  private boolean hasTag(Optional<String> tag, ConfigNode.Place place) {
    if (tag.isEmpty()) {
      return false;
    }
    reading.report(
        place.at(),
        label(place, "the YAML tag " + Shown.value(tag.get().replace("tag:yaml.org,2002:", "!!"))),
        "the value without a tag");
    return true;
  }

  private static String label(ConfigNode.Place place, String what) {
    return new ConfigNode.Nothing(place).label(what);
  }

  private Position position(Event event) {
    // Marks are only absent when switched off in the settings.
    var start = event.getStartMark().orElseThrow();
    var end = event.getEndMark().orElseThrow();
    boolean isOneLine = start.getLine() == end.getLine();
    return position(start, isOneLine ? end.getColumn() - start.getColumn() : 1);
  }

  private Position position(Mark mark, int width) {
    return new Position(
        reading.file(), mark.getLine() + 1, mark.getColumn() + 1, Math.max(1, width));
  }
}
