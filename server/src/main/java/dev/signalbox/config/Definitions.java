package dev.signalbox.config;

import java.util.Map;
import java.util.TreeMap;

/** The schemas of the types that are used in many places, by name. */
public final class Definitions {
  private final Map<String, Object> byName = new TreeMap<>();

  /** A reference to the schema of this name. */
  Map<String, Object> refer(String name, Map<String, Object> schema) {
    byName.put(name, schema);
    return Map.of("$ref", "#/$defs/" + name);
  }

  Map<String, Object> byName() {
    return byName;
  }
}
