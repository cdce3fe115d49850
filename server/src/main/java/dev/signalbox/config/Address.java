package dev.signalbox.config;

import java.util.List;

/**
 * Where to bind or connect: {@code 10.0.0.1:80}, {@code [::1]:80}, {@code localhost:9000}, {@code
 * :8080} (every address of this machine), {@code unix:/run/app.sock}.
 */
public sealed interface Address {
  /** Where to listen: the host may be left out, and port 0 takes a free one. */
  Shape<Address> TO_BIND =
      Shapes.value(
          "bind",
          "^(unix:/.+|[^/]*:[0-9]+)$",
          List.of(":8080", "127.0.0.1:80", "[::1]:80", "unix:/run/x.sock"),
          Address::parse);

  /** Where to connect: with a host, and a port. */
  Shape<Address> TO_CONNECT =
      Shapes.value(
          "address",
          "^(unix:/.+|[^/]+:[0-9]+)$",
          List.of("10.0.0.1:80", "localhost:9000", "unix:/run/x.sock"),
          Address::parseToConnect);

  /**
   * A port of a host.
   *
   * @param host a name in lower case, or an IP address without brackets; empty means every address
   */
  record Tcp(String host, int port) implements Address {
    public Tcp {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
      }
    }

    @Override
    public String toString() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /** A socket in the file system. */
  record Unix(String path) implements Address {
    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /**
   * Reads an address to bind.
   *
   * @throws InvalidValue if it is none
   */
  static Address parse(String text) {
    return AddressText.parse(text);
  }

  /**
   * Reads an address to connect to.
   *
   * @throws InvalidValue if it is none
   */
  static Address parseToConnect(String text) {
    var address = AddressText.parse(text);
    if (address instanceof Tcp(var host, var port)) {
      if (host.isEmpty()) {
        throw new InvalidValue(text, "has no host", "127.0.0.1" + text + " or another host");
      }
      if (port == 0) {
        throw new InvalidValue(text, "has port 0", "1 to 65535");
      }
    }
    return address;
  }

  /** Whether both could not be bound at once. */
  default boolean overlaps(Address other) {
    if (!(this instanceof Tcp one && other instanceof Tcp two)) {
      return equals(other);
    }
    return one.port() == two.port()
        && one.port() != 0
        && AddressText.overlap(one.host(), two.host());
  }
}
