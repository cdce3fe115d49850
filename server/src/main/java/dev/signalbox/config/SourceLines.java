package dev.signalbox.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    return new SourceLines(split(content));
  }

  /** The lines of a text, whatever ends them; behind the last end there is one more. */
  static List<String> split(String text) {
    var lines = new ArrayList<String>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r') {
        lines.add(text.substring(start, i));
        if (c == '\r' && text.startsWith("\n", i + 1)) {
          i++;
        }
        start = i + 1;
      }
    }
    lines.add(text.substring(start));
    return lines;
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
