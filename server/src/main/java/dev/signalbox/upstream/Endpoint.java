package dev.signalbox.upstream;

import dev.signalbox.config.Address;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One address of an upstream, resolved. Immutable but for its {@link EndpointState}.
 *
 * @param name the address as configured: for logs, never for clients
 * @param addresses what it resolved to; tried in order until one can be connected to
 * @param authority the host that the endpoint itself goes by
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares endpoints, or writes to it
record Endpoint(
    String name, int weight, List<SocketAddress> addresses, byte[] authority, EndpointState state) {
  static byte[] authorityOf(Address address) {
    String text =
        switch (address) {
          case Address.Tcp tcp ->
              tcp.port() == 80 ? tcp.toString().replaceFirst(":80$", "") : tcp.toString();
          case Address.Unix _ -> "localhost";
        };
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
