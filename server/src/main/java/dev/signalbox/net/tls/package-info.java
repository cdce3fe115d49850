/**
 * TLS over connections, both sides: engines, certificates and whom they are for, trust, tickets,
 * stapled answers, and the watch over all their files. It must not know what the bytes mean inside;
 * its parent does not know it. Start at {@code TlsAcceptor} and {@code TlsConnection}.
 */
@NullMarked
package dev.signalbox.net.tls;

import org.jspecify.annotations.NullMarked;
