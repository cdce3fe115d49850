package dev.signalbox.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 message as it came over the wire. All text is ISO 8859-1, one character a byte, so
 * nothing is lost.
 */
public sealed interface RawMessage permits RawResponse, ReceivedRequest {
  /** Start line and fields, with the empty line that ends them. */
  String head();

  /** The body without its framing. */
  String body();

  /** The trailer fields of a chunked body, each with its line end; empty where there are none. */
  String trailers();

  /** Every byte of the message. */
  String raw();

  default String startLine() {
    return head().substring(0, head().indexOf("\r\n"));
  }

  /** The values of all fields of that name, in order. */
  default List<String> headers(String name) {
    return fields(head().substring(startLine().length() + 2), name);
  }

  /** The value of the only field of that name, or null; fails where there are several. */
  default @Nullable String header(String name) {
    return onlyOne(name, headers(name));
  }

  /** The value of the only trailer field of that name, or null; fails where there are several. */
  default @Nullable String trailer(String name) {
    return onlyOne(name, fields(trailers(), name));
  }

  private static @Nullable String onlyOne(String name, List<String> values) {
    if (values.size() > 1) {
      throw new AssertionError(name + ": several values " + values);
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  private static List<String> fields(String lines, String name) {
    var values = new ArrayList<String>();
    for (var line : lines.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon >= 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
        values.add(line.substring(colon + 1).strip());
      }
    }
    return values;
  }
}
