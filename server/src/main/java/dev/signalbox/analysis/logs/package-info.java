/**
 * Access logs of several servers: a line in, a {@code LoggedRequest} out, with what it knows of the
 * request and what it does not. It must not know what becomes of the requests, opens no file, and
 * never guesses. Start at {@code LogFormat}.
 */
@NullMarked
package dev.signalbox.analysis.logs;

import org.jspecify.annotations.NullMarked;
