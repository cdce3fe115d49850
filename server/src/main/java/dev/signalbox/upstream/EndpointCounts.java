package dev.signalbox.upstream;

import org.jspecify.annotations.Nullable;

/**
 * What goes on at an endpoint, at one moment and on all loops. Immutable.
 *
 * @param address as configured
 * @param inFlight requests under way
 * @param waiting requests that wait for a connection
 * @param connections idle ones and those being opened included
 * @param trouble why the last handshake failed, or null
 */
public record EndpointCounts(
    String address,
    int weight,
    int inFlight,
    int waiting,
    int connections,
    @Nullable String trouble) {
  static EndpointCounts of(Endpoint endpoint) {
    EndpointState state = endpoint.state();
    return new EndpointCounts(
        endpoint.name(),
        endpoint.weight(),
        state.inFlight(),
        state.waiting(),
        state.connections(),
        state.trouble());
  }
}
