/**
 * The heart: one exchange from a request's head to its end. It must not know wire formats or
 * sockets; it speaks to streams. Start at {@code Exchange}.
 */
@NullMarked
package dev.signalbox.proxy;

import org.jspecify.annotations.NullMarked;
