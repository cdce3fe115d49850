package dev.signalbox.net.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Private keys in the three forms in which tools write them. Pure. */
final class PrivateKeys {
  private PrivateKeys() {}

  /** PKCS #8 (RFC 5958). */
  static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
    var spec = new PKCS8EncodedKeySpec(der);
    try {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    } catch (GeneralSecurityException _) {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    }
  }

  /** PKCS #1 (RFC 8017, A.1.2): {@code BEGIN RSA PRIVATE KEY}. */
  static PrivateKey pkcs1(byte[] der) throws GeneralSecurityException {
    var rsa = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
    try {
      return pkcs8(rsa, RSAPrivateKey.getInstance(der));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("broken", e);
    }
  }

  /** SEC 1 (RFC 5915): {@code BEGIN EC PRIVATE KEY}. */
  static PrivateKey sec1(byte[] der) throws GeneralSecurityException {
    try {
      var key = ECPrivateKey.getInstance(der);
      var curve = key.getParametersObject();
      if (curve == null) {
        throw new GeneralSecurityException("it does not name its curve");
      }
      return pkcs8(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), key);
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("broken", e);
    }
  }

  private static PrivateKey pkcs8(AlgorithmIdentifier algorithm, ASN1Encodable key)
      throws GeneralSecurityException {
    try {
      return pkcs8(new PrivateKeyInfo(algorithm, key).getEncoded());
    } catch (IOException e) {
      throw new GeneralSecurityException("broken", e);
    }
  }
}
