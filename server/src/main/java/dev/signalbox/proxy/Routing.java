package dev.signalbox.proxy;

import dev.signalbox.route.GeoDatabase;
import dev.signalbox.route.RouteTable;

/**
 * What decides where a request goes. Immutable; swapped as a whole.
 *
 * @param geo where clients are, for routes that ask
 * @param bodyAtMost how many bytes of a body routes may ask about; of a longer one none
 */
public record Routing(RouteTable<Target> routes, GeoDatabase geo, int bodyAtMost) {}
