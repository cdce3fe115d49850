package dev.signalbox.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values that make sense only where another key of the file is set, wherever that stands. Which is
 * known only once the whole file is read. Immutable.
 */
final class Needed {
  private Needed() {}

  /** The value of the key that others need; that it is there counts, even if it is wrong. */
  record Providing<T>(String what, Shape<T> shape) implements Shape<T> {
    @Override
    public @Nullable T read(ConfigNode node, Reading reading) {
      reading.provide(what);
      return shape.read(node, reading);
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
      return shape.schema(definitions);
    }

    @Override
    public String expected() {
      return shape.expected();
    }
  }

  /** A value that needs the other key. */
  record Needing<T>(String what, String remedy, Shape<T> shape) implements Shape<T> {
    @Override
    public @Nullable T read(ConfigNode node, Reading reading) {
      reading.need(what, remedy, node);
      return shape.read(node, reading);
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
      return shape.schema(definitions);
    }

    @Override
    public String expected() {
      return shape.expected();
    }
  }
}
