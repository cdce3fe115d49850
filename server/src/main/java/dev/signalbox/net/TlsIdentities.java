package dev.signalbox.net;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Which identity is shown for which name. Immutable; loops look names up. */
final class TlsIdentities {
  private final Map<String, TlsIdentity> byName;
  private final TlsIdentity first;
  private final List<TlsIdentity> all;

  private TlsIdentities(Map<String, TlsIdentity> byName, TlsIdentity first, List<TlsIdentity> all) {
    this.byName = byName;
    this.first = first;
    this.all = all;
  }

  /**
   * Gathers certificates by their names.
   *
   * @param certificates at least one; the first is the default
   */
  static TlsIdentities of(
      List<TlsCertificate> certificates,
      TlsConfig config,
      List<String> protocols,
      TlsIdentity.Engine engine,
      @Nullable ClientTrust clients)
      throws SSLException {
    var byName = new LinkedHashMap<String, List<TlsCertificate>>();
    for (var certificate : certificates) {
      for (var name : certificate.names().names()) {
        byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(certificate);
      }
    }
    var made = new LinkedHashMap<List<TlsCertificate>, TlsIdentity>();
    var identities = new HashMap<String, TlsIdentity>();
    try {
      for (var entry : byName.entrySet()) {
        var best = bestFirst(entry.getValue());
        TlsIdentity identity = made.get(best);
        if (identity == null) {
          identity = TlsIdentity.of(best, config, protocols, engine, clients);
          made.put(best, identity);
        }
        identities.put(entry.getKey(), identity);
      }
    } catch (SSLException e) {
      made.values().forEach(TlsIdentity::release);
      throw e;
    }
    // The default has all kinds of key of the first certificate's first name.
    String name = certificates.getFirst().names().names().iterator().next();
    TlsIdentity first = identities.get(name);
    if (first == null) {
      throw new IllegalStateException("no identity for " + name);
    }
    return new TlsIdentities(Map.copyOf(identities), first, List.copyOf(made.values()));
  }

  /** One of each kind of key, ECDSA before RSA: it costs a tenth. */
  private static List<TlsCertificate> bestFirst(List<TlsCertificate> certificates) {
    var best = new ArrayList<TlsCertificate>();
    certificates.stream().filter(TlsCertificate::isEcdsa).findFirst().ifPresent(best::add);
    certificates.stream().filter(each -> !each.isEcdsa()).findFirst().ifPresent(best::add);
    return best;
  }

  TlsIdentity first() {
    return first;
  }

  /** For this name; null where no certificate covers it. */
  @Nullable TlsIdentity find(String serverName) {
    TlsIdentity exact = byName.get(serverName);
    return exact != null ? exact : byName.get(CertificateNames.wildcardOf(serverName));
  }

  void release() {
    all.forEach(TlsIdentity::release);
  }
}
