package dev.signalbox.admin;

import dev.signalbox.http.Reasons;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is answered, complete. Immutable: nobody writes to the body.
 *
 * @param fields beside those that every answer has
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares contents
record Content(int status, String type, byte[] body, Map<String, String> fields) {
  static final String TEXT = "text/plain; charset=utf-8";
  static final String JSON = "application/json";

  Content {
    fields = Map.copyOf(fields);
  }

  static Content of(String type, byte[] body) {
    return new Content(200, type, body, Map.of());
  }

  static Content refusal(int status, String why) {
    var text = status + " " + Reasons.of(status) + ": " + why + "\n";
    return new Content(status, TEXT, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  Content with(String name, String value) {
    return new Content(status, type, body, Map.of(name, value));
  }
}
