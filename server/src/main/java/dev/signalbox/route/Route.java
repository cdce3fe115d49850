package dev.signalbox.route;

/**
 * One rule: which requests it takes, and what it leads to. Immutable.
 *
 * @param name as the configuration names it
 * @param value what it leads to; this room does not look into it
 */
public record Route<V>(String name, Match match, V value) {}
