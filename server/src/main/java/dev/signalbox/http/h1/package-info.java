/**
 * HTTP/1.1 on the wire, both sides: bytes to heads and body parts, and back. It must not know
 * routes, upstreams or policy beyond its limits. Start at {@code H1ServerConnection}.
 */
@NullMarked
package dev.signalbox.http.h1;

import org.jspecify.annotations.NullMarked;
