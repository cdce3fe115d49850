package dev.signalbox.net.tls;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Whose word is taken for who a peer is, and the check of a chain against it (RFC 5280 §6).
 * Immutable; a check computes and waits for nothing, so that loops may ask.
 */
final class CertificateTrust {
  /** What a certificate is shown for (RFC 5280 §4.2.1.12). */
  enum Purpose {
    SERVER("1.3.6.1.5.5.7.3.1", "servers"),
    CLIENT("1.3.6.1.5.5.7.3.2", "clients");

    private final String oid;
    private final String whom;

    Purpose(String oid, String whom) {
      this.oid = oid;
      this.whom = whom;
    }
  }

  private static final String ANY_PURPOSE = "2.5.29.37.0";

  private final Authorities authorities;
  private final Set<X509Certificate> trusted;
  private final Set<TrustAnchor> anchors;

  CertificateTrust(Authorities authorities) {
    this.authorities = authorities;
    this.trusted = Set.copyOf(authorities.certificates());
    var made = new HashSet<TrustAnchor>();
    trusted.forEach(each -> made.add(new TrustAnchor(each, null)));
    this.anchors = Set.copyOf(made);
  }

  List<X509Certificate> authorities() {
    return authorities.certificates();
  }

  /**
   * Checks a chain.
   *
   * @param chain the peer's certificate first, then what it sent along
   * @param depth how many certificates may stand between the peer's and an authority
   * @return the peer's certificate and those that lead to the authority, which is the last
   * @throws Untrusted if it is not believed
   */
  List<X509Certificate> check(List<X509Certificate> chain, Purpose purpose, int depth, Instant now)
      throws Untrusted {
    X509Certificate leaf = chain.getFirst();
    checkTime(leaf, now);
    checkPurpose(leaf, purpose);
    if (trusted.contains(leaf)) {
      return List.of(leaf);
    }
    try {
      var target = new X509CertSelector();
      target.setCertificate(leaf);
      var parameters = new PKIXBuilderParameters(anchors, target);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      parameters.setMaxPathLength(depth);
      var found = (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
      var path = new ArrayList<X509Certificate>();
      found.getCertPath().getCertificates().forEach(each -> path.add((X509Certificate) each));
      path.add(found.getTrustAnchor().getTrustedCert());
      return path;
    } catch (CertPathBuilderException e) {
      throw untrusted(chain, depth, now, e);
    } catch (GeneralSecurityException e) {
      throw Untrusted.because("the certificate can't be checked: " + e.getMessage());
    }
  }

  private static void checkTime(X509Certificate each, Instant now) throws Untrusted {
    Instant notBefore = each.getNotBefore().toInstant();
    Instant notAfter = each.getNotAfter().toInstant();
    if (now.isAfter(notAfter)) {
      throw Untrusted.expired(
          "the certificate of "
              + TlsCertificate.name(each)
              + " expired "
              + TlsCertificate.time(notAfter));
    }
    if (now.isBefore(notBefore)) {
      throw Untrusted.notYetValid(
          "the certificate of "
              + TlsCertificate.name(each)
              + " is not valid before "
              + TlsCertificate.time(notBefore));
    }
  }

  private static void checkPurpose(X509Certificate leaf, Purpose purpose) throws Untrusted {
    try {
      List<String> purposes = leaf.getExtendedKeyUsage();
      if (purposes != null && !purposes.contains(purpose.oid) && !purposes.contains(ANY_PURPOSE)) {
        throw Untrusted.wrongPurpose(
            "the certificate of " + TlsCertificate.name(leaf) + " is not for " + purpose.whom);
      }
    } catch (CertificateParsingException _) {
      throw Untrusted.because("the certificate's extended key usage can't be read");
    }
  }

  // --- why not, in words ---

  private Untrusted untrusted(
      List<X509Certificate> chain, int depth, Instant now, CertPathBuilderException why)
      throws Untrusted {
    X509Certificate leaf = chain.getFirst();
    X509Certificate top = leaf;
    int between = 0;
    for (var next = issuer(top, chain); next != null && between < chain.size(); between++) {
      top = next;
      next = trusted.contains(top) ? null : issuer(top, chain);
    }
    String name = TlsCertificate.name(leaf);
    X500Principal last = top.getIssuerX500Principal();
    boolean isReached =
        trusted.contains(top)
            || trusted.stream().anyMatch(each -> each.getSubjectX500Principal().equals(last));
    if (!isReached) {
      boolean isSelfSigned = last.equals(top.getSubjectX500Principal());
      return Untrusted.unknownIssuer(
          isSelfSigned && top.equals(leaf)
              ? "the certificate of " + name + " is self-signed, and none of " + source()
              : "the certificate of "
                  + name
                  + " is not trusted: "
                  + (isSelfSigned ? "its root " : "its issuer ")
                  + last.getName()
                  + " is none of "
                  + source()
                  + (isSelfSigned ? "" : ", or a certificate in between was not sent"));
    }
    for (var each : chain) {
      checkTime(each, now);
    }
    if (between > depth) {
      return Untrusted.because(
          "the certificate of "
              + name
              + " is "
              + between
              + " steps from its authority; "
              + depth
              + " are allowed");
    }
    Throwable cause = why.getCause();
    boolean isExpired =
        cause instanceof CertPathValidatorException path && path.getReason() == BasicReason.EXPIRED;
    String detail = "the chain of " + name + " does not hold: " + reason(why);
    return isExpired ? Untrusted.expired(detail) : Untrusted.because(detail);
  }

  private static String reason(CertPathBuilderException why) {
    Throwable cause = why.getCause();
    return String.valueOf(cause == null ? why.getMessage() : cause.getMessage());
  }

  private static @Nullable X509Certificate issuer(X509Certificate of, List<X509Certificate> chain) {
    for (var each : chain) {
      if (!each.equals(of) && each.getSubjectX500Principal().equals(of.getIssuerX500Principal())) {
        return each;
      }
    }
    return null;
  }

  private String source() {
    return "the authorities of " + authorities.source();
  }
}
