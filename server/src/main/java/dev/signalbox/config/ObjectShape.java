package dev.signalbox.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A map with known keys, read into one value. */
public final class ObjectShape<T> implements Shape<T> {
  private final String description;
  private final Keys keys;
  private final Build<T> build;
  private final @Nullable String shortKey;

  /** Makes the value once every key is read without a mistake; null after reporting one. */
  public interface Build<T> {
    @Nullable T build(Values values);
  }

  private ObjectShape(String description, Keys keys, Build<T> build, @Nullable String shortKey) {
    this.description = description;
    this.keys = keys;
    this.build = build;
    this.shortKey = shortKey;
  }

  /** Declares the keys, and how the value is made of theirs. */
  public static <T> ObjectShape<T> of(String description, Function<Keys, Build<T>> declaration) {
    var keys = new Keys();
    var build = declaration.apply(keys);
    return new ObjectShape<>(description, keys, build, null);
  }

  /** The same, with a short form: something that is not a map is the value of this key. */
  public ObjectShape<T> orJust(String key) {
    keys.find(key);
    return new ObjectShape<>(description, keys, build, key);
  }

  String description() {
    return description;
  }

  @Override
  public @Nullable T read(ConfigNode node, Reading reading) {
    return switch (node) {
      case ConfigNode.Entries entries -> read(node, known(entries, reading), reading);
      case ConfigNode.Text _, ConfigNode.Items _ -> {
        if (shortKey == null) {
          reading.wrongKind(node, isKeyWithoutSpace(node) ? "a space after \":\"" : expected());
          yield null;
        }
        yield read(node, new Given(Map.of(shortKey, node), Set.of()), reading);
      }
      case ConfigNode.Nothing _, ConfigNode.Broken _ -> {
        reading.wrongKind(node, expected());
        yield null;
      }
    };
  }

  /** {@code key:value} is one text to YAML. */
  private boolean isKeyWithoutSpace(ConfigNode node) {
    return node instanceof ConfigNode.Text text
        && text.text().indexOf(':') > 0
        && keys.names().contains(text.text().substring(0, text.text().indexOf(':')));
  }

  /**
   * @param misspelt the keys that unknown ones likely stand for; they are not also missing
   */
  private record Given(Map<String, ConfigNode> byKey, Set<String> misspelt) {}

  private Given known(ConfigNode.Entries entries, Reading reading) {
    var byKey = new LinkedHashMap<String, ConfigNode>();
    var misspelt = new HashSet<String>();
    for (var entry : entries.entries()) {
      if (keys.names().contains(entry.key())) {
        byKey.put(entry.key(), entry.value());
        continue;
      }
      var unused = new ArrayList<>(keys.names());
      entries.entries().forEach(other -> unused.remove(other.key()));
      var nearest = Nearest.to(entry.key(), unused);
      if (nearest != null) {
        misspelt.add(nearest);
      }
      reading.hint(
          entry.value().key(),
          "unknown key " + Shown.quoted(entry.key()),
          keys.names().isEmpty()
              ? "expected: no settings"
              : Nearest.hint(entry.key(), nearest != null ? List.of(nearest) : keys.names()));
    }
    return new Given(byKey, misspelt);
  }

  private @Nullable T read(ConfigNode node, Given given, Reading reading) {
    var values = new @Nullable Object[keys.all().size()];
    boolean isFine = keys.groupsAreFine(node, given.byKey(), given.misspelt(), reading);
    for (var key : keys.all()) {
      var value = given.byKey().get(key.name());
      if (value != null) {
        values[key.index()] = key.shape().read(value, reading);
        isFine &= values[key.index()] != null;
      } else if (key.isRequired()) {
        if (!given.misspelt().contains(key.name())) {
          reading.report(
              node.key(),
              node.label("missing key " + Shown.quoted(key.name())),
              key.name() + ": " + key.shape().expected());
        }
        isFine = false;
      } else {
        values[key.index()] = key.fallback();
      }
    }
    return isFine ? build.build(new Values(node, given.byKey(), values, reading)) : null;
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    var properties = new LinkedHashMap<String, Object>();
    var required = new ArrayList<String>();
    for (var key : keys.all()) {
      properties.put(key.name(), key.schema(definitions));
      if (key.isRequired()) {
        required.add(key.name());
      }
    }
    var schema =
        Json.object(
            "type",
            "object",
            "description",
            description,
            "properties",
            properties,
            "additionalProperties",
            false);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    keys.addGroups(schema);
    if (shortKey == null) {
      return schema;
    }
    var simple = keys.find(shortKey).shape().schema(definitions);
    return Json.object("description", description, "anyOf", List.of(schema, simple));
  }

  @Override
  public String expected() {
    var names = keys.names().stream().limit(5).toList();
    var map =
        keys.names().isEmpty()
            ? "no settings"
            : "a map with "
                + String.join(", ", names)
                + (names.size() < keys.names().size() ? ", …" : "");
    return shortKey == null ? map : keys.find(shortKey).shape().expected() + ", or " + map;
  }

  /** One declared key; {@link Values} gives its value. */
  public static final class Key<T> {
    private final String name;
    private final int index;
    private final Shape<T> shape;
    private final boolean required;
    private final @Nullable T fallback;
    private final @Nullable Object written;
    private final String description;

    private Key(
        String name,
        int index,
        Shape<T> shape,
        boolean required,
        @Nullable T fallback,
        @Nullable Object written,
        String description) {
      this.name = name;
      this.index = index;
      this.shape = shape;
      this.required = required;
      this.fallback = fallback;
      this.written = written;
      this.description = description;
    }

