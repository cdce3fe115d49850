/**
 * The composition root: the only place that knows every room. It must hold no behaviour of its own
 * beyond putting the rooms together. Start at {@code Signalbox}.
 */
@NullMarked
package dev.signalbox;

import org.jspecify.annotations.NullMarked;
