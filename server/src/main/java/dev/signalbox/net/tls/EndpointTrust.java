package dev.signalbox.net.tls;

import dev.signalbox.net.tls.AlternativeName.Kind;
import io.netty.util.NetUtil;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Whether an endpoint is who it should be: its chain, its name (RFC 9525) and its key. Both engines
 * ask it within a full handshake; one that resumes a session was asked about before. Immutable.
 */
final class EndpointTrust extends PeerTrust {
  private static final int MOST_BETWEEN = 8;
  private static final int MOST_NAMES_SHOWN = 5;

  private final @Nullable CertificateTrust trust;
  private final List<String> pins;
  private final TlsIdentity.Engine engine;
  private final InstantSource clock;

  /**
   * @param trust null where neither chain nor name is checked
   * @param pins SHA-256 of the public keys that an endpoint may have, in Base64; any where it is
   *     empty
   */
  EndpointTrust(
      @Nullable CertificateTrust trust,
      List<String> pins,
      TlsIdentity.Engine engine,
      InstantSource clock) {
    this.trust = trust;
    this.pins = List.copyOf(pins);
    this.engine = engine;
    this.clock = clock;
  }

  private void check(X509Certificate[] chain, String name) throws Untrusted {
    if (trust != null) {
      trust.check(List.of(chain), CertificateTrust.Purpose.SERVER, MOST_BETWEEN, clock.instant());
      checkName(chain[0], name);
    }
    if (!pins.isEmpty()) {
      String pin = pin(chain[0]);
      if (!pins.contains(pin)) {
        throw Untrusted.because(
            "the endpoint's key is " + pin + ", which is none of those that are pinned");
      }
    }
  }

  // RFC 9525 §6: only subject alternative names count, and those of the name's own kind
  private static void checkName(X509Certificate leaf, String name) throws Untrusted {
    byte[] address = NetUtil.createByteArrayFromIpAddressString(name);
    var names = new ArrayList<String>();
    try {
      for (var each : AlternativeName.of(leaf)) {
        boolean isIt =
            switch (each.kind()) {
              case HOST -> address == null && covers(each.text().toLowerCase(Locale.ROOT), name);
              case ADDRESS ->
                  address != null
                      && Arrays.equals(
                          NetUtil.createByteArrayFromIpAddressString(each.text()), address);
              case EMAIL, URI -> false;
            };
        if (isIt) {
          return;
        }
        if (each.kind() == Kind.HOST || each.kind() == Kind.ADDRESS) {
          names.add(each.text());
        }
      }
    } catch (CertificateParsingException _) {
      throw Untrusted.because("the names of the certificate can't be read");
    }
    int more = names.size() - MOST_NAMES_SHOWN;
    throw Untrusted.because(
        names.isEmpty()
            ? "the certificate of "
                + TlsCertificate.name(leaf)
                + " has no subject alternative name, so it is not for "
                + name
            : "the certificate is for "
                + String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES_SHOWN)))
                + (more > 0 ? " and " + more + " more" : "")
                + ", not for "
                + name);
  }

  // RFC 9525 §6.3: a wildcard stands for exactly one label, the first
  private static boolean covers(String pattern, String name) {
    return pattern.equals(name)
        || (pattern.startsWith("*.") && pattern.equals(CertificateNames.wildcardOf(name)));
  }

  /** SHA-256 of a certificate's public key (its SubjectPublicKeyInfo, as RFC 7469 §2.4 has it). */
  static String pin(X509Certificate certificate) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded());
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  @Override
  void checkServer(X509Certificate[] chain, @Nullable SSLEngine asking)
      throws CertificateException {
    if (asking == null) {
      throw Untrusted.because("nobody asks without an engine");
    }
    try {
      check(chain, String.valueOf(asking.getPeerHost()));
    } catch (Untrusted e) {
      throw e.toldTo(engine);
    }
  }

  @Override
  void checkClient(X509Certificate[] chain) throws Untrusted {
    throw Untrusted.because("endpoints are no clients");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
