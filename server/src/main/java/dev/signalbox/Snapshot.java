package dev.signalbox;

import dev.signalbox.proxy.Target;
import dev.signalbox.route.RouteTable;
import dev.signalbox.upstream.Upstream;
import java.util.Map;

/**
 * What one configuration has become: immutable, built off the loops and swapped as a whole.
 *
 * @param upstreams by name
 */
record Snapshot(RouteTable<Target> routes, Map<String, Upstream> upstreams) {
  Snapshot {
    upstreams = Map.copyOf(upstreams);
  }
}
