package dev.signalbox.it;

/** Requests and responses as bytes on the wire, one character a byte. Pure. */
final class Wire {
  static final String GET = get("/");

  private Wire() {}

  static String get(String target, String... fields) {
    return request("GET", target, fields);
  }

  /** A request without a body. */
  static String request(String method, String target, String... fields) {
    return method + " " + target + " HTTP/1.1\r\nHost: shop.example\r\n" + lines(fields) + "\r\n";
  }

  /** A request whose body has a declared length. */
  static String withBody(String method, String target, String body, String... fields) {
    return method
        + " "
        + target
        + " HTTP/1.1\r\nHost: shop.example\r\n"
        + lines(fields)
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  static String post(String body) {
    return withBody("POST", "/", body);
  }

  /** The head of a response, of these lines. */
  static String head(String... lines) {
    return lines(lines) + "\r\n";
  }

  static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  private static String lines(String... lines) {
    var text = new StringBuilder();
    for (var line : lines) {
      text.append(line).append("\r\n");
    }
    return text.toString();
  }
}
