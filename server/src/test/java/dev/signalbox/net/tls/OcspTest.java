package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Random;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a responder's answers is believed. */
class OcspTest {
  private static final String RESPONDER = "http://ocsp.example:8080/ask";
  private static final long SEED = 20_261_123;

  private final TestCertificate authority = TestCertificate.authority("Test Root");
  private final TestCertificate shop = authority.issueWithResponder(RESPONDER, "shop.example");
  private final Instant now = Instant.ofEpochSecond(Instant.now().getEpochSecond());

  /** What a responder says, and who it is. */
  private final class Answer {
    private X509Certificate about = shop.certificate();
    private @Nullable CertificateStatus status = CertificateStatus.GOOD;
    private Instant from = now.minus(Duration.ofHours(1));
    private @Nullable Instant until = now.plus(Duration.ofHours(3));
    private KeyPair signer = authority.keys();
    private X509CertificateHolder[] certificates = {};

    byte[] encoded() {
      try {
        var issuer = new JcaX509CertificateHolder(authority.certificate());
        var digests = new JcaDigestCalculatorProviderBuilder().build();
        var id =
            new CertificateID(
                digests.get(CertificateID.HASH_SHA1), issuer, about.getSerialNumber());
        var basic =
            new BasicOCSPRespBuilder(new RespID(new X500Name("CN=responder")))
                .addResponse(id, status, Date.from(from), until == null ? null : Date.from(until))
                .build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate()),
                    certificates,
                    Date.from(now));
        return new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic).getEncoded();
      } catch (OCSPException
          | OperatorCreationException
          | GeneralSecurityException
          | IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private Staple check(byte[] response) throws IOException {
    return Ocsp.check(response, shop.certificate(), authority.certificate(), now);
  }

  private void assertRefused(byte[] response, String why) {
    assertThatThrownBy(() -> check(response))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }

  @Test
  void responderStandsInTheCertificate() {
    assertThat(Ocsp.responder(shop.certificate())).isEqualTo(URI.create(RESPONDER));
    assertThat(Ocsp.responder(authority.issue(Kind.RSA, "x.example").certificate())).isNull();
    for (var other : new String[] {"ldap://x.example/", "no uri at all", "http:///x", ""}) {
      assertThat(Ocsp.responder(authority.issueWithResponder(other, "x.example").certificate()))
          .as(other)
          .isNull();
    }
  }

  @Test
  void questionIsAboutTheCertificateAlone() throws IOException {
    var request = new OCSPReq(Ocsp.request(shop.certificate(), authority.certificate()));
    assertThat(request.getRequestList()).hasSize(1);
    assertThat(request.getRequestList()[0].getCertID().getSerialNumber())
        .isEqualTo(shop.certificate().getSerialNumber());
    assertThat(request.isSigned()).isFalse();
  }

  @Test
  void goodAnswerIsStapledUntilItsEnd() throws IOException {
    var answer = new Answer();
    byte[] response = answer.encoded();
    Staple staple = check(response);
    assertThat(staple.response()).isEqualTo(response);
    assertThat(staple.until()).isEqualTo(answer.until);
    assertThat(staple.halfLife()).isEqualTo(now.plus(Duration.ofHours(1)));
    assertThat(staple.isValid(now)).isTrue();
    assertThat(staple.isValid(now.plus(Duration.ofHours(3)))).isFalse();
  }

  @Test
  void answerWithoutEndHoldsForAnHour() throws IOException {
    var answer = new Answer();
    answer.until = null;
    answer.from = now;
    assertThat(check(answer.encoded()).until()).isEqualTo(now.plus(Duration.ofHours(1)));
  }

  @Test
  void revokedAndUnknownCertificatesAreNotStapled() {
    var answer = new Answer();
    answer.status = new RevokedStatus(Date.from(now));
    assertRefused(answer.encoded(), "revoked");
    answer.status = new UnknownStatus();
    assertRefused(answer.encoded(), "does not know");
  }

  @ParameterizedTest
  @CsvSource({"-10, -1", "1, 10"})
  void answerOfAnotherTimeIsRefused(int fromHours, int untilHours) {
    var answer = new Answer();
    answer.from = now.plus(Duration.ofHours(fromHours));
    answer.until = now.plus(Duration.ofHours(untilHours));
    assertRefused(answer.encoded(), "which is not now");
  }

  @Test
  void answerAboutAnotherCertificateIsRefused() {
    var answer = new Answer();
    answer.about = authority.issue(Kind.EC, "other.example").certificate();
    assertRefused(answer.encoded(), "another certificate");
  }

  @Test
  void answerOfAStrangerIsRefused() {
    var answer = new Answer();
    answer.signer = TestCertificate.authority("Test Root").keys();
    assertRefused(answer.encoded(), "not signed by the issuer");
  }

  @Test
  void errorsAreToldAsSuch() throws OCSPException, IOException {
    var later = new OCSPRespBuilder().build(OCSPRespBuilder.TRY_LATER, null);
    assertRefused(later.getEncoded(), "answers with error 3");
    assertRefused(new byte[0], "");
    assertRefused("<html>".getBytes(java.nio.charset.StandardCharsets.UTF_8), "");
  }

  @Test
  void responderThatTheIssuerHasMadeOneIsBelieved() throws IOException {
    var answer = new Answer();
    answer.signer = newKeys();
    answer.certificates =
        new X509CertificateHolder[] {delegate(answer.signer, KeyPurposeId.id_kp_OCSPSigning)};
    assertThat(check(answer.encoded()).isValid(now)).isTrue();
  }

  @Test
  void otherCertificatesOfTheIssuerAreNoResponders() {
    var answer = new Answer();
    answer.signer = newKeys();
    answer.certificates =
        new X509CertificateHolder[] {delegate(answer.signer, KeyPurposeId.id_kp_serverAuth)};
    assertRefused(answer.encoded(), "not signed by the issuer");
  }

  private static KeyPair newKeys() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private X509CertificateHolder delegate(KeyPair keys, KeyPurposeId purpose) {
    try {
      return new JcaX509v3CertificateBuilder(
              new JcaX509CertificateHolder(authority.certificate()).getSubject(),
              java.math.BigInteger.TEN,
              Date.from(now.minus(Duration.ofDays(1))),
              Date.from(now.plus(Duration.ofDays(1))),
              new X500Name("CN=responder"),
              keys.getPublic())
          .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose))
          .build(
              new JcaContentSignerBuilder("SHA256withECDSA").build(authority.keys().getPrivate()));
    } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Whatever comes over the network: refused, or an answer about this certificate that is valid.
   */
  @Test
  void mutilatedAnswersNeverDoHarm() {
    byte[] whole = new Answer().encoded();
    var random = new Random(SEED);
    for (int i = 0; i < 3000; i++) {
      byte[] mutant = whole.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(5) == 0 ? random.nextInt(mutant.length) : mutant.length;
      mutant = java.util.Arrays.copyOf(mutant, length);
      try {
        assertThat(check(mutant).isValid(now)).isTrue();
      } catch (IOException | RuntimeException e) {
        assertThat(e).isNotNull(); // it is told as a failure of the responder's
      }
    }
  }
}
