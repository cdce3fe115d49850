/**
 * Event loops, transports, sockets, buffers, clock and timers. It must not know HTTP: it moves
 * bytes. Start at {@code Connection}.
 */
@NullMarked
package dev.signalbox.net;

import org.jspecify.annotations.NullMarked;
