package dev.signalbox.net.tls;

import io.netty.buffer.ByteBuf;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * The cryptography of one connection, in the words of {@link javax.net.ssl.SSLEngine} and over
 * Netty's buffers. Belongs to its connection's loop.
 */
abstract sealed class TlsEngine permits JavaEngine, NativeEngine {
  /** Whether only an empty answer of {@link #wrap} tells that it has no more to say. */
  abstract boolean hidesMore();

  abstract void begin() throws SSLException;

  /** Decrypts into what room there is; both buffers move on. */
  abstract SSLEngineResult unwrap(ByteBuf input, ByteBuf plain) throws SSLException;

  /** Encrypts so many bytes, which move on, into what room there is. */
  abstract SSLEngineResult wrap(ByteBuf from, int length, ByteBuf out) throws SSLException;

  abstract HandshakeStatus status();

  /** Does what the engine would leave to another thread. */
  abstract void runTasks();

  abstract boolean isInboundDone();

  /** From now on {@link #wrap} says the end. */
  abstract void closeOutbound();

  /** Room that a record needs at most. */
  abstract int packetSize();

  /** What was agreed by ALPN; empty where nothing was. */
  abstract String protocol();

  /** The version that was agreed, as in {@code TLSv1.3}. */
  abstract String version();

  /** The name of the cipher that was agreed. */
  abstract String cipher();

  /** Whether it goes on with a session of an earlier connection; false where nobody knows. */
  abstract boolean isResumed();

  /** How the keys were agreed (RFC 8446 §4.2.7); empty where nobody knows. */
  abstract String group();

  /**
   * What the peer has shown, its own certificate first, now or in the handshake of the session that
   * is resumed; none where it has shown nothing.
   */
  abstract List<X509Certificate> peerCertificates();

  abstract void release();

  /** BoringSSL's words without its numbers and file names. */
  static String reason(SSLException why) {
    String text = String.valueOf(why.getMessage());
    int last = text.lastIndexOf(':');
    return text.startsWith("error:") && last >= 0
        ? text.substring(last + 1).toLowerCase(Locale.ROOT).replace('_', ' ')
        : text;
  }
}
