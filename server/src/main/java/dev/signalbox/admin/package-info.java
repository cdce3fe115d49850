/**
 * What operators are told over HTTP: metrics and the state of the running server. It must not know
 * how the server is put together, nor touch a request that is proxied: it is handed a {@code
 * Status} whenever somebody asks. Start at {@code AdminHandler}.
 */
@NullMarked
package dev.signalbox.admin;

import org.jspecify.annotations.NullMarked;
