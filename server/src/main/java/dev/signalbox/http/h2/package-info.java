/**
 * HTTP/2 on the wire, both sides (RFC 9113), with header compression (RFC 7541): bytes to messages
 * and back, windows, and bounds that no peer can pass. It must not know who answers requests or who
 * keeps connections. Start at {@code H2Core}, and at {@code HpackDecoder} for the fields.
 */
@NullMarked
package dev.signalbox.http.h2;

import org.jspecify.annotations.NullMarked;
