package dev.signalbox.route;

import java.nio.charset.StandardCharsets;

/** Requests for tests of conditions: a GET with these lines, or a POST with this body. */
final class Asked {
  private Asked() {}

  /** With fields, each written {@code Name: value}. */
  static OfflineRequest with(String... lines) {
    return fields(OfflineRequest.of("GET", "http://shop.example/"), lines).build();
  }

  /** With a body of this type. */
  static OfflineRequest body(String type, String body) {
    return body(type, body.getBytes(StandardCharsets.UTF_8));
  }

  static OfflineRequest body(String type, byte[] body) {
    return OfflineRequest.of("POST", "http://shop.example/")
        .header("Content-Type", type)
        .body(body)
        .build();
  }

  static OfflineRequest.Builder fields(OfflineRequest.Builder request, String... lines) {
    for (var line : lines) {
      int colon = line.indexOf(':');
      request.header(line.substring(0, colon), line.substring(colon + 1));
    }
    return request;
  }
}
