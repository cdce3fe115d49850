/**
 * HTTP/2 on the wire, both sides (RFC 9113), with header compression (RFC 7541). It must not know
 * who answers requests or who keeps connections. Start at {@code HpackDecoder} for the fields and
 * at the connections for the frames.
 */
@NullMarked
package dev.signalbox.http.h2;

import org.jspecify.annotations.NullMarked;
