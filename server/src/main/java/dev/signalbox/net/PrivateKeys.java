package dev.signalbox.net;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** Private keys in the three forms in which tools write them. Pure. */
final class PrivateKeys {
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final byte[] RSA = { // rsaEncryption, NULL
    0x06, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };
  private static final byte[] EC = { // ecPublicKey
    0x06, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1
  };
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int CURVE = 0xa0;

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
    return pkcs8(wrap(SEQUENCE, VERSION_0, wrap(SEQUENCE, RSA), wrap(OCTETS, der)));
  }

  /** SEC 1 (RFC 5915): {@code BEGIN EC PRIVATE KEY}. */
  static PrivateKey sec1(byte[] der) throws GeneralSecurityException {
    return pkcs8(wrap(SEQUENCE, VERSION_0, wrap(SEQUENCE, EC, curve(der)), wrap(OCTETS, der)));
  }

  /** The curve that the key names. */
  private static byte[] curve(byte[] der) throws GeneralSecurityException {
    try {
      int at = content(der, 0);
      int end = der.length;
      while (at < end) {
        int from = content(der, at);
        int next = from + length(der, at);
        if ((der[at] & 0xff) == CURVE) {
          return Arrays.copyOfRange(der, from, next);
        }
        at = next;
      }
    } catch (IndexOutOfBoundsException e) {
      throw new GeneralSecurityException("broken", e);
    }
    throw new GeneralSecurityException("it does not name its curve");
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = (length << 8) | (der[at + 2 + i] & 0xff);
    }
    if (length < 0) {
      throw new IndexOutOfBoundsException();
    }
    return length;
  }

  private static int content(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static byte[] wrap(int tag, byte[]... parts) {
    var body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
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
