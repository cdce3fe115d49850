/**
 * The commands a person types. It must not know how anything works: it calls the root package.
 * Start at {@code SignalboxCommand}.
 */
@NullMarked
package dev.signalbox.cli;

import org.jspecify.annotations.NullMarked;
