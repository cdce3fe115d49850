package dev.signalbox.net.tls;

import io.netty.util.NetUtil;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with what leads to its root, and its key: checked, ready to be shown. Immutable.
 * Loading blocks on files.
 *
 * @param chain the certificate first
 * @param notAfter when the first of the chain expires
 * @param staple what clients are shown of its revocation, or null
 */
record TlsCertificate(
    List<X509Certificate> chain,
    PrivateKey key,
    CertificateNames names,
    Instant notAfter,
    @Nullable Staple staple) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int MIN_RSA_BITS = 2048;

  TlsCertificate {
    chain = List.copyOf(chain);
  }

  /** Whether the key is one on an elliptic curve; else it is RSA. */
  boolean isEcdsa() {
    return key instanceof ECKey;
  }

  TlsCertificate with(@Nullable Staple newStaple) {
    return new TlsCertificate(chain, key, names, notAfter, newStaple);
  }

  X509Certificate leaf() {
    return chain.getFirst();
  }

  /** Who issued the last of the chain, where that is none of these and not the last itself. */
  @Nullable X500Principal missingIssuer(Collection<X509Certificate> roots) {
    X509Certificate last = chain.getLast();
    return isIssuedBy(last, last) || roots.stream().anyMatch(root -> isIssuedBy(last, root))
        ? null
        : last.getIssuerX500Principal();
  }

  /**
   * Whether the last of the chain says where its issuer's certificate is to be had, as those of
   * public authorities do and those that people make themselves do not (RFC 5280 §4.2.2.1).
   */
  boolean saysWhereItsIssuerIs() {
    return AccessPoints.of(chain.getLast(), AccessDescription.id_ad_caIssuers) != null;
  }

  /** Who issued the certificate, as far as the chain or these say. */
  @Nullable X509Certificate issuer(Collection<X509Certificate> roots) {
    return chain.size() > 1
        ? chain.get(1)
        : roots.stream().filter(root -> isIssuedBy(leaf(), root)).findFirst().orElse(null);
  }

  /** Reads and checks both files. */
  static TlsCertificate load(TlsConfig.Files files, Instant now) throws BadCertificate {
    TlsCertificate loaded = loadForClient(files, now);
    if (loaded.names().names().isEmpty()) {
      throw new BadCertificate(
          false,
          files.cert() + " names no host",
          "a certificate with subject alternative names; clients ignore the common name");
    }
    return loaded;
  }

  /** Reads and checks both files of one that a client shows, which need name no host. */
  static TlsCertificate loadForClient(TlsConfig.Files files, Instant now) throws BadCertificate {
    List<X509Certificate> chain = certificates(files.cert());
    X509Certificate leaf = chain.getFirst();
    checkTime(chain, now);
    checkOrder(chain);
    PrivateKey key = key(files.key());
    if (!belongTogether(leaf.getPublicKey(), key)) {
      throw new BadCertificate(
          true,
          files.key() + " is not the key of " + files.cert(),
          "the private key of " + name(leaf));
    }
    if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
      throw new BadCertificate(
          true, "an RSA key of " + rsa.getModulus().bitLength() + " bits", "2048 bits or more");
    }
    CertificateNames names = names(leaf);
    Instant notAfter =
        chain.stream().map(each -> each.getNotAfter().toInstant()).min(Instant::compareTo).get();
    return new TlsCertificate(chain, key, names, notAfter, null);
  }

  // --- the certificate ---

  /** One, of its DER. */
  static X509Certificate parse(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /** All of a PEM file; at least one. */
  static List<X509Certificate> certificates(Path file) throws BadCertificate {
    var expected = "a PEM file with BEGIN CERTIFICATE";
    var chain = new ArrayList<X509Certificate>();
    try {
      var factory = CertificateFactory.getInstance("X.509");
      for (var block : PemFile.read(file)) {
        if (block.label().equals("CERTIFICATE")) {
          chain.add(
              (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
        }
      }
    } catch (IOException e) {
      throw new BadCertificate(false, file + " can't be read: " + e.getMessage(), expected);
    } catch (CertificateException _) {
      throw new BadCertificate(
          false, file + " has a broken certificate, number " + (chain.size() + 1), expected);
    }
    if (chain.isEmpty()) {
      throw new BadCertificate(false, file + " holds no certificate", expected);
    }
    return chain;
  }

  private static void checkTime(List<X509Certificate> chain, Instant now) throws BadCertificate {
    for (var each : chain) {
      if (now.isAfter(each.getNotAfter().toInstant())) {
        throw new BadCertificate(
            false,
            "the certificate of " + name(each) + " expired " + time(each.getNotAfter().toInstant()),
            "one that is valid now");
      }
      if (now.isBefore(each.getNotBefore().toInstant())) {
        throw new BadCertificate(
            false,
            "the certificate of "
                + name(each)
                + " is not valid before "
                + time(each.getNotBefore().toInstant()),
            "one that is valid now; is this machine's clock right?");
      }
    }
  }

  static String time(Instant time) {
    return TIME.format(time);
  }

  /** Each is to be signed by the next (RFC 8446 §4.4.2). */
  private static void checkOrder(List<X509Certificate> chain) throws BadCertificate {
    for (int i = 0; i + 1 < chain.size(); i++) {
      X509Certificate each = chain.get(i);
      X509Certificate next = chain.get(i + 1);
      if (!isIssuedBy(each, next)) {
        boolean isElsewhere =
            chain.stream().anyMatch(other -> !other.equals(each) && isIssuedBy(each, other));
        throw new BadCertificate(
            false,
            "certificate "
                + (i + 2)
                + " ("
                + name(next)
                + ") did not issue certificate "
                + (i + 1)
                + " ("
                + name(each)
                + ")",
            isElsewhere
                ? "each certificate followed by its issuer; they are out of order"
                : "the certificate of " + each.getIssuerX500Principal().getName() + " there");
      }
    }
  }

  private static boolean isIssuedBy(X509Certificate each, X509Certificate issuer) {
    if (!each.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      return false;
    }
    try {
      each.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  static String name(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }

  // RFC 9525 §6: only subject alternative names count
  private static CertificateNames names(X509Certificate leaf) {
    var names = new ArrayList<String>();
    try {
      for (var each : AlternativeName.of(leaf)) {
        switch (each.kind()) {
          case HOST -> names.add(each.text().toLowerCase(Locale.ROOT));
          case ADDRESS -> names.add(address(each.text()));
          case EMAIL, URI -> {} // no names of servers
        }
      }
    } catch (CertificateParsingException _) {
      return CertificateNames.of(List.of());
    }
    return CertificateNames.of(names);
  }

  /** As the host of a request is written: IPv6 in brackets. */
  private static String address(String text) {
    try {
      return text.indexOf(':') < 0
          ? text
          : "[" + NetUtil.toAddressString(InetAddress.getByName(text)) + "]";
    } catch (UnknownHostException _) { // it is a literal
      return text;
    }
  }

  // --- the key ---

  private static PrivateKey key(Path file) throws BadCertificate {
    var expected = "a PEM file with BEGIN PRIVATE KEY, ECDSA or RSA";
    try {
      for (var block : PemFile.read(file)) {
        if (block.isEncrypted() || block.label().equals("ENCRYPTED PRIVATE KEY")) {
          throw new BadCertificate(
              true,
              file + " is encrypted",
              "a key without a passphrase: openssl pkey -in " + file + " -out NEW");
        }
        switch (block.label()) {
          case "PRIVATE KEY" -> {
            return PrivateKeys.pkcs8(block.der());
          }
          case "RSA PRIVATE KEY" -> {
            return PrivateKeys.pkcs1(block.der());
          }
          case "EC PRIVATE KEY" -> {
            return PrivateKeys.sec1(block.der());
          }
          default -> {} // parameters, certificates
        }
      }
    } catch (IOException e) {
      throw new BadCertificate(true, file + " can't be read: " + e.getMessage(), expected);
    } catch (GeneralSecurityException _) {
      throw new BadCertificate(
          true, file + " holds a key that is broken or of another kind", expected);
    }
    throw new BadCertificate(true, file + " holds no private key", expected);
  }

  private static boolean belongTogether(PublicKey publicKey, PrivateKey key) {
    String algorithm = key instanceof ECKey ? "SHA256withECDSA" : "SHA256withRSA";
    byte[] something = {1, 2, 3};
    try {
      var signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(something);
      var verifier = Signature.getInstance(algorithm);
      verifier.initVerify(publicKey);
      verifier.update(something);
      return verifier.verify(signer.sign());
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
