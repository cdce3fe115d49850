package dev.signalbox.net.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Certificates of authorities, those of a file or those that this machine trusts. Blocks on files.
 *
 * @param source how logs name them
 */
record Authorities(String source, List<X509Certificate> certificates) {
  /** Where systems keep them: Debian, Red Hat, SUSE, Alpine and the BSDs. */
  private static final List<Path> SYSTEM =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  Authorities {
    certificates = List.copyOf(certificates);
  }

  /** For logs. */
  String names() {
    String first = TlsCertificate.name(certificates.getFirst());
    int more = certificates.size() - 1;
    return more == 0 ? first : first + " and " + more + " more";
  }

  /** Those of a PEM file, each of which must be readable, and one of which must be valid. */
  static Authorities read(Path file, Instant now) throws BadCertificate {
    List<X509Certificate> certificates = TlsCertificate.certificates(file);
    if (certificates.stream().allMatch(each -> now.isAfter(each.getNotAfter().toInstant()))) {
      X509Certificate first = certificates.getFirst();
      throw new BadCertificate(
          false,
          file
              + (certificates.size() == 1 ? "" : " holds only expired authorities; the first,")
              + (certificates.size() == 1 ? ": the authority " : " ")
              + TlsCertificate.name(first)
              + (certificates.size() == 1 ? " expired " : ", expired ")
              + TlsCertificate.time(first.getNotAfter().toInstant()),
          "authorities that are valid now");
    }
    for (var each : certificates) {
      boolean isSelfSigned = each.getSubjectX500Principal().equals(each.getIssuerX500Principal());
      if (each.getBasicConstraints() < 0 && !isSelfSigned) {
        throw new BadCertificate(
            false,
            file + " holds " + TlsCertificate.name(each) + ", which is no authority",
            "certificates of authorities (CA:TRUE), or self-signed ones");
      }
    }
    return new Authorities(file.toString(), certificates);
  }

  /** Those that this machine trusts: the system's, or else those that came with Java. */
  static Authorities system() throws IOException {
    for (Path file : SYSTEM) {
      if (Files.isReadable(file)) {
        List<X509Certificate> certificates = lenient(file);
        if (!certificates.isEmpty()) {
          return new Authorities("this system (" + file + ")", certificates);
        }
      }
    }
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      var certificates = new ArrayList<X509Certificate>();
      for (var manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          certificates.addAll(List.of(x509.getAcceptedIssuers()));
        }
      }
      return new Authorities("this system (Java's own)", certificates);
    } catch (GeneralSecurityException e) {
      throw new IOException("the system's authorities can't be read: " + e.getMessage(), e);
    }
  }

  /** A certificate that Java can't read is left out: nobody here chose it. */
  private static List<X509Certificate> lenient(Path file) throws IOException {
    var certificates = new ArrayList<X509Certificate>();
    try {
      var factory = CertificateFactory.getInstance("X.509");
      for (var block : PemFile.read(file)) {
        try {
          certificates.add(
              (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
        } catch (CertificateException ignored) {
          // It is left out.
        }
      }
    } catch (CertificateException e) {
      throw new IOException(e);
    }
    return certificates;
  }
}