    public String name() {
      return name;
    }

    int index() {
      return index;
    }

    Shape<T> shape() {
      return shape;
    }

    boolean isRequired() {
      return required;
    }

    @Nullable T fallback() {
      return fallback;
    }

    Map<String, Object> schema(Definitions definitions) {
      var schema = new LinkedHashMap<>(shape.schema(definitions));
      schema.put("description", description);
      if (written != null) {
        schema.put("default", written);
      }
      return schema;
    }
  }

  /** The keys of one map, as they are declared. */
  public static final class Keys {
    private final Map<String, Key<?>> byName = new LinkedHashMap<>();
    private final List<List<String>> groups = new ArrayList<>();

    private Keys() {}

    /** A key that must be there. */
    public <T> Key<T> required(String name, Shape<T> shape, String description) {
      return add(name, shape, true, null, null, description);
    }

    /**
     * A key that may be left out.
     *
     * @param fallback its value then, written as in a file
     */
    public <T> Key<T> optional(String name, Shape<T> shape, String fallback, String description) {
      var node = ConfigFile.constantNode(fallback);
      var value = ConfigFile.constant(node, shape);
      return add(name, shape, false, value, ConfigFile.plain(node), description);
    }

    /** A key that may be left out and then has no value: {@link Values#find}. */
    public <T> Key<T> optional(String name, Shape<T> shape, String description) {
      return add(name, shape, false, null, null, description);
    }

    /** Exactly one of these keys must be there. */
    public void exactlyOne(Key<?>... keys) {
      groups.add(List.of(keys).stream().<String>map(key -> key.name()).toList());
    }

    private <T> Key<T> add(
        String name,
        Shape<T> shape,
        boolean required,
        @Nullable T fallback,
        @Nullable Object written,
        String description) {
      var key = new Key<>(name, byName.size(), shape, required, fallback, written, description);
      if (byName.put(name, key) != null) {
        throw new IllegalArgumentException("key declared twice: " + name);
      }
      return key;
    }

    private List<Key<?>> all() {
      return List.copyOf(byName.values());
    }

    private Set<String> names() {
      return byName.keySet();
    }

    private Key<?> find(String name) {
      var key = byName.get(name);
      if (key == null) {
        throw new IllegalArgumentException("no such key: " + name);
      }
      return key;
    }

    private boolean groupsAreFine(
        ConfigNode node, Map<String, ConfigNode> given, Set<String> misspelt, Reading reading) {
      boolean isFine = true;
      for (var group : groups) {
        var there = group.stream().filter(given::containsKey).toList();
        if (there.size() > 1) {
          var second = given.get(there.get(1));
          reading.report(
              second == null ? node.key() : second.key(),
              node.label("both \"" + there.get(0) + "\" and \"" + there.get(1) + "\""),
              "only one of them");
        } else if (there.isEmpty() && group.stream().noneMatch(misspelt::contains)) {
          reading.report(
              node.key(),
              node.label("missing key \"" + String.join("\" or \"", group) + "\""),
              "exactly one of them");
        }
        isFine &= there.size() == 1;
      }
      return isFine;
    }

    private void addGroups(Map<String, Object> schema) {
      if (!groups.isEmpty()) {
        var all = new ArrayList<Object>();
        for (var group : groups) {
          var choices = group.stream().map(name -> Json.object("required", List.of(name))).toList();
          all.add(Json.object("oneOf", choices));
        }
        schema.put("allOf", all);
      }
    }
  }

  /** What one map in a file says, key by key. */
  public static final class Values {
    private final ConfigNode node;
    private final Map<String, ConfigNode> given;
    private final @Nullable Object[] values;
    private final Reading reading;

    private Values(
        ConfigNode node,
        Map<String, ConfigNode> given,
        @Nullable Object[] values,
        Reading reading) {
      this.node = node;
      this.given = new HashMap<>(given);
      this.values = values;
      this.reading = reading;
    }

    /** The value of a key that is required or has a fallback. */
    public <T> T get(Key<T> key) {
      var value = find(key);
      if (value == null) {
        throw new IllegalStateException(key.name() + " may have no value: use find");
      }
      return value;
    }

    /** The value of a key, or null if it was left out. */
    @SuppressWarnings("unchecked") // The key's own shape has read it.
    public <T> @Nullable T find(Key<T> key) {
      return (T) values[key.index()];
    }

    /** The key under which this map stands: the name of a named thing. */
    public String name() {
      return node.name();
    }

    public Position at() {
      return node.at();
    }

    /** Where the key stands under which this map stands. */
    public Position keyAt() {
      return node.key();
    }

    /** Whether the key is in the file. */
    public boolean has(Key<?> key) {
      return given.containsKey(key.name());
    }

    /** Whether one of the keys is in the file. */
    public boolean hasAny(Key<?>... keys) {
      return Arrays.stream(keys).anyMatch(this::has);
    }

    /** Reports a mistake at a place below this map. */
    public void report(Position at, String what, String expected) {
      reading.report(at, what, expected);
    }

    /** Reports a word at a place below this map that is none of the known ones. */
    public void unknown(Position at, String what, String word, Collection<String> known) {
      reading.hint(at, what, Nearest.hint(word, known));
    }

    /** Reports a mistake about one key's value: {@code what} follows the key. */
    public void report(Key<?> key, String what, String expected) {
      var value = given.get(key.name());
      reading.report(value == null ? node.key() : value.at(), key.name() + ": " + what, expected);
    }
  }
}
