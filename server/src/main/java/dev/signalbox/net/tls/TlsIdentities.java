package dev.signalbox.net.tls;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Which identity is shown for which name. Immutable; loops look names up. */
final class TlsIdentities {
  /** Makes the identity of some certificates. */
  interface Maker {
    TlsIdentity make(List<TlsCertificate> certificates) throws SSLException;
  }

  private final ShownByName<TlsIdentity> shown;
  private final Map<List<TlsCertificate>, TlsIdentity> made;

  private TlsIdentities(
      ShownByName<TlsIdentity> shown, Map<List<TlsCertificate>, TlsIdentity> made) {
    this.shown = shown;
    this.made = made;
  }

  /**
   * Gathers certificates by their names.
   *
   * @param certificates at least one; the first is the default
   * @param previous what of them is there already
   */
  static TlsIdentities of(
      List<TlsCertificate> certificates, @Nullable TlsIdentities previous, Maker maker)
      throws SSLException {
    var made = new LinkedHashMap<List<TlsCertificate>, TlsIdentity>();
    ShownByName.Maker<TlsIdentity, SSLException> once =
        best -> {
          TlsIdentity identity = made.get(best);
          if (identity == null) {
            TlsIdentity old = previous == null ? null : previous.made.get(best);
            identity = old == null ? maker.make(best) : old.retained();
            made.put(best, identity);
          }
          return identity;
        };
    try {
      return new TlsIdentities(ShownByName.of(certificates, once), Map.copyOf(made));
    } catch (SSLException e) {
      made.values().forEach(TlsIdentity::release);
      throw e;
    }
  }

  /** Which of them for which name. */
  ShownByName<TlsIdentity> shown() {
    return shown;
  }

  void tickets(TicketKeys keys) {
    made.values().forEach(identity -> identity.tickets(keys));
  }

  void release() {
    made.values().forEach(TlsIdentity::release);
  }
}
