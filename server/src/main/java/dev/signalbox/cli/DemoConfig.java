package dev.signalbox.cli;

/** The file the demo runs: five endpoints, three upstreams, the routes in the order they match. */
final class DemoConfig {
  private DemoConfig() {}

  static String over(ToyEndpoints toys, int port) {
    return """
    listeners:
      web: { bind: "127.0.0.1:%d" }

    upstreams:
      shop:                                  # red, green and blue; blue gets twice as much
        endpoints: [%s, %s, { address: "%s", weight: 2 }]
        balance: round-robin
      echo: [%s]                  # the short form: just addresses
      cinema: [%s]

    routes:                                  # top to bottom, the first match wins
      - name: status
        match: { host: status.example.com }
        respond: { status: 200, body: "All signals green.\\n" }
      - name: echo
        match: { path: /echo }
        to: echo
      - name: slow
        match: { path: /slow }
        to: cinema
      - name: stream
        match: { path: /stream }
        to: cinema
      - name: shop
        to: shop
    """
        .formatted(
            port,
            quoted(toys.red()),
            quoted(toys.green()),
            toys.blue(),
            quoted(toys.echo()),
            quoted(toys.cinema()));
  }

  private static String quoted(String address) {
    return "\"" + address + "\"";
  }
}
