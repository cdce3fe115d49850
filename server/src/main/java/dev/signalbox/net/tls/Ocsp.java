package dev.signalbox.net.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Asks an authority's responder whether a certificate has been revoked (RFC 6960), and checks what
 * it says as a client would. Asking blocks.
 */
final class Ocsp {
  private static final int LARGEST = 64 * 1024;
  private static final int TIMEOUT_MILLIS = 5000;

  /** How far clocks may differ. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  /** For an answer that does not say how long it holds: newer ones are always there (§2.4). */
  private static final Duration WITHOUT_END = Duration.ofHours(1);

  private Ocsp() {}

  /** The responder that the certificate names, by HTTP; null where it names none. */
  static @Nullable URI responder(X509Certificate certificate) {
    return AccessPoints.of(certificate, AccessDescription.id_ad_ocsp);
  }

  /** What to ask. Without a nonce: the answer is for all clients. */
  static byte[] request(X509Certificate certificate, X509Certificate issuer) throws IOException {
    try {
      var sha1 = digests().get(CertificateID.HASH_SHA1); // what every responder knows
      return new OCSPReqBuilder()
          .addRequest(
              new CertificateID(
                  sha1, new JcaX509CertificateHolder(issuer), certificate.getSerialNumber()))
          .build()
          .getEncoded();
    } catch (OCSPException | OperatorCreationException | CertificateEncodingException e) {
      throw new IOException("it can't be asked for: " + e.getMessage(), e);
    }
  }

  /** Asks by HTTP (RFC 6960, A.1). */
  static byte[] ask(URI responder, byte[] request) throws IOException {
    var connection = (HttpURLConnection) responder.toURL().openConnection();
    try {
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(request.length);
      connection.setRequestProperty("Content-Type", "application/ocsp-request");
      connection.setRequestProperty("Accept", "application/ocsp-response");
      try (OutputStream out = connection.getOutputStream()) {
        out.write(request);
      }
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw new IOException("it answers with status " + connection.getResponseCode());
      }
      try (InputStream in = connection.getInputStream()) {
        byte[] response = in.readNBytes(LARGEST + 1);
        if (response.length > LARGEST) {
          throw new IOException("it answers with more than 64KB");
        }
        return response;
      }
    } finally {
      connection.disconnect();
    }
  }

  /**
   * Checks an answer.
   *
   * @throws IOException if clients would not take it, or should better not see it
   */
  static Staple check(
      byte[] response, X509Certificate certificate, X509Certificate issuer, Instant now)
      throws IOException {
    try {
      var answer = new OCSPResp(response);
      if (answer.getStatus() != OCSPResp.SUCCESSFUL) {
        throw new IOException("it answers with error " + answer.getStatus());
      }
      if (!(answer.getResponseObject() instanceof BasicOCSPResp basic)) {
        throw new IOException("it answers in a form that nobody knows");
      }
      var by = new JcaX509CertificateHolder(issuer);
      if (!isSigned(basic, by, issuer, now)) {
        throw new IOException(
            "its answer is not signed by the issuer, or by one whom it allows to");
      }
      for (SingleResp each : basic.getResponses()) {
        CertificateID id = each.getCertID();
        if (id.getSerialNumber().equals(certificate.getSerialNumber())
            && id.matchesIssuer(by, digests())) {
          return staple(response, each, now);
        }
      }
      throw new IOException("it answers for another certificate");
    } catch (OCSPException | OperatorCreationException | CertificateEncodingException e) {
      throw new IOException("its answer can't be read: " + e.getMessage(), e);
    }
  }

  private static Staple staple(byte[] response, SingleResp answer, Instant now) throws IOException {
    if (answer.getCertStatus() != null) { // that is how Bouncy Castle says "good"
      throw new IOException(
          "it says that the certificate has been revoked, or that it does not know it; replace the"
              + " certificate");
    }
    Instant from = answer.getThisUpdate().toInstant();
    Date next = answer.getNextUpdate();
    Instant until = next == null ? from.plus(WITHOUT_END) : next.toInstant();
    if (from.isAfter(now.plus(SKEW)) || !until.isAfter(now)) {
      throw new IOException(
          "its answer is valid from "
              + TlsCertificate.time(from)
              + " until "
              + TlsCertificate.time(until)
              + ", which is not now");
    }
    return new Staple(response, from, until);
  }

  /** By the issuer, or by a responder whom the issuer has made one (RFC 6960 §4.2.2.2). */
  private static boolean isSigned(
      BasicOCSPResp answer, X509CertificateHolder by, X509Certificate issuer, Instant now)
      throws OCSPException, OperatorCreationException {
    ContentVerifierProvider issuers =
        new JcaContentVerifierProviderBuilder().build(issuer.getPublicKey());
    if (isSignedBy(answer, issuers)) {
      return true;
    }
    for (var responder : answer.getCerts()) {
      var usage = responder.getExtension(Extension.extendedKeyUsage);
      try {
        if (usage != null
            && ExtendedKeyUsage.getInstance(usage.getParsedValue())
                .hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning)
            && responder.getIssuer().equals(by.getSubject())
            && responder.isValidOn(Date.from(now))
            && responder.isSignatureValid(issuers)
            && isSignedBy(answer, new JcaContentVerifierProviderBuilder().build(responder))) {
          return true;
        }
      } catch (CertException | java.security.cert.CertificateException _) {
        // Perhaps another one.
      }
    }
    return false;
  }

  private static boolean isSignedBy(BasicOCSPResp answer, ContentVerifierProvider keys) {
    try {
      return answer.isSignatureValid(keys);
    } catch (OCSPException _) { // a signature of another kind than the key
      return false;
    }
  }

  private static DigestCalculatorProvider digests() throws OperatorCreationException {
    return new JcaDigestCalculatorProviderBuilder().build();
  }
}
