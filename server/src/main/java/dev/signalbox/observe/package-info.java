/**
 * What the running server tells its operators. It must not decide anything. Start at {@code
 * ConsoleLog}.
 */
@NullMarked
package dev.signalbox.observe;

import org.jspecify.annotations.NullMarked;
