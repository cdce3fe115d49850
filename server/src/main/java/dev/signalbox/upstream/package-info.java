/**
 * Upstreams and their endpoints, with the connections that are kept to them. It must not know
 * routes or exchanges. Start at {@code Upstream}.
 */
@NullMarked
package dev.signalbox.upstream;

import org.jspecify.annotations.NullMarked;
