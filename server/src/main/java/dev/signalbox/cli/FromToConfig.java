package dev.signalbox.cli;

import java.util.List;
import java.util.stream.Collectors;

/** The file that {@code --from} and {@code --to} stand for. */
final class FromToConfig {
  private FromToConfig() {}

  static String text(String from, List<String> to) {
    return """
    listeners:
      web: { bind: %s }
    upstreams:
      app: [%s]
    routes:
      - name: all
        to: app
    """
        .formatted(
            quoted(from), to.stream().map(FromToConfig::quoted).collect(Collectors.joining(", ")));
  }

  /** YAML's double-quoted form, in which any text is a text. */
  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\' || c < ' ' || c == '$') {
            quoted.append(String.format("\\u%04x", c));
          } else {
            quoted.append((char) c);
          }
        });
    return quoted.append('"').toString();
  }
}
