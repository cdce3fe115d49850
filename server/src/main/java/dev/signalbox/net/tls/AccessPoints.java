package dev.signalbox.net.tls;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.jspecify.annotations.Nullable;

/** Where a certificate says that more of its authority is to be had (RFC 5280 §4.2.2.1). Pure. */
final class AccessPoints {
  private AccessPoints() {}

  /** The first of that kind that speaks HTTP; null where it names none. */
  static @Nullable URI of(X509Certificate certificate, ASN1ObjectIdentifier kind) {
    try {
      var access =
          AuthorityInformationAccess.fromExtensions(
              new JcaX509CertificateHolder(certificate).getExtensions());
      if (access == null) {
        return null;
      }
      for (var each : access.getAccessDescriptions()) {
        GeneralName location = each.getAccessLocation();
        if (each.getAccessMethod().equals(kind)
            && location.getTagNo() == GeneralName.uniformResourceIdentifier) {
          var uri = new URI(location.getName().toString());
          String scheme = uri.getScheme();
          if (uri.getHost() != null && ("http".equals(scheme) || "https".equals(scheme))) {
            return uri;
          }
        }
      }
      return null;
    } catch (CertificateEncodingException | URISyntaxException | RuntimeException _) {
      return null; // what can't be read names nobody
    }
  }
}
