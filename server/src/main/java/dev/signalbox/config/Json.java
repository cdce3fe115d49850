package dev.signalbox.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259): maps, lists, texts, numbers and booleans, for schemas and for what
 * commands print for machines. Pure.
 */
public final class Json {
  private Json() {}

  /**
   * A map in the order of its arguments: key, value, key, value. A key whose value is null is left
   * out.
   */
  public static Map<String, Object> object(@Nullable Object... keysAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      var value = keysAndValues[i + 1];
      if (value != null) {
        map.put(String.valueOf(keysAndValues[i]), value);
      }
    }
    return map;
  }

  /** The document, indented by two, with a line break at its end. */
  public static String write(Object value) {
    var out = new StringBuilder();
    write(value, 0, out);
    return out.append('\n').toString();
  }

  private static void write(Object value, int indent, StringBuilder out) {
    switch (value) {
      case Map<?, ?> map -> {
        var members = new ArrayList<Runnable>();
        map.forEach((key, member) ->
            members.add(() -> {
              text(String.valueOf(key), out);
              out.append(": ");
              write(member, indent + 2, out);
            }));
        members('{', '}', members, indent, out);
      }
      case List<?> list -> {
        if (list.stream().noneMatch(item -> item instanceof Map || item instanceof List)) {
          out.append('[');
          for (int i = 0; i < list.size(); i++) {
            out.append(i == 0 ? "" : ", ");
            write(list.get(i), indent, out);
          }
          out.append(']');
        } else {
          var members = new ArrayList<Runnable>();
          list.forEach(item -> members.add(() -> write(item, indent + 2, out)));
          members('[', ']', members, indent, out);
        }
      }
      case String text -> text(text, out);
      default -> out.append(value);
    }
  }

  private static void members(
      char open, char close, List<Runnable> members, int indent, StringBuilder out) {
    out.append(open);
    for (int i = 0; i < members.size(); i++) {
      out.append(i == 0 ? "\n" : ",\n").repeat(' ', indent + 2);
      members.get(i).run();
    }
    if (!members.isEmpty()) {
      out.append('\n').repeat(' ', indent);
    }
    out.append(close);
  }

  private static void text(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> {
          // Escaped beyond what the RFC asks: what a request says must not steer a terminal.
          if (Character.isISOControl(c)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
