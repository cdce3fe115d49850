package dev.signalbox.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Fields as {@code name: value} with names in lower case, out of either version's. Pure. */
final class AnyFields {
  private AnyFields() {}

  /** Out of lines of HTTP/1.1, each with its line end. */
  static List<String> ofLines(String lines) {
    var fields = new ArrayList<String>();
    for (var line : lines.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.add(
            line.substring(0, colon).toLowerCase(Locale.ROOT)
                + ": "
                + line.substring(colon + 1).strip());
      }
    }
    return fields;
  }

  /** Out of a head of HTTP/1.1. */
  static List<String> ofHead(String head) {
    return ofLines(head.substring(head.indexOf("\r\n") + 2));
  }

  /** Out of a head of HTTP/2. */
  static List<String> withoutPseudo(List<String> fields) {
    return fields.stream().filter(field -> !field.startsWith(":")).toList();
  }

  /** The first value of that name, or null. */
  static @Nullable String first(List<String> fields, String name) {
    return fields.stream()
        .filter(field -> field.startsWith(name + ": "))
        .map(field -> field.substring(name.length() + 2))
        .findFirst()
        .orElse(null);
  }

  static String lines(String... fields) {
    var lines = new StringBuilder();
    for (var field : fields) {
      lines.append(field).append("\r\n");
    }
    return lines.toString();
  }

  static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }
}
