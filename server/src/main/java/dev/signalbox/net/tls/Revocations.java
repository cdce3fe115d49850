package dev.signalbox.net.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/**
 * Which certificates their issuers have taken back (RFC 5280 §5). Strict: an issuer without a list,
 * or with one that has run out, vouches for nobody. Immutable; reading blocks on files.
 */
record Revocations(Path file, List<X509CRL> lists) {
  Revocations {
    lists = List.copyOf(lists);
  }

  static Revocations read(Path file, Instant now) throws BadCertificate {
    var expected = "a PEM file with BEGIN X509 CRL";
    var lists = new ArrayList<X509CRL>();
    try {
      var factory = CertificateFactory.getInstance("X.509");
      for (var block : PemFile.read(file)) {
        if (block.label().equals("X509 CRL")) {
          lists.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(block.der())));
        }
      }
    } catch (IOException e) {
      throw new BadCertificate(false, file + " can't be read: " + e.getMessage(), expected);
    } catch (CertificateException | CRLException _) {
      throw new BadCertificate(
          false, file + " has a broken revocation list, number " + (lists.size() + 1), expected);
    }
    if (lists.isEmpty()) {
      throw new BadCertificate(false, file + " holds no revocation list", expected);
    }
    for (var each : lists) {
      String issuer = each.getIssuerX500Principal().getName();
      Date end = each.getNextUpdate();
      if (end != null && now.isAfter(end.toInstant())) {
        throw new BadCertificate(
            false,
            "the revocation list of " + issuer + " ran out " + TlsCertificate.time(end.toInstant()),
            "one that is up to date; without, no client would be let in");
      }
      if (each.hasUnsupportedCriticalExtension()) {
        throw new BadCertificate(
            false,
            "the revocation list of " + issuer + " covers only some certificates",
            "a complete list: no delta, no indirect one");
      }
    }
    return new Revocations(file, lists);
  }

  /** How many certificates they name. */
  int size() {
    int size = 0;
    for (var each : lists) {
      var revoked = each.getRevokedCertificates(); // null where there are none
      size += revoked == null ? 0 : revoked.size();
    }
    return size;
  }

  /**
   * Checks a path.
   *
   * @param path the peer's certificate first, the authority last
   */
  void check(List<X509Certificate> path, Instant now) throws Untrusted {
    for (int i = 0; i + 1 < path.size(); i++) {
      check(path.get(i), path.get(i + 1), now);
    }
  }

  private void check(X509Certificate each, X509Certificate issuer, Instant now) throws Untrusted {
    boolean isListed = false;
    for (var list : lists) {
      if (!isOf(list, issuer)) {
        continue;
      }
      Date end = list.getNextUpdate();
      if (end != null && now.isAfter(end.toInstant())) {
        continue;
      }
      isListed = true;
      if (list.isRevoked(each)) {
        throw Untrusted.revoked("the certificate of " + TlsCertificate.name(each) + " is revoked");
      }
    }
    if (!isListed) {
      throw Untrusted.because(
          "there is no revocation list of " + TlsCertificate.name(issuer) + " that is up to date");
    }
  }

  private static boolean isOf(X509CRL list, X509Certificate issuer) {
    if (!list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      return false;
    }
    try {
      list.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
