package dev.signalbox.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A certificate made for a test, with its key: an authority's, or one for some hosts. Written in
 * DER by hand (RFC 5280), because the JDK makes none. Immutable.
 */
public final class TestCertificate {
  /** The kind of key, and how it signs. */
  public enum Kind {
    EC("2a8648ce3d040302", "SHA256withECDSA", 256),
    RSA("2a864886f70d01010b", "SHA256withRSA", 2048);

    private final String oid;
    private final String signature;
    private final int bits;

    Kind(String oid, String signature, int bits) {
      this.oid = oid;
      this.signature = signature;
      this.bits = bits;
    }
  }

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final byte[] COMMON_NAME = {0x55, 4, 3};
  private static final byte[] ALTERNATIVE_NAMES = {0x55, 0x1d, 0x11};
  private static final byte[] ACCESS = {0x2b, 6, 1, 5, 5, 7, 1, 1}; // authorityInfoAccess
  private static final byte[] OCSP = {0x2b, 6, 1, 5, 5, 7, 0x30, 1};
  private static final byte[] CA_ISSUERS = {0x2b, 6, 1, 5, 5, 7, 0x30, 2};
  private static final byte[] BASIC_CONSTRAINTS = {0x55, 0x1d, 0x13};
  private static final byte[] EXTENDED_KEY_USAGE = {0x55, 0x1d, 0x25};
  private static final byte[] KEY_PURPOSE = {0x2b, 6, 1, 5, 5, 7, 3}; // and its number
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  private final X509Certificate certificate;
  private final KeyPair keys;
  private final Kind kind;
  private final String name;
  private final @Nullable TestCertificate issuer;

  private TestCertificate(
      X509Certificate certificate,
      KeyPair keys,
      Kind kind,
      String name,
      @Nullable TestCertificate issuer) {
    this.certificate = certificate;
    this.keys = keys;
    this.kind = kind;
    this.name = name;
    this.issuer = issuer;
  }

  /** An authority of its own. */
  public static TestCertificate authority(String name) {
    return make(name, Kind.EC, null, true, null, Instant.now().minus(Duration.ofDays(1)), 3650);
  }

  /** An authority that this one stands for. */
  public TestCertificate subordinate(String newName) {
    return make(newName, Kind.EC, this, true, null, Instant.now().minus(Duration.ofDays(1)), 3650);
  }

  /** One for these hosts, valid now. */
  public TestCertificate issue(Kind newKind, String... hosts) {
    return issue(newKind, Instant.now().minus(Duration.ofDays(1)), 365, hosts);
  }

  /** One for these hosts. */
  public TestCertificate issue(Kind newKind, Instant from, int days, String... hosts) {
    return make(hosts[0], newKind, this, false, null, from, days, hosts);
  }

  /** One for these hosts that names an OCSP responder. */
  public TestCertificate issueWithResponder(String responder, String... hosts) {
    Instant from = Instant.now().minus(Duration.ofDays(1));
    return make(hosts[0], Kind.EC, this, false, responder, from, 365, hosts);
  }

  /** One for these hosts that says where the certificate of its issuer is to be had. */
  public TestCertificate issueWithIssuersAt(String url, String... hosts) {
    Instant from = Instant.now().minus(Duration.ofDays(1));
    byte[] extension = access(CA_ISSUERS, url);
    return make(hosts[0], Kind.EC, this, false, from, 365, extension, hosts);
  }

  public KeyPair keys() {
    return keys;
  }

  /** One that is only for this purpose: 1 for servers, 2 for clients (RFC 5280 §4.2.1.12). */
  public TestCertificate issueFor(int purpose, Kind newKind, String... hosts) {
    byte[] oid = Arrays.copyOf(KEY_PURPOSE, KEY_PURPOSE.length + 1);
    oid[KEY_PURPOSE.length] = (byte) purpose;
    byte[] extension =
        der(SEQUENCE, der(6, EXTENDED_KEY_USAGE), der(4, der(SEQUENCE, der(6, oid))));
    Instant from = Instant.now().minus(Duration.ofDays(1));
    return make(hosts[0], newKind, this, false, from, 365, extension, hosts);
  }

