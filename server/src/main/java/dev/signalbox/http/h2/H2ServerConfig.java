package dev.signalbox.http.h2;

import dev.signalbox.http.MessageLimits;
import dev.signalbox.http.ServerTimeouts;

/**
 * What a listener says about its HTTP/2 connections.
 *
 * @param takesConnect whether clients may ask for tunnels
 */
public record H2ServerConfig(
    MessageLimits limits, ServerTimeouts timeouts, H2Config bounds, boolean takesConnect) {
  private static final int LEAST_BLOCK = 64 * 1024;

  H2Settings settings() {
    int head = limits.head().toInt();
    return new H2Settings(
        bounds.maxStreams(),
        bounds.streamWindow().toInt(),
        bounds.connectionWindow().toInt(),
        head,
        Math.max(LEAST_BLOCK, 2 * head), // more than what is answered with 431 needs
        bounds.maxContinuations(),
        bounds.maxResets(),
        bounds.maxControls(),
        timeouts.head().toNanos());
  }
}
