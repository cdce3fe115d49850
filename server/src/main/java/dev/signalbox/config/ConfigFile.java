package dev.signalbox.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a configuration file into the value that a shape describes. Blocks: control only. */
public final class ConfigFile {
  private ConfigFile() {}

  /**
   * Reads a file.
   *
   * @throws ConfigException with every mistake in it
   */
  public static <T> T load(
      Path file, Function<String, @Nullable String> environment, Shape<T> shape) {
    var name = file.toString();
    return read(name, decode(name, bytes(file)), environment, shape);
  }

  /**
   * Reads a text as if it stood in a file of this name.
   *
   * @throws ConfigException with every mistake in it
   */
  public static <T> T read(
      String fileName,
      String text,
      Function<String, @Nullable String> environment,
      Shape<T> shape) {
    // Some editors put a byte order mark in front.
    var content = text.startsWith("\ufeff") ? text.substring(1) : text;
    var reading = new Reading(fileName, content);
    try {
      var node = YamlText.read(content, reading, new Placeholders(environment));
      var value = shape.read(node, reading);
      reading.finish();
      if (value == null) {
        throw new IllegalStateException("no value and no mistake reported");
      }
      return value;
    } catch (Reading.Stop _) {
      throw reading.exception();
    }
  }

  /** The JSON Schema (draft 2020-12) of the files that a shape describes. */
  public static String jsonSchema(String title, Shape<?> shape) {
    var definitions = new Definitions();
    var schema = shape.schema(definitions);
    var document =
        Json.object("$schema", "https://json-schema.org/draft/2020-12/schema", "title", title);
    document.putAll(schema);
    document.put("$defs", definitions.byName());
    return Json.write(document);
  }

  /** The node of a fallback, which is written in our own code. */
  static ConfigNode constantNode(String text) {
    try {
      return YamlText.read(text, new Reading("", text), new Placeholders(_ -> null));
    } catch (Reading.Stop e) {
      throw new IllegalArgumentException("fallback: " + text, e);
    }
  }

  /** A value in our own code, as JSON has it. */
  static Object plainText(String text) {
    return plain(constantNode(text));
  }

  static <T> T constant(ConfigNode node, Shape<T> shape) {
    var reading = new Reading("", "");
    var value = shape.read(node, reading);
    reading.finish();
    if (value == null) {
      throw new IllegalArgumentException("fallback: " + node);
    }
    return value;
  }

  /** A node as JSON has it. */
  static Object plain(ConfigNode node) {
    return switch (node) {
      case ConfigNode.Text text -> {
        if (text.quoted()) {
          yield text.text();
        }
        if (text.text().equals("true") || text.text().equals("false")) {
          yield Boolean.valueOf(text.text());
        }
        yield text.text().matches("0|-?[1-9][0-9]{0,17}")
            ? (Object) Long.valueOf(text.text())
            : text.text();
      }
      case ConfigNode.Items items -> items.items().stream().map(ConfigFile::plain).toList();
      case ConfigNode.Entries entries -> {
        var map = new LinkedHashMap<String, Object>();
        entries.entries().forEach(entry -> map.put(entry.key(), plain(entry.value())));
        yield map;
      }
      case ConfigNode.Nothing _, ConfigNode.Broken _ -> Map.of();
    };
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw failure(file, "is a directory", "a file, like " + file.resolve("signalbox.yaml"));
      }
      try (var in = Files.newInputStream(file)) {
        // One more than is allowed, so that YamlText sees that it is too long.
        return in.readNBytes(4 * YamlText.LONGEST + 1);
      }
    } catch (NoSuchFileException _) {
      throw failure(file, "there is no such file", "the path of a configuration file");
    } catch (AccessDeniedException _) {
      throw failure(file, "may not be read", "read permission for the user that runs signalbox");
    } catch (IOException e) {
      throw failure(file, "cannot be read: " + e.getMessage(), "a readable file");
    }
  }

  private static ConfigException failure(Path file, String what, String expected) {
    var at = Position.ofFile(file.toString());
    return new ConfigException(List.of(new Problem(at, what, "expected: " + expected, "")));
  }

  private static String decode(String file, byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
    } catch (CharacterCodingException _) {
      // The decoder stops in front of what it cannot read.
      var before = new String(bytes, 0, in.position(), StandardCharsets.UTF_8);
      int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
      var start = before.substring(before.lastIndexOf('\n') + 1);
      int wrong = bytes[in.position()] & 0xff;
      boolean isUtf16 = in.position() == 0 && (wrong == 0xfe || wrong == 0xff);
      var problem =
          new Problem(
              new Position(file, line, start.codePointCount(0, start.length()) + 1, 1),
              isUtf16 ? "the file is UTF-16" : String.format("the byte 0x%02X is not UTF-8", wrong),
              "expected: the file saved as UTF-8",
              start + "\ufffd");
      throw new ConfigException(List.of(problem));
    }
  }
}
