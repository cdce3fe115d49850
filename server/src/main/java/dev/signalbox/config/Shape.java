package dev.signalbox.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a value in the configuration looks like. One declaration reads it, with every mistake
 * collected, and describes it to editors as JSON Schema. Immutable; shapes are constants.
 */
public interface Shape<T> {
  /** The value, or null after its mistakes were reported. */
  @Nullable T read(ConfigNode node, Reading reading);

  /** The value as JSON Schema (draft 2020-12). */
  Map<String, Object> schema(Definitions definitions);

  /** What would be right, in words that follow "expected:". */
  String expected();

  /** Another view of the same value. */
  default <R> Shape<R> map(Function<? super T, ? extends R> view) {
    return new Mapped<>(this, view);
  }

  /** Another view of the same value that also knows where it stands. */
  default <R> Shape<R> located(Located<? super T, ? extends R> view) {
    return new AtItsPlace<>(this, view);
  }

  /** Makes the view of a value from it and its node. */
  interface Located<T, R> {
    R view(T value, ConfigNode node);
  }

  /** The same, but only some of its values. */
  default Shape<T> only(Predicate<? super T> allowed, String expected) {
    return new Checked<>(
        this,
        expected,
        (value, node, reading) -> {
          if (!allowed.test(value)) {
            reading.wrongKind(node, expected);
          }
          return allowed.test(value);
        });
  }

  /** The same, with a check that reports its own mistakes and says whether there were none. */
  default Shape<T> checked(Check<? super T> check) {
    return new Checked<>(this, expected(), check);
  }

  interface Check<T> {
    boolean isFine(T value, ConfigNode node, Reading reading);
  }

  record Mapped<S, T>(Shape<S> shape, Function<? super S, ? extends T> view) implements Shape<T> {
    @Override
    public @Nullable T read(ConfigNode node, Reading reading) {
      var value = shape.read(node, reading);
      return value == null ? null : view.apply(value);
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

  record AtItsPlace<S, T>(Shape<S> shape, Located<? super S, ? extends T> located)
      implements Shape<T> {
    @Override
    public @Nullable T read(ConfigNode node, Reading reading) {
      var value = shape.read(node, reading);
      return value == null ? null : located.view(value, node);
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

  record Checked<T>(Shape<T> shape, String expected, Check<? super T> check) implements Shape<T> {
    @Override
    public @Nullable T read(ConfigNode node, Reading reading) {
      var value = shape.read(node, reading);
      return value != null && check.isFine(value, node, reading) ? value : null;
    }

    /** A schema cannot express the check, but it can tell people about it. */
    @Override
    public Map<String, Object> schema(Definitions definitions) {
      var schema = new LinkedHashMap<>(shape.schema(definitions));
      if (!expected.equals(shape.expected())) {
        schema.put("$comment", expected);
      }
      return schema;
    }
  }
}
