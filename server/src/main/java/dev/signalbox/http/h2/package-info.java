/**
 * HTTP/2 on the wire, both sides: bytes to messages and back, windows, and the bounds that a peer
 * can't pass. It must not know what becomes of a request. Start at {@code H2Core} and {@code
 * H2ServerConnection}.
 */
@NullMarked
package dev.signalbox.http.h2;

import org.jspecify.annotations.NullMarked;
