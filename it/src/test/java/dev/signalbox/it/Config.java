package dev.signalbox.it;

import dev.signalbox.testkit.AnyOrigin;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.H2Origin;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The configuration of one listener, {@code web}, and one upstream, {@code shop}, written as an
 * operator would. Immutable.
 *
 * @param listener settings of the listener, as a YAML flow map without its braces
 * @param upstream settings of the upstream, likewise
 * @param timeouts settings of all routes, likewise
 */
record Config(
    String bind, List<String> endpoints, String listener, String upstream, String timeouts) {
  static Config to(FakeOrigin... origins) {
    return to(Arrays.stream(origins).map(FakeOrigin::hostAndPort).toArray(String[]::new));
  }

  static Config to(H2Origin... origins) {
    return to(Arrays.stream(origins).map(H2Origin::hostAndPort).toArray(String[]::new))
        .upstream("protocol: h2");
  }

  static Config to(AnyOrigin... origins) {
    return to(Arrays.stream(origins).map(AnyOrigin::hostAndPort).toArray(String[]::new))
        .upstream("protocol: " + origins[0].version());
  }

  static Config to(String... endpoints) {
    return new Config("127.0.0.1:0", List.of(endpoints), "", "", "");
  }

  Config bind(String address) {
    return new Config(address, endpoints, listener, upstream, timeouts);
  }

  Config listener(String settings) {
    return new Config(bind, endpoints, settings, upstream, timeouts);
  }

  Config upstream(String settings) {
    return new Config(bind, endpoints, listener, settings, timeouts);
  }

  Config timeouts(String settings) {
    return new Config(bind, endpoints, listener, upstream, settings);
  }

  String text() {
    return """
    listeners: { web: { bind: "%s", %s } }
    upstreams: { shop: { endpoints: [%s], %s } }
    timeouts: { %s }
    routes: [{ name: all, to: shop }]
    """
        .formatted(
            bind,
            listener,
            endpoints.stream().collect(Collectors.joining("\", \"", "\"", "\"")),
            upstream,
            timeouts);
  }
}
