package dev.signalbox;

import dev.signalbox.proxy.Routing;
import dev.signalbox.upstream.Upstream;
import java.util.Map;

/**
 * What one configuration has become: immutable, built off the loops and swapped as a whole.
 *
 * @param upstreams by name
 */
record Snapshot(Routing routing, Map<String, Upstream> upstreams) {
  Snapshot {
    upstreams = Map.copyOf(upstreams);
  }
}
