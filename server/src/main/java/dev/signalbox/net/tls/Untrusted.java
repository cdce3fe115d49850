package dev.signalbox.net.tls;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.PKIXReason;
import org.jspecify.annotations.Nullable;

/**
 * A certificate is not believed; the message says why, in words for logs. Its cause tells both
 * engines which alert to send.
 */
final class Untrusted extends CertificateException {
  private static final long serialVersionUID = 1L;

  private Untrusted(String why, CertPathValidatorException.Reason reason) {
    super(why, new CertPathValidatorException(why, null, null, -1, reason));
  }

  static Untrusted because(String why) {
    return new Untrusted(why, BasicReason.UNSPECIFIED);
  }

  /** It is for something else. */
  static Untrusted wrongPurpose(String why) {
    return new Untrusted(why, PKIXReason.INVALID_KEY_USAGE);
  }

  /** Its issuer is nobody we know. */
  static Untrusted unknownIssuer(String why) {
    return new Untrusted(why, PKIXReason.NO_TRUST_ANCHOR);
  }

  static Untrusted expired(String why) {
    return new Untrusted(why, BasicReason.EXPIRED);
  }

  static Untrusted notYetValid(String why) {
    return new Untrusted(why, BasicReason.NOT_YET_VALID);
  }

  static Untrusted revoked(String why) {
    return new Untrusted(why, BasicReason.REVOKED);
  }

  /** What BoringSSL is told, which chooses the alert by it. */
  int boringSslError() {
    Object reason =
        getCause() instanceof CertPathValidatorException path
            ? path.getReason()
            : BasicReason.UNSPECIFIED;
    return switch (reason) {
      case BasicReason.EXPIRED -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
      case BasicReason.NOT_YET_VALID -> CertificateVerifier.X509_V_ERR_CERT_NOT_YET_VALID;
      case BasicReason.REVOKED -> CertificateVerifier.X509_V_ERR_CERT_REVOKED;
      case PKIXReason.NO_TRUST_ANCHOR ->
          CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
      case PKIXReason.INVALID_KEY_USAGE -> CertificateVerifier.X509_V_ERR_INVALID_PURPOSE;
      default -> CertificateVerifier.X509_V_ERR_CERT_REJECTED;
    };
  }

  /** In the form from which that engine reads the alert. */
  CertificateException toldTo(TlsIdentity.Engine engine) {
    return switch (engine) {
      case BORINGSSL ->
          getCause() instanceof CertPathValidatorException path
              ? forBoringSsl(path.getReason())
              : this;
      case JDK -> this;
    };
  }

  /**
   * Netty reads the reasons that the JDK names by itself; for others it has an error of its own.
   */
  private CertificateException forBoringSsl(CertPathValidatorException.Reason reason) {
    boolean isNamed =
        reason == BasicReason.EXPIRED
            || reason == BasicReason.NOT_YET_VALID
            || reason == BasicReason.REVOKED;
    return isNamed
        ? this
        : new OpenSslCertificateException(String.valueOf(getMessage()), this, boringSslError());
  }

  /** The one among the causes of what an engine threw, or null. */
  static @Nullable Untrusted in(Throwable thrown) {
    int depth = 0;
    for (Throwable each = thrown; each != null && depth < 20; each = each.getCause()) {
      if (each instanceof Untrusted untrusted) {
        return untrusted;
      }
      depth++;
    }
    return null;
  }
}
