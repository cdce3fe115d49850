package dev.signalbox.analysis;

/**
 * A listener as far as requests can tell: where it is. Immutable.
 *
 * @param bind as the configuration writes it
 * @param port 0 where it has none, or any
 * @param takesConnect whether it takes requests for tunnels
 */
public record Entrance(String name, String bind, int port, boolean takesConnect) {}
