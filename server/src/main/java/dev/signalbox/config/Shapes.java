package dev.signalbox.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The shapes of which configurations are made. */
public final class Shapes {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final Pattern IS_NAME = Pattern.compile(NAME);
  private static final String NAME_EXPECTED = "letters, digits, \"-\", \"_\" and \".\"";
  private static final Pattern IS_INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,17}");
  private static final Shape<Duration> DURATION =
      value(
          "duration",
          "^([0-9]+(ms|s|m|h|d))+$",
          List.of("500ms", "2s", "1m30s"),
          DurationText::parse);

  private Shapes() {}

  /**
   * A value written as one text.
   *
   * @param type its name in the schema
   * @param pattern a regular expression for editors
   * @param parse throws {@link InvalidValue}
   */
  public static <T> Shape<T> value(
      String type, String pattern, List<String> examples, Function<String, T> parse) {
    return new ValueShape<>(type, pattern, List.copyOf(examples), parse);
  }

  /** Any text; numbers and the like are taken as they are written. */
  public static Shape<String> text(String expected) {
    return scalar(
        expected,
        Json.object("type", List.of("string", "number", "boolean")),
        (text, _) -> text.text());
  }

  public static Shape<Boolean> bool() {
    var expected = "true or false";
    return scalar(
        expected,
        orPlaceholder(Json.object("type", "boolean")),
        (text, reading) -> {
          boolean isTrue = text.text().equals("true");
          if (isQuoted(text) || !(isTrue || text.text().equals("false"))) {
            reading.report(text.at(), text.label(said(text)), expected + unquoted(text));
            return null;
          }
          return isTrue;
        });
  }

  public static Shape<Integer> integer(int least, int most) {
    var expected = most == Integer.MAX_VALUE ? least + " or more" : least + " to " + most;
    var schema = Json.object("type", "integer", "minimum", least);
    if (most != Integer.MAX_VALUE) {
      schema.put("maximum", most);
    }
    return scalar(
        expected,
        orPlaceholder(schema),
        (text, reading) -> {
          if (!isQuoted(text) && IS_INTEGER.matcher(text.text()).matches()) {
            long number = Long.parseLong(text.text());
            if (number >= least && number <= most) {
              return (int) number;
            }
          }
          boolean isNumber = IS_INTEGER.matcher(text.text()).matches();
          reading.report(
              text.at(),
              text.label(said(text)),
              (isNumber ? expected : "a whole number, " + expected) + unquoted(text));
          return null;
        });
  }

  /** One of these values, by its word. */
  public static <T> Shape<T> choice(List<T> values, Function<? super T, String> word) {
    var byWord = new LinkedHashMap<String, T>();
    values.forEach(value -> byWord.put(word.apply(value), value));
    return scalar(
        Nearest.oneOf(byWord.keySet()),
        orPlaceholder(Json.object("enum", List.copyOf(byWord.keySet()))),
        (text, reading) -> {
          var value = byWord.get(text.text());
          if (value == null) {
            // The choices are few: a guess is worth less than all of them.
            var nearest = Nearest.to(text.text(), byWord.keySet());
            reading.hint(
                text.at(),
                text.label(text.shown()),
                nearest == null
                    ? "expected: " + Nearest.oneOf(byWord.keySet())
                    : "did you mean " + Shown.quoted(nearest) + "?");
          }
          return value;
        });
  }

  /** One of the constants of an enum: {@code LEAST_REQUEST} is written least-request. */
  public static <E extends Enum<E>> Shape<E> choice(E[] values) {
    return choice(
        List.of(values), value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  /** Zero is no time to wait: at least a millisecond. */
  public static Shape<Duration> duration() {
    return DURATION.only(value -> value.toMillis() >= 1, "at least 1ms");
  }

  public static Shape<Duration> durationOrZero() {
    return DURATION;
  }

  /** What the shape says, or the word {@code none}, which means this value. */
  public static <T> Shape<T> orNone(Shape<T> shape, T none) {
    return new OrNone<>(shape, none);
  }

  /** The name of a new thing of this kind, which others may refer to. */
  public static Shape<String> name(String kind) {
    return scalar(
        "a name of " + NAME_EXPECTED,
        Json.object("type", "string", "pattern", "^" + NAME + "$"),
        (text, reading) -> {
          if (!IS_NAME.matcher(text.text()).matches()) {
            reading.report(text.at(), text.label(text.shown()), NAME_EXPECTED);
            return null;
          }
          reading.define(kind, text.text(), text.at());
          return text.text();
        });
  }

  /** The name of a thing of this kind that the same file defines, before or after. */
  public static Shape<String> reference(String kind) {
    return scalar(
        "the name of " + ("aeiou".indexOf(kind.charAt(0)) < 0 ? "a " : "an ") + kind,
        Json.object("type", "string", "pattern", orPlaceholder("^" + NAME + "$")),
        (text, reading) -> {
          reading.refer(kind, text.text(), text);
          return text.text();
        });
  }

  /**
   * The path of a file; a relative one begins at the directory of the configuration.
   *
   * @param check throws {@link InvalidValue} if the file is not what is needed
   */
  public static Shape<Path> file(String expected, Consumer<Path> check) {
    return new FilePath(expected, check);
  }

  /** The value of a key that others need: see {@link #needing}. */
  public static <T> Shape<T> providing(String what, Shape<T> shape) {
    return new Needed.Providing<>(what, shape);
  }

  /**
   * A value that makes sense only where the file has what {@link #providing} is said of.
   *
   * @param remedy what to add where it has not
   */
  public static <T> Shape<T> needing(String what, String remedy, Shape<T> shape) {
    return new Needed.Needing<>(what, remedy, shape);
  }

  /**
   * A shape that may hold itself.
   *
   * @param type its name in the schema
   * @param examples written as in a file
   */
  public static <T> Shape<T> recursive(
      String type, List<String> examples, Supplier<Shape<T>> shape) {
    return new RecursiveShape<>(type, examples, shape);
  }

  public static <T> Shape<List<T>> list(Shape<T> item) {
    return new ListShape<>(item, false, _ -> null, "");
  }

  /**
   * A list in which no two items share something.
   *
   * @param expected what to do about two that do
   */
  public static <T> Shape<List<T>> distinct(
      Shape<T> item, Function<? super T, ?> what, String expected) {
    return new ListShape<>(item, false, what::apply, expected);
  }

  /** A list, or one item without the brackets. */
  public static <T> Shape<List<T>> oneOrMore(Shape<T> item) {
    return new ListShape<>(item, true, _ -> null, "");
  }

  /** Things by their names, which others may refer to; in the order of the file. */
  public static <T> Shape<Map<String, T>> named(String kind, Shape<T> item) {
    return new MapShape<>(
        kind,
        false,
        "^" + NAME + "$",
        item,
        name -> {
          if (!IS_NAME.matcher(name).matches()) {
            throw new InvalidValue(name, "as the name of a " + kind, NAME_EXPECTED);
          }
        });
  }

  /**
   * Values by keys that are not known beforehand; in the order of the file.
   *
   * @param checkKey throws {@link InvalidValue}
   */
  public static <T> Shape<Map<String, T>> map(
      String keyPattern, Consumer<String> checkKey, Shape<T> item) {
    return new MapShape<>(null, false, keyPattern, item, checkKey);
  }

  /** Values by the names of things of this kind, which the same file defines, before or after. */
  public static <T> Shape<Map<String, T>> byReference(String kind, Shape<T> item) {
    return new MapShape<>(kind, true, "^" + NAME + "$", item, _ -> {});
  }

  /** A text, or else a map: two ways to write the same. */
  public static <T> Shape<T> either(Shape<T> text, Shape<T> map) {
    return new Either<>(text, map);
  }

  static String orPlaceholder(String pattern) {
    return "(" + pattern + ")|\\$\\{";
  }

  private static Map<String, Object> orPlaceholder(Map<String, Object> schema) {
    return Json.object(
        "anyOf", List.of(schema, Json.object("type", "string", "pattern", "\\$\\{")));
  }

  private interface ReadText<T> {
    @Nullable T read(ConfigNode.Text text, Reading reading);
  }

  private static <T> Shape<T> scalar(
      String expected, Map<String, Object> schema, ReadText<T> read) {
    return new TextShape<>(expected, schema, read);
  }

  private record TextShape<T>(String expected, Map<String, Object> schema, ReadText<T> read)
      implements Shape<T> {
    @Override
    public @Nullable T read(ConfigNode node, Reading reading) {
      if (node instanceof ConfigNode.Text text) {
        return read.read(text, reading);
      }
      reading.wrongKind(node, expected);
      return null;
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
      return schema;
    }
  }

  /** In quotes a number is a text; but a placeholder often needs quotes. */
  private static boolean isQuoted(ConfigNode.Text text) {
    return text.quoted() && !text.isFilledIn();
  }

  private static String said(ConfigNode.Text text) {
    return isQuoted(text) ? Shown.quoted(text.text()) : text.shown();
  }

  private static String unquoted(ConfigNode.Text text) {
    return isQuoted(text) ? ", without quotes" : "";
  }

  private record RecursiveShape<T>(String type, List<String> examples, Supplier<Shape<T>> shape)
      implements Shape<T> {
    @Override
    public @Nullable T read(ConfigNode node, Reading reading) {
      return shape.get().read(node, reading);
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
      return definitions.referOnce(
          type,
          () -> {
            var schema = new LinkedHashMap<>(shape.get().schema(definitions));
            schema.put("examples", examples.stream().map(ConfigFile::plainText).toList());
            return schema;
          });
    }

    @Override
    public String expected() {
      return "a map like " + examples.getFirst();
    }
  }

  private record OrNone<T>(Shape<T> shape, T none) implements Shape<T> {
    @Override
    public @Nullable T read(ConfigNode node, Reading reading) {
      boolean isNone = node instanceof ConfigNode.Text text && text.text().equals("none");
      return isNone ? none : shape.read(node, reading);
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
      return Json.object("anyOf", List.of(shape.schema(definitions), Json.object("const", "none")));
    }

    @Override
    public String expected() {
      return shape.expected() + ", or none";
    }
  }

  private record ListShape<T>(
      Shape<T> item,
      boolean orOne,
      Function<? super T, @Nullable Object> ownPart,
      String ownExpected)
      implements Shape<List<T>> {
    @Override
    public @Nullable List<T> read(ConfigNode node, Reading reading) {
      List<ConfigNode> nodes;
      if (node instanceof ConfigNode.Items items) {
        nodes = items.items();
      } else if (orOne) {
        nodes = List.of(node);
      } else {
        boolean isText = node instanceof ConfigNode.Text;
        reading.wrongKind(
            node, isText ? "a list, like [" + ((ConfigNode.Text) node).text() + "]" : expected());
        return null;
      }
      // What is wrong is left out: the rest can still be checked against each other.
      var values = new ArrayList<T>();
      var parts = new HashSet<Object>();
      for (var one : nodes) {
        var value = item.read(one, reading);
        if (value == null) {
          continue;
        }
        values.add(value);
        var part = ownPart.apply(value);
        if (part != null && !parts.add(part)) {
          reading.report(one.at(), one.label(part + " a second time"), ownExpected);
        }
      }
      return List.copyOf(values);
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
      var one = item.schema(definitions);
      var list = Json.object("type", "array", "items", one);
      return orOne ? Json.object("anyOf", List.of(one, list)) : list;
    }

    @Override
    public String expected() {
      return orOne ? item.expected() + ", or a list of them" : "a list, each " + item.expected();
    }
  }

  private record Either<T>(Shape<T> text, Shape<T> map) implements Shape<T> {
    @Override
    public @Nullable T read(ConfigNode node, Reading reading) {
      return switch (node) {
        case ConfigNode.Text _ -> text.read(node, reading);
        case ConfigNode.Entries _ -> map.read(node, reading);
        case ConfigNode.Items _, ConfigNode.Nothing _, ConfigNode.Broken _ -> {
          reading.wrongKind(node, expected());
          yield null;
        }
      };
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
      return Json.object("anyOf", List.of(text.schema(definitions), map.schema(definitions)));
    }

    @Override
    public String expected() {
      return text.expected() + ", or " + map.expected();
    }
  }

  /**
   * @param kind what the keys are names of, or null
   * @param refers whether the keys are names of things that are defined elsewhere
   */
  private record MapShape<T>(
      @Nullable String kind,
      boolean refers,
      String keyPattern,
      Shape<T> item,
      Consumer<String> checkKey)
      implements Shape<Map<String, T>> {
    @Override
    public @Nullable Map<String, T> read(ConfigNode node, Reading reading) {
      if (!(node instanceof ConfigNode.Entries entries)) {
        reading.wrongKind(node, expected());
        return null;
      }
      var values = new LinkedHashMap<String, T>();
      for (var entry : entries.entries()) {
        try {
          checkKey.accept(entry.key());
        } catch (InvalidValue e) {
          var what = InvalidValue.sentence(Shown.quoted(entry.key()), e.why());
          reading.report(entry.value().key(), what, e.expected());
          continue;
        }
        if (kind != null && refers) {
          var key = entry.value().key();
          var place = new ConfigNode.Place(node.name(), key, key);
          reading.refer(kind, entry.key(), new ConfigNode.Nothing(place));
        } else if (kind != null) {
          reading.define(kind, entry.key(), entry.value().key());
        }
        var value = item.read(entry.value(), reading);
        if (value != null) {
          values.put(entry.key(), value);
        }
      }
      return Collections.unmodifiableMap(values);
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
      return Json.object(
          "type", "object",
          "propertyNames", Json.object("pattern", keyPattern),
          "additionalProperties", item.schema(definitions));
    }

    @Override
    public String expected() {
      if (kind == null) {
        return "a map";
      }
      return refers
          ? "a map of names of " + kind + "s to " + item.expected()
          : "a map of " + kind + "s by name";
    }
  }
}
