package dev.signalbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The page of all keys is what the declarations say. {@code -Dgolden.write=true} writes it anew.
 */
class ReferenceTest {
  private static final Path PAGE = Path.of("../docs/guide/reference.md");
  private static final String INTRODUCTION =
      """
      # Every key

      Written from the declarations in the code by `ReferenceTest`; `mvn verify` fails where they
      differ. How files are written at all is told in [config.md](config.md).
      """;

  private final Map<String, Object> schema = map(JsonSchemaTest.parse(ServerConfig.jsonSchema()));
  private final Set<Map<String, Object>> told = new HashSet<>();
  private final StringBuilder page = new StringBuilder(INTRODUCTION);

  @Test
  void pageOfAllKeysIsWhatTheDeclarationsSay() throws IOException {
    section("The file", "", schema);
    types();
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(PAGE, page.toString());
    }
    assertThat(PAGE).hasContent(page.toString());
  }

  private void section(String title, String path, Map<String, Object> object) {
    var properties = map(object.get("properties"));
    if (properties.isEmpty() || !told.add(object)) {
      return;
    }
    page.append("\n## ").append(title).append("\n\n").append(object.get("description"));
    page.append("\n\n| key | value | default | meaning |\n|---|---|---|---|\n");
    var required = object.get("required") instanceof List<?> list ? list : List.of();
    properties.forEach((key, value) -> {
      var described = map(value);
      var written = described.get("default");
      var fallback =
          required.contains(key)
              ? "required"
              : written == null || written.equals(Map.of()) ? "" : code(show(written));
      row(
          code(key),
          value(described),
          fallback,
          String.valueOf(described.get("description")).replace("*", "\\*"));
    });
    properties.forEach((key, value) -> {
      var below = path.isEmpty() ? key : path + "." + key;
      objects(below, map(value))
          .forEach((place, nested) -> section("`" + place + "`", place, nested));
    });
  }

  /** The maps with known keys that a value may hold, by their place. */
  private Map<String, Map<String, Object>> objects(String place, Map<String, Object> value) {
    var found = new LinkedHashMap<String, Map<String, Object>>();
    if (value.get("anyOf") instanceof List<?> choices) {
      choices.forEach(choice -> found.putAll(objects(place, map(choice))));
    } else if (value.containsKey("properties")) {
      if (!value.containsKey("maxProperties")) { // one entry of a catalog has no settings yet
        found.put(place, value);
      }
    } else if (value.get("items") != null) {
      found.putAll(objects(place + "[]", map(value.get("items"))));
    } else if (value.get("additionalProperties") instanceof Map<?, ?> item) {
      found.putAll(objects(place + ".NAME", map(item)));
    }
    return found;
  }

  private String value(Map<String, Object> value) {
    if (value.get("anyOf") instanceof List<?> choices) {
      return choices.stream()
          .map(choice -> value(map(choice)))
          .filter(text -> !text.isEmpty())
          .distinct()
          .collect(Collectors.joining(" or "));
    }
    if (value.get("$ref") instanceof String ref) {
      var type = ref.substring(ref.lastIndexOf('/') + 1);
      var range = value.get("$comment");
      return "[" + type + "](#types)" + (range == null ? "" : ", " + range);
    }
    if (value.get("enum") instanceof List<?> words) {
      return words.stream().map(word -> code(show(word))).collect(Collectors.joining(", "));
    }
    if (value.containsKey("const")) {
      return code(show(value.get("const")));
    }
    if (value.containsKey("items")) {
      var items = map(value.get("items"));
      return "list of " + (items.containsKey("anyOf") ? "(" + value(items) + ")" : value(items));
    }
    if (value.get("additionalProperties") instanceof Map<?, ?> item) {
      return "map of names to " + value(map(item));
    }
    if (value.containsKey("properties")) {
      return value.containsKey("maxProperties") ? "" : "map";
    }
    return scalar(value);
  }

  private static String scalar(Map<String, Object> value) {
    var type = value.get("type");
    if ("integer".equals(type)) {
      return value.get("minimum")
          + (value.containsKey("maximum") ? " to " + value.get("maximum") : " or more");
    }
    if ("boolean".equals(type)) {
      return "`true`, `false`";
    }
    if ("string".equals(type)) {
      // Only a placeholder, which any value may be.
      return "\\$\\{".equals(value.get("pattern")) ? "" : "name";
    }
    return "text";
  }

  private void types() {
    page.append("\n## Types\n\n| type | examples |\n|---|---|\n");
    map(schema.get("$defs"))
        .forEach((name, type) -> {
          var examples = (List<?>) map(type).get("examples");
          page.append("| ").append(name).append(" | ");
          page.append(
              new ArrayList<>(examples)
                  .stream().map(e -> code(show(e))).collect(Collectors.joining(", ")));
          page.append(" |\n");
        });
  }

  private void row(String... cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String show(@Nullable Object value) {
    return value instanceof String text && !text.isEmpty() ? text : TestJson.write(value);
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  @SuppressWarnings("unchecked") // JSON has no other keys.
  private static Map<String, Object> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }
}
