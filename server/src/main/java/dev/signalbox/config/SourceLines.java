package dev.signalbox.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The lines of a configuration file, to show beside what is said about them. Immutable.
 *
 * @param lines from line 1
 */
public record SourceLines(List<String> lines) {
  public SourceLines {
    lines = List.copyOf(lines);
  }

  public static SourceLines of(String text) {
    var content = text.startsWith("\ufeff") ? text.substring(1) : text;
    return new SourceLines(List.of(content.split("\r\n|\r|\n", -1)));
  }

  /** Those of a file that was read before; none if it can no longer be read. Blocks. */
  public static SourceLines of(Path file) {
    try {
      return of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (IOException _) {
      return none();
    }
  }

  public static SourceLines none() {
    return new SourceLines(List.of());
  }

  /** The line at this place as it is in the file; empty if there is none. */
  public String at(Position at) {
    return at.line() >= 1 && at.line() <= lines.size() ? lines.get(at.line() - 1) : "";
  }
}
