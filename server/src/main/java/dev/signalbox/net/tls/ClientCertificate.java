package dev.signalbox.net.tls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;

/**
 * The certificate by which a client has proved who it is. Immutable.
 *
 * @param subject as RFC 4514 writes it: {@code CN=box,O=Shop}
 * @param names its subject alternative names: DNS names in lower case, addresses, e-mail addresses
 *     and URIs
 * @param fingerprint SHA-256 of the whole certificate, in lower-case hexadecimal
 * @param chain its DER and that of what the client sent along, in the order of the handshake
 */
public record ClientCertificate(
    String subject, List<String> names, String fingerprint, List<byte[]> chain) {
  public ClientCertificate {
    names = List.copyOf(names);
    chain = List.copyOf(chain);
  }

  /** The common name in its subject, the first of several; null where there is none. */
  public @Nullable String commonName() {
    try {
      for (var part : new LdapName(subject).getRdns()) { // in the order of the certificate
        var name = part.toAttributes().get("CN");
        if (name != null && name.get() instanceof String text) {
          return text;
        }
      }
      return null;
    } catch (InvalidNameException e) {
      throw new IllegalStateException("no subject: " + subject, e);
    } catch (NamingException e) {
      throw new IllegalStateException(e); // nobody is asked
    }
  }

  static ClientCertificate of(List<X509Certificate> certificates) throws GeneralSecurityException {
    X509Certificate leaf = certificates.getFirst();
    var chain = new ArrayList<byte[]>();
    for (Certificate each : certificates) {
      chain.add(each.getEncoded());
    }
    return new ClientCertificate(
        leaf.getSubjectX500Principal().getName(), names(leaf), fingerprint(leaf), chain);
  }

  static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(encoded(certificate)));
  }

  private static byte[] encoded(X509Certificate certificate) throws CertificateEncodingException {
    return certificate.getEncoded();
  }

  private static List<String> names(X509Certificate leaf) throws CertificateParsingException {
    var names = new ArrayList<String>();
    for (var each : AlternativeName.of(leaf)) {
      names.add(
          switch (each.kind()) {
            case HOST -> each.text().toLowerCase(Locale.ROOT);
            case EMAIL, URI, ADDRESS -> each.text();
          });
    }
    return names;
  }
}
