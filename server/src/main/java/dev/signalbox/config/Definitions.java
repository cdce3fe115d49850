package dev.signalbox.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The schemas of the types that are used in many places, by name. */
public final class Definitions {
  private final Map<String, Object> byName = new TreeMap<>();

  /** A reference to the schema of this name. */
  Map<String, Object> refer(String name, Map<String, Object> schema) {
    byName.put(name, schema);
    return Map.of("$ref", "#/$defs/" + name);
  }

  /** A reference to a schema that may refer to itself: made once, whoever asks for it meanwhile. */
  Map<String, Object> referOnce(String name, Supplier<Map<String, Object>> schema) {
    if (!byName.containsKey(name)) {
      byName.put(name, Map.of());
      byName.put(name, schema.get());
    }
    return Map.of("$ref", "#/$defs/" + name);
  }

  Map<String, Object> byName() {
    return byName;
  }
}
