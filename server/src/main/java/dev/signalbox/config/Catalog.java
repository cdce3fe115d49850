package dev.signalbox.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The things of one kind that a configuration may name: every filter, every balancer, every
 * discovery. One is written as its name, or with settings as {@code name: {setting: value}}.
 *
 * @param kind what they are, for error messages
 * @param entries the settings of each, by its name
 */
public record Catalog<T>(String kind, Map<String, ObjectShape<? extends T>> entries)
    implements Shape<T> {
  public Catalog {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  public static <T> Catalog<T> of(String kind) {
    return new Catalog<>(kind, Map.of());
  }

  /** The same with one more. */
  public Catalog<T> with(String name, ObjectShape<? extends T> settings) {
    var more = new LinkedHashMap<>(entries);
    more.put(name, settings);
    return new Catalog<>(kind, more);
  }

  @Override
  public @Nullable T read(ConfigNode node, Reading reading) {
    return switch (node) {
      case ConfigNode.Text text ->
          read(
              text.text(),
              text,
              new ConfigNode.Entries(
                  new ConfigNode.Place(text.text(), text.at(), text.at()), List.of()),
              reading);
      case ConfigNode.Entries map when map.entries().size() == 1 -> {
        var entry = map.entries().getFirst();
        yield read(entry.key(), map, entry.value(), reading);
      }
      case ConfigNode.Entries _, ConfigNode.Items _, ConfigNode.Nothing _, ConfigNode.Broken _ -> {
        reading.wrongKind(node, "one " + kind + ", by name");
        yield null;
      }
    };
  }

  private @Nullable T read(String name, ConfigNode node, ConfigNode settings, Reading reading) {
    var shape = entries.get(name);
    if (shape == null) {
      var at = node instanceof ConfigNode.Text ? node.at() : settings.key();
      reading.hint(
          at,
          node.label("no " + kind + " is named " + Shown.quoted(name)),
          Nearest.hint(name, entries.keySet()));
      return null;
    }
    return shape.read(settings, reading);
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    var settings = new LinkedHashMap<String, Object>();
    entries.forEach((name, shape) -> settings.put(name, shape.schema(definitions)));
    var choices = new ArrayList<Object>();
    entries.forEach((name, shape) ->
        choices.add(Json.object("const", name, "description", shape.description())));
    choices.add(
        Json.object(
            "type",
            "object",
            "properties",
            settings,
            "additionalProperties",
            false,
            "minProperties",
            1,
            "maxProperties",
            1));
    choices.add(Json.object("type", "string", "pattern", "\\$\\{"));
    return Json.object("anyOf", choices);
  }

  @Override
  public String expected() {
    return Nearest.oneOf(entries.keySet());
  }
}
