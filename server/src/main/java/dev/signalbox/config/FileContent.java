package dev.signalbox.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file that a configuration names, read while the configuration is: what is served is what was
 * checked, whatever happens to the file later. Immutable.
 */
public final class FileContent {
  private final String path;
  private final byte[] bytes;

  private FileContent(String path, byte[] bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  /**
   * The path of a regular file; a relative one begins at the directory of the configuration.
   *
   * @param most what the file may have
   */
  public static Shape<FileContent> shape(Bytes most) {
    return new FromFile(Shapes.text("the path of a file"), most);
  }

  /** As it is written in the configuration. */
  public String path() {
    return path;
  }

  public int size() {
    return bytes.length;
  }

  /** A copy of the content. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public String toString() {
    return path + " (" + new Bytes(bytes.length) + ")";
  }

  private record FromFile(Shape<String> shape, Bytes most) implements Shape<FileContent> {
    @Override
    public @Nullable FileContent read(ConfigNode node, Reading reading) {
      var path = shape.read(node, reading);
      if (path == null) {
        return null;
      }
      try {
        var file = Path.of(reading.file()).resolveSibling(path);
        // Not a device or a pipe, which may have no end.
        if (Files.isDirectory(file) || (Files.exists(file) && !Files.isRegularFile(file))) {
          return refuse(node, reading, path, "is not a regular file");
        }
        try (var in = Files.newInputStream(file)) {
          var bytes = in.readNBytes(most.toInt() + 1);
          return bytes.length <= most.toInt()
              ? new FileContent(path, bytes)
              : refuse(node, reading, path, "is larger than " + most);
        }
      } catch (NoSuchFileException | NotDirectoryException | InvalidPathException _) {
        return refuse(node, reading, path, "does not exist");
      } catch (AccessDeniedException _) {
        return refuse(node, reading, path, "may not be read");
      } catch (IOException _) {
        return refuse(node, reading, path, "cannot be read");
      }
    }

    private @Nullable FileContent refuse(
        ConfigNode node, Reading reading, String path, String why) {
      reading.report(
          node.at(),
          node.label(Shown.value(path) + " " + why),
          "a readable file of at most "
              + most
              + "; a relative path begins at the configuration's directory");
      return null;
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
