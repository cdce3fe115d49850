package dev.signalbox.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The path of a file; a relative one begins at the directory of the configuration.
 *
 * @param check throws {@link InvalidValue} if the file is not what is needed
 */
record FilePath(String expected, Consumer<Path> check) implements Shape<Path> {
  @Override
  public @Nullable Path read(ConfigNode node, Reading reading) {
    if (!(node instanceof ConfigNode.Text text)) {
      reading.wrongKind(node, expected);
      return null;
    }
    try {
      var path = Path.of(reading.file()).resolveSibling(text.text());
      check.accept(path);
      return path;
    } catch (InvalidPathException _) {
      reading.report(node.at(), node.label(text.shown() + " is no path"), expected);
    } catch (InvalidValue e) {
      reading.invalid(text, e);
    }
    return null;
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    return Json.object("type", "string");
  }
}
