package dev.signalbox.cli;

/** The file the demo runs: five endpoints, three upstreams, the routes in the order they match. */
final class DemoConfig {
  private DemoConfig() {}

  static String over(ToyEndpoints toys, int port) {
    return """
    listeners:
      web: { bind: 127.0.0.1:%d }

    upstreams:
      shop:
        balance: round-robin
        endpoints:
          - %s                            # red
          - %s                            # green
          - { address: %s, weight: 1 }    # blue, in the long form
      echo: [%s]                          # the short form: just addresses
      cinema: [%s]

    routes:                                # top to bottom, the first match wins
      - name: status
        match: { host: status.example.com }
        respond: { status: 200, body: "All signals green.\\n" }
      - name: echo
        match: { path: /echo }
        to: echo
      - name: cinema
        match: { path: [/slow, /stream] }
        to: cinema
      - name: shop
        to: shop
    """
        .formatted(port, toys.red(), toys.green(), toys.blue(), toys.echo(), toys.cinema());
  }
}
