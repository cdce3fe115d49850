package dev.signalbox.net.tls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is shown to a client by the name that it asks for (RFC 6066 §3), and which hosts it is to
 * ask for on another connection: the one place that says so, for clients and for questions about
 * them. Immutable; loops look names up.
 *
 * @param <V> what is shown
 * @param byName by exact names and wildcards
 * @param first the default
 */
record ShownByName<V>(Map<String, V> byName, V first) {
  /** Makes what is shown of some certificates. */
  interface Maker<V, X extends Exception> {
    V make(List<TlsCertificate> certificates) throws X;
  }

  ShownByName {
    byName = Map.copyOf(byName);
  }

  /**
   * Gathers certificates by their names.
   *
   * @param certificates at least one; the first is the default
   * @param maker is asked for every name; those that differ in their kind of key come best first
   */
  static <V, X extends Exception> ShownByName<V> of(
      List<TlsCertificate> certificates, Maker<V, X> maker) throws X {
    var byName = new LinkedHashMap<String, List<TlsCertificate>>();
    for (var certificate : certificates) {
      for (var name : certificate.names().names()) {
        byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(certificate);
      }
    }
    var shown = new HashMap<String, V>();
    for (var entry : byName.entrySet()) {
      shown.put(entry.getKey(), maker.make(bestFirst(entry.getValue())));
    }
    // The default has all kinds of key of the first certificate's first name.
    String name = certificates.getFirst().names().names().iterator().next();
    V first = shown.get(name);
    if (first == null) {
      throw new IllegalStateException("nothing is shown for " + name);
    }
    return new ShownByName<>(shown, first);
  }

  /** One of each kind of key, ECDSA before RSA: it costs a tenth. */
  private static List<TlsCertificate> bestFirst(List<TlsCertificate> certificates) {
    var best = new ArrayList<TlsCertificate>();
    certificates.stream().filter(TlsCertificate::isEcdsa).findFirst().ifPresent(best::add);
    certificates.stream().filter(each -> !each.isEcdsa()).findFirst().ifPresent(best::add);
    return best;
  }

  /** For this name; null where no certificate covers it. */
  private @Nullable V find(String host) {
    V exact = byName.get(host);
    return exact != null ? exact : byName.get(CertificateNames.wildcardOf(host));
  }

  private boolean covers(String host) {
    return find(host) != null;
  }

  /**
   * To a client that asks for that name; null if it gets no handshake.
   *
   * @param isStrict whether it must ask for a name that is covered
   */
  @Nullable V to(@Nullable String serverName, boolean isStrict) {
    V found = serverName == null ? null : find(serverName);
    return found != null || isStrict ? found : first;
  }

  /** Which hosts that its certificate does not cover that client is to ask for elsewhere. */
  Predicate<String> elsewhere(@Nullable String serverName, boolean isStrict) {
    if (isStrict) {
      return _ -> true;
    }
    return serverName == null ? _ -> false : this::covers;
  }
}