  /** A list of this authority that takes these back, as PEM; it runs out after so many days. */
  public String revocationsPem(Instant from, int days, TestCertificate... revoked) {
    try {
      var entries = new ByteArrayOutputStream();
      for (var each : revoked) {
        entries.writeBytes(der(SEQUENCE, integer(each.certificate.getSerialNumber()), time(from)));
      }
      byte[] algorithm = algorithm(kind);
      byte[] body =
          der(
              SEQUENCE,
              integer(BigInteger.ONE),
              algorithm,
              distinguished(name),
              time(from),
              time(from.plus(Duration.ofDays(days))),
              revoked.length == 0 ? new byte[0] : der(SEQUENCE, entries.toByteArray()));
      var signature = Signature.getInstance(kind.signature);
      signature.initSign(keys.getPrivate());
      signature.update(body);
      return pem("X509 CRL", der(SEQUENCE, body, algorithm, der(3, new byte[1], signature.sign())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** SHA-256 of the certificate, in lower-case hexadecimal. */
  public String fingerprint() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One that nobody vouches for but itself. */
  public static TestCertificate selfSigned(Kind kind, String... hosts) {
    return make(
        hosts[0], kind, null, false, null, Instant.now().minus(Duration.ofDays(1)), 365, hosts);
  }

  /** SHA-256 of the public key, in Base64. */
  public String pin() {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(keys.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The certificate and those above it but the root. */
  X509Certificate[] chain() {
    var chain = new ArrayList<X509Certificate>(List.of(certificate));
    for (var above = issuer; above != null && above.issuer != null; above = above.issuer) {
      chain.add(above.certificate);
    }
    return chain.toArray(X509Certificate[]::new);
  }

  PrivateKey key() {
    return keys.getPrivate();
  }

  /** A store that trusts this certificate. */
  TrustManager[] trust() {
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("authority", certificate);
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return trust.getTrustManagers();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** Writes the certificate alone, and gives its path. */
  public String writeAuthority(Path folder, String fileName) {
    Path file = folder.resolve(fileName);
    replace(file, certificatePem());
    return file.toString();
  }

  /** A context of a client that trusts this authority. */
  public SSLContext clientContext() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A context of a client that trusts this authority and shows that certificate. */
  public SSLContext clientContext(TestCertificate shown) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {new OneKeyManager(shown)}, trust(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The certificate and those above it but the root, as PEM. */
  public String chainPem() {
    var pem = new StringBuilder(certificatePem());
    for (var above = issuer; above != null && above.issuer != null; above = above.issuer) {
      pem.append(above.certificatePem());
    }
    return pem.toString();
  }

  public String certificatePem() {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public String keyPem() {
    return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
  }

  /** Writes {@code name.crt} and {@code name.key}, each at once, and gives the YAML for them. */
  public String write(Path folder, String fileName) {
    Path cert = folder.resolve(fileName + ".crt");
    Path key = folder.resolve(fileName + ".key");
    replace(key, keyPem());
    replace(cert, chainPem());
    return "{ cert: \"" + cert + "\", key: \"" + key + "\" }";
  }

  private static void replace(Path file, String text) {
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String pem(String label, byte[] der) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  // --- DER ---

  private static TestCertificate make(
      String name,
      Kind kind,
      @Nullable TestCertificate issuer,
      boolean isAuthority,
      @Nullable String responder,
      Instant from,
      int days,
      String... hosts) {
    return make(name, kind, issuer, isAuthority, from, days, access(OCSP, responder), hosts);
  }

  private static TestCertificate make(
      String name,
      Kind kind,
      @Nullable TestCertificate issuer,
      boolean isAuthority,
      Instant from,
      int days,
      byte[] extension,
      String... hosts) {
    try {
      var generator = KeyPairGenerator.getInstance(kind.name());
      generator.initialize(kind.bits);
      KeyPair keys = generator.generateKeyPair();
      Kind signing = issuer == null ? kind : issuer.kind;
      byte[] algorithm = algorithm(signing);
      byte[] body =
          der(
              SEQUENCE,
              der(0xa0, integer(BigInteger.TWO)),
              integer(new BigInteger(64, new SecureRandom())),
              algorithm,
              distinguished(issuer == null ? name : issuer.name),
              der(SEQUENCE, time(from), time(from.plus(Duration.ofDays(days)))),
              distinguished(name),
              encoded(keys.getPublic()),
              der(0xa3, der(SEQUENCE, extensions(isAuthority, hosts), extension)));
      var signature = Signature.getInstance(signing.signature);
      signature.initSign((issuer == null ? keys : issuer.keys).getPrivate());
      signature.update(body);
      byte[] signed = signature.sign();
      byte[] whole = der(SEQUENCE, body, algorithm, der(3, new byte[1], signed));
      var certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(whole));
      return new TestCertificate(certificate, keys, kind, name, issuer);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] encoded(PublicKey key) {
    return key.getEncoded();
  }

  private static byte[] algorithm(Kind kind) {
    return kind == Kind.RSA
        ? der(SEQUENCE, der(6, HexFormat.of().parseHex(kind.oid)), der(5))
        : der(SEQUENCE, der(6, HexFormat.of().parseHex(kind.oid)));
  }

  private static byte[] distinguished(String name) {
    return der(SEQUENCE, der(SET, der(SEQUENCE, der(6, COMMON_NAME), der(12, utf8(name)))));
  }

  private static byte[] extensions(boolean isAuthority, String... hosts) {
    if (isAuthority) {
      return der(
          SEQUENCE,
          der(6, BASIC_CONSTRAINTS),
          der(1, new byte[] {-1}),
          der(4, der(SEQUENCE, der(1, new byte[] {-1}))));
    }
    var names = new ByteArrayOutputStream();
    for (var host : hosts) {
      byte[] address = address(host);
      names.writeBytes(address == null ? der(0x82, utf8(host)) : der(0x87, address));
    }
    return der(SEQUENCE, der(6, ALTERNATIVE_NAMES), der(4, der(SEQUENCE, names.toByteArray())));
  }

  private static byte[] access(byte[] method, @Nullable String location) {
    return location == null
        ? new byte[0]
        : der(
            SEQUENCE,
            der(6, ACCESS),
            der(4, der(SEQUENCE, der(SEQUENCE, der(6, method), der(0x86, utf8(location))))));
  }

  private static byte @Nullable [] address(String host) {
    try {
      return host.matches("[0-9.]+|.*:.*") ? InetAddress.getByName(host).getAddress() : null;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static byte[] time(Instant time) {
    return der(24, utf8(TIME.format(time)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] integer(BigInteger value) {
    return der(2, value.toByteArray());
  }

  private static byte[] der(int tag, byte[]... parts) {
    var body = new ByteArrayOutputStream();
    for (var part : parts) {
      body.writeBytes(part);
    }
    int length = body.size();
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(body.toByteArray());
    return out.toByteArray();
  }
}
