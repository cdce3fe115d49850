package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;

final class PrivateKeysTest {
  private static PrivateKey rsa() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair().getPrivate();
  }

  private static PrivateKey ec() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair().getPrivate();
  }

  /** What is inside of PKCS #8: the form that is older. */
  private static byte[] inner(PrivateKey key) throws Exception {
    return PrivateKeyInfo.getInstance(key.getEncoded())
        .parsePrivateKey()
        .toASN1Primitive()
        .getEncoded();
  }

  @Test
  void theNewFormIsReadForBothKindsOfKeys() throws Exception {
    assertThat(PrivateKeys.pkcs8(rsa().getEncoded()).getAlgorithm()).isEqualTo("RSA");
    assertThat(PrivateKeys.pkcs8(ec().getEncoded()).getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void anRsaKeyInItsOldFormIsTheSameKey() throws Exception {
    var key = rsa();
    assertThat(PrivateKeys.pkcs1(inner(key))).isEqualTo(key);
  }

  @Test
  void anEllipticKeyThatDoesNotNameItsCurveIsRefusedInPlainWords() throws Exception {
    byte[] withoutCurve = inner(ec());
    assertThatThrownBy(() -> PrivateKeys.sec1(withoutCurve))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessage("it does not name its curve");
  }

  @Test
  void brokenKeysAreRefusedAndNothingElseIsThrown() throws Exception {
    byte[] rsa = inner(rsa());
    byte[] ec = inner(ec());
    refusesOrReads(new byte[] {0x30, 0});
    refusesOrReads(new byte[] {0x30, 3, 2, 1, 0});
    refusesOrReads(new byte[] {0x30, 3, 2, 1, 1});
    refusesOrReads(new byte[] {});
    var random = new Random(1);
    for (int i = 0; i < 4_000; i++) {
      byte[] broken = (i % 2 == 0 ? rsa : ec).clone();
      for (int j = 0; j < 3; j++) {
        broken[random.nextInt(Math.min(broken.length, 24))] = (byte) random.nextInt();
      }
      refusesOrReads(broken);
      refusesOrReads(Arrays.copyOf(broken, random.nextInt(broken.length)));
    }
  }

  private static void refusesOrReads(byte[] der) {
    for (int i = 0; i < 3; i++) {
      try {
        var key =
            switch (i) {
              case 0 -> PrivateKeys.pkcs8(der);
              case 1 -> PrivateKeys.pkcs1(der);
              default -> PrivateKeys.sec1(der);
            };
        assertThat(key.getAlgorithm()).isIn("RSA", "EC");
      } catch (GeneralSecurityException _) {
        // refused, as it should be
      }
    }
  }
}
