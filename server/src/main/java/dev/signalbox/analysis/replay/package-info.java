/**
 * Decides logged requests by rules, with three answers where a log does not say enough: yes, no and
 * unknown. It must not know where the requests come from nor how the answer is printed, but for its
 * own report. Start at {@code Replay}.
 */
@NullMarked
package dev.signalbox.analysis.replay;

import org.jspecify.annotations.NullMarked;
