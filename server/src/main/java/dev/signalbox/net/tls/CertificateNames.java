package dev.signalbox.net.tls;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The names that a certificate is good for, in lower case: hosts, wildcards like {@code
 * *.example.com}, and addresses. Immutable.
 */
record CertificateNames(Set<String> names) {
  CertificateNames {
    names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
  }

  static CertificateNames of(List<String> names) {
    return new CertificateNames(new LinkedHashSet<>(names));
  }

  /** The names that every one of these covers. */
  static CertificateNames common(List<TlsCertificate> certificates) {
    var common = new LinkedHashSet<>(certificates.getFirst().names().names());
    certificates.forEach(each -> common.retainAll(each.names().names()));
    return new CertificateNames(common);
  }

  /** RFC 9525 §6.3: a wildcard stands for exactly one label, the first. */
  boolean cover(String host) {
    return names.contains(host) || names.contains(wildcardOf(host));
  }

  /** The wildcard that covers a name. */
  static String wildcardOf(String host) {
    int dot = host.indexOf('.');
    return dot <= 0 ? "" : "*" + host.substring(dot);
  }
}
