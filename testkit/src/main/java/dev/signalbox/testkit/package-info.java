/**
 * Fakes and raw peers for tests. It must know no room of the house: it speaks bytes and sockets.
 * Start at {@code FakeOrigin} and {@code RawHttp1Client}.
 */
@NullMarked
package dev.signalbox.testkit;

import org.jspecify.annotations.NullMarked;
