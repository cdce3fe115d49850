package dev.signalbox.net.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the subject alternative names of a certificate (RFC 5280 §4.2.1.6), of the kinds that are
 * texts. Immutable.
 *
 * @param text as the certificate has it
 */
record AlternativeName(Kind kind, String text) {
  private static final int EMAIL = 1;
  private static final int DNS_NAME = 2;
  private static final int URI = 6;
  private static final int IP_ADDRESS = 7;

  /** What it is a name of. */
  enum Kind {
    EMAIL,
    HOST,
    URI,
    ADDRESS
  }

  static List<AlternativeName> of(X509Certificate certificate) throws CertificateParsingException {
    var names = new ArrayList<AlternativeName>();
    var alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      for (var each : alternatives) {
        if (each.get(1) instanceof String text) {
          switch ((Integer) each.get(0)) {
            case EMAIL -> names.add(new AlternativeName(Kind.EMAIL, text));
            case DNS_NAME -> names.add(new AlternativeName(Kind.HOST, text));
            case URI -> names.add(new AlternativeName(Kind.URI, text));
            case IP_ADDRESS -> names.add(new AlternativeName(Kind.ADDRESS, text));
            default -> {} // names of directories and the like
          }
        }
      }
    }
    return names;
  }
}
