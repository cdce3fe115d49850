package dev.signalbox;

import dev.signalbox.proxy.Mirroring;
import dev.signalbox.proxy.Routing;
import dev.signalbox.route.Split;
import dev.signalbox.upstream.Upstream;
import java.util.Map;

/**
 * What one configuration has become: immutable, built off the loops and swapped as a whole.
 *
 * @param upstreams by name
 * @param splits by the names of their routes; their weights are what may change at run time
 * @param mirrorings by the names of their routes
 */
record Snapshot(
    Routing routing,
    Map<String, Upstream> upstreams,
    Map<String, Split> splits,
    Map<String, Mirroring> mirrorings) {
  Snapshot {
    splits = Map.copyOf(splits);
    mirrorings = Map.copyOf(mirrorings);
    upstreams = Map.copyOf(upstreams);
  }
}
