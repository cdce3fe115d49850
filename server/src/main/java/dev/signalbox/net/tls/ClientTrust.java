package dev.signalbox.net.tls;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CRLException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Which clients are let in: whose certificates lead to one of the authorities, and are not revoked.
 * An engine asks it within a full handshake; {@link #require} asks again when a handshake is done,
 * because one that resumes a session shows no certificate, and its session may be older than the
 * revocation. Made by control, anew where its files change; asked by loops.
 */
final class ClientTrust extends PeerTrust {
  static final int MOST_CERTIFICATES = 10;

  /** For so long a certificate that was found good is taken for good. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  private record Checked(X509Certificate leaf, Instant at) {}

  private final ClientAuthConfig config;
  private final TlsIdentity.Engine engine;
  private final CertificateTrust trust;
  private final @Nullable Revocations revocations;
  private final InstantSource clock;

  /** The last one that was found good: mostly that of the handshake under way. By all loops. */
  private volatile @Nullable Checked last;

  ClientTrust(
      ClientAuthConfig config,
      TlsIdentity.Engine engine,
      CertificateTrust trust,
      @Nullable Revocations revocations,
      InstantSource clock) {
    this.config = config;
    this.engine = engine;
    this.trust = trust;
    this.revocations = revocations;
    this.clock = clock;
  }

  boolean isRequired() {
    return config.mode() == ClientAuthConfig.Mode.REQUIRED;
  }

  /**
   * What sessions are bound to: no other listener's count here, and none from before the
   * authorities or their lists changed.
   */
  byte[] sessionContext() {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      hash.update((config.mode() + " " + config.depth()).getBytes(StandardCharsets.US_ASCII));
      for (var each : trust.authorities()) {
        hash.update(each.getEncoded());
      }
      if (revocations != null) {
        for (var each : revocations.lists()) {
          hash.update(each.getEncoded());
        }
      }
      return hash.digest(); // 32 bytes, the most that may be
    } catch (NoSuchAlgorithmException | CertificateEncodingException | CRLException e) {
      throw new IllegalStateException(e); // each was read from its encoding
    }
  }

  /** Whether these may still come in. */
  void require(List<X509Certificate> chain) throws Untrusted {
    Checked before = last;
    boolean isFresh =
        before != null
            && before.leaf().equals(chain.getFirst())
            && clock.instant().isBefore(before.at().plus(FRESH));
    if (!isFresh) {
      check(chain);
    }
  }

  /** Whether these may come in, asked within a full handshake. */
  void check(List<X509Certificate> chain) throws Untrusted {
    if (chain.size() > MOST_CERTIFICATES) {
      throw Untrusted.because("the client sent " + chain.size() + " certificates");
    }
    Instant now = clock.instant();
    List<X509Certificate> path =
        trust.check(chain, CertificateTrust.Purpose.CLIENT, config.depth(), now);
    if (revocations != null) {
      revocations.check(path, now);
    }
    last = new Checked(chain.getFirst(), now);
  }

  @Override
  void checkClient(X509Certificate[] chain) throws CertificateException {
    try {
      check(List.of(chain));
    } catch (Untrusted e) {
      throw e.toldTo(engine);
    }
  }

  @Override
  void checkServer(X509Certificate[] chain, @Nullable SSLEngine asking) throws Untrusted {
    throw Untrusted.because("clients are no servers");
  }

  /** Clients are told whom we know, so that they can choose among their certificates. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return trust.authorities().toArray(X509Certificate[]::new);
  }
}
