/**
 * Conversations with the real Signalbox, byte by byte, on every transport. Start at {@code Stage}.
 */
@NullMarked
package dev.signalbox.it;

import org.jspecify.annotations.NullMarked;
