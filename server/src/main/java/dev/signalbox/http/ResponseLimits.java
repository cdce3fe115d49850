package dev.signalbox.http;

/**
 * What is taken from an endpoint.
 *
 * @param head bytes of a response's head
 * @param headers fields of a response's head
 */
public record ResponseLimits(int head, int headers) {}
