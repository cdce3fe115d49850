package dev.signalbox.config;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value written as one text.
 *
 * @param type its name in the schema
 * @param pattern what editors check; placeholders for the environment pass as well
 * @param parse throws {@link InvalidValue}
 */
record ValueShape<T>(String type, String pattern, List<String> examples, Function<String, T> parse)
    implements Shape<T> {
  @Override
  public @Nullable T read(ConfigNode node, Reading reading) {
    if (!(node instanceof ConfigNode.Text text)) {
      reading.wrongKind(node, expected());
      return null;
    }
    try {
      return parse.apply(text.text());
    } catch (InvalidValue e) {
      reading.invalid(text, e);
      return null;
    }
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    return definitions.refer(
        type,
        Json.object(
            "type", "string", "pattern", Shapes.orPlaceholder(pattern), "examples", examples));
  }

  @Override
  public String expected() {
    return "like " + String.join(", ", examples);
  }
}
