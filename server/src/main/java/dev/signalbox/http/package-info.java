/**
 * The neutral HTTP message and the streams that carry it, whatever the version on the wire. It must
 * not know who uses it: proxying lives elsewhere, and so does each version's wire format. Start at
 * {@code HttpStream}.
 */
@NullMarked
package dev.signalbox.http;

import org.jspecify.annotations.NullMarked;
