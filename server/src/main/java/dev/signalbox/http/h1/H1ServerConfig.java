package dev.signalbox.http.h1;

import dev.signalbox.http.HalfClose;
import dev.signalbox.http.MessageLimits;
import dev.signalbox.http.ServerTimeouts;

/**
 * What a listener asks of its HTTP/1 connections.
 *
 * @param takesConnect whether clients may ask for tunnels
 */
public record H1ServerConfig(
    MessageLimits limits, ServerTimeouts timeouts, HalfClose halfClose, boolean takesConnect) {}
