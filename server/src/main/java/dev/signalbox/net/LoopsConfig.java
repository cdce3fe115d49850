package dev.signalbox.net;

/**
 * The event loops as configured.
 *
 * @param loops how many; 0 for one a core
 */
public record LoopsConfig(Transport transport, int loops) {}
