/**
 * Routes: conditions on a request, compiled so that the first that matches wins. It must not know
 * what a route leads to: the table is generic over what it finds. Start at {@code RouteTable}.
 */
@NullMarked
package dev.signalbox.route;

import org.jspecify.annotations.NullMarked;
