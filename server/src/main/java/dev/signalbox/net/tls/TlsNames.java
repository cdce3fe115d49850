package dev.signalbox.net.tls;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates a listener would show, and nothing that could show them: for questions about
 * connections that nobody has made. Immutable; making one reads files.
 */
public final class TlsNames {
  private final ShownByName<CertificateNames> shown;
  private final boolean isStrict;

  private TlsNames(ShownByName<CertificateNames> shown, boolean isStrict) {
    this.shown = shown;
    this.isStrict = isStrict;
  }

  /** Of a configuration that was right when it was read; null where its files no longer are. */
  public static @Nullable TlsNames of(TlsConfig config) {
    var certificates = new ArrayList<TlsCertificate>();
    try {
      for (var files : config.certificates()) {
        certificates.add(TlsCertificate.load(files, Instant.now()));
      }
    } catch (BadCertificate _) {
      return null;
    }
    return new TlsNames(ShownByName.of(certificates, CertificateNames::common), config.strictSni());
  }

  /**
   * What becomes of a handshake.
   *
   * @param serverName the name that the client asks for, or null
   * @return null if there is none: strict-sni refuses it
   */
  public @Nullable TlsPeer peer(@Nullable String serverName) {
    String name = serverName == null ? null : HelloReader.hostName(serverName);
    CertificateNames names = shown.to(name, isStrict);
    return names == null ? null : new TlsPeer(name, names, shown.elsewhere(name, isStrict));
  }

  /** A name that is covered, in a form that may be asked for. */
  public String example() {
    String name = List.copyOf(shown.first().names()).getFirst();
    return name.startsWith("*.") ? "www" + name.substring(1) : name;
  }
}
