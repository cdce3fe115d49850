/**
 * Bound addresses: binding, accepting, connection limits and draining. It must not know the proxy:
 * it is handed a {@code StreamHandler}. Start at {@code Listener}.
 */
@NullMarked
package dev.signalbox.listener;

import org.jspecify.annotations.NullMarked;
