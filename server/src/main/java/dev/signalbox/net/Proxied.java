package dev.signalbox.net;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a trusted proxy in front of us says of the connection that it had from its client, by the
 * PROXY protocol. Immutable.
 *
 * @param client where its client's connection came from
 * @param destination where that went to
 * @param isSecure whether that was encrypted
 * @param serverName the name that its client asked for there, in lower case, or null
 */
public record Proxied(
    SocketAddress client,
    SocketAddress destination,
    boolean isSecure,
    @Nullable String serverName) {}
