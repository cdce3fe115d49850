package dev.signalbox.route;

import dev.signalbox.config.ConfigNode;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.ObjectShape.Values;
import dev.signalbox.config.Reading;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Some of the keys under {@code match}: declared, and read into conditions. */
interface ConditionKeys {
  /** A condition, and the key under which it was written. */
  record Written(ObjectShape.Key<?> key, Match match) {}

  /** What a file says under these keys: those that are there, in their order. */
  interface Read {
    List<Written> read(Values values);
  }

  /** Declares the keys. */
  Read declare(Keys keys);

  /** A key under which one condition is written. */
  static <T> Read one(ObjectShape.Key<T> key, Function<T, Match> condition) {
    return values -> {
      @Nullable T value = values.find(key);
      return value == null ? List.of() : List.of(new Written(key, condition.apply(value)));
    };
  }

  /**
   * One item or a list, which may not be empty: whether that is all or nothing is anyone's guess.
   */
  static <T> Shape<List<T>> some(Shape<T> item) {
    return Shapes.oneOrMore(item).checked(ConditionKeys::isNotEmpty);
  }

  /** Whether a list or map was given something; otherwise a mistake. */
  static boolean isNotEmpty(Object value, ConfigNode node, Reading reading) {
    boolean isEmpty =
        switch (node) {
          case ConfigNode.Items items -> items.items().isEmpty();
          case ConfigNode.Entries entries -> entries.entries().isEmpty();
          case ConfigNode.Text _, ConfigNode.Nothing _, ConfigNode.Broken _ -> false;
        };
    if (isEmpty) {
      reading.report(node.at(), node.label("nothing in it"), "at least one, or not this key");
    }
    return !isEmpty;
  }
}
