package dev.signalbox.testkit;

import java.util.List;

/**
 * A response that a raw client has read.
 *
 * @param interim the heads of the 1xx responses before it
 */
public record RawResponse(
    String head, String body, String trailers, String raw, List<String> interim)
    implements RawMessage {
  public RawResponse {
    interim = List.copyOf(interim);
  }

  public int status() {
    return status(head());
  }

  static int status(String head) {
    if (!head.matches("(?s)HTTP/1\\.[01] [1-9][0-9][0-9][ \r].*")) {
      throw new AssertionError("not a status line: " + Bytes.visible(head));
    }
    return Integer.parseInt(head.substring(9, 12));
  }
}
