package dev.signalbox.admin;

import dev.signalbox.config.Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.Set;

/**
 * The hosts under which operators ask. A web page can have its own name resolve to this address
 * (DNS rebinding), have a browser ask for it, and read the answer; answers to requests for other
 * names its browser keeps from it. Immutable.
 *
 * @param names in lower case
 * @param literals which addresses may be asked for by number
 */
record KnownHosts(Set<String> names, Literals literals) {
  enum Literals {
    LOOPBACK,
    ALL
  }

  KnownHosts {
    names = Set.copyOf(names);
  }

  /**
   * @param bound what the configuration's address has become
   */
  static KnownHosts of(AdminConfig config, SocketAddress bound) {
    var names = new HashSet<>(config.hosts());
    names.add("localhost");
    if (config.bind() instanceof Address.Tcp(String host, _) && !host.isEmpty()) {
      names.add(host);
    }
    return new KnownHosts(names, isForThisMachine(bound) ? Literals.LOOPBACK : Literals.ALL);
  }

  /** Whether nobody else can connect to that address. */
  static boolean isForThisMachine(SocketAddress bound) {
    return !(bound instanceof InetSocketAddress inet) || inet.getAddress().isLoopbackAddress();
  }

  /**
   * @param host normalised, an IPv6 address in its brackets
   */
  boolean knows(String host) {
    return names.contains(host) || isKnownLiteral(host);
  }

  private boolean isKnownLiteral(String host) {
    var text = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try {
      var address = InetAddress.ofLiteral(text);
      return literals == Literals.ALL || address.isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false; // a name
    }
  }
}
