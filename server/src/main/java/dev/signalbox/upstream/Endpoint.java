package dev.signalbox.upstream;

import dev.signalbox.config.Address;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One address of an upstream, resolved. Immutable but for its {@link EndpointState}.
 *
 * @param number from 1, among those of its upstream
 * @param name the address as configured: for logs, never for clients
 * @param addresses what it resolved to; tried in order until one can be connected to
 * @param authority the host that the endpoint itself goes by
 * @param host without a port or brackets, to be proved by a certificate
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares endpoints, or writes to it
record Endpoint(
    int number,
    String name,
    int weight,
    List<SocketAddress> addresses,
    byte[] authority,
    String host,
    EndpointState state) {
  // RFC 9110 §4.2.3: the usual port is left out
  static byte[] authorityOf(Address address, boolean isSecure) {
    int usual = isSecure ? 443 : 80;
    String text =
        switch (address) {
          case Address.Tcp tcp ->
              tcp.port() == usual
                  ? tcp.toString().replaceFirst(":" + usual + "$", "")
                  : tcp.toString();
          case Address.Unix _ -> "localhost";
        };
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String hostOf(Address address) {
    return switch (address) {
      case Address.Tcp tcp -> tcp.host();
      case Address.Unix _ -> "localhost";
    };
  }
}
