package dev.signalbox.net.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCredential;
import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.KeyLogCallback;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SSLCredential;
import io.netty.internal.tcnative.SessionTicketKey;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What all connections share that are shown the same certificates: BoringSSL's SSL_CTX. Made and
 * changed by control. It is freed when its owner and the last of its engines have released it, on
 * whatever thread that is.
 */
final class NativeContext {
  private final long pointer;

  /** The owner, and each engine: BoringSSL counts its own, tcnative's part it does not. */
  private final AtomicInteger references = new AtomicInteger(1);

  /** Why clients were not believed, by their engines' pointers, until those ask. */
  private final ConcurrentHashMap<Long, Untrusted> refusals = new ConcurrentHashMap<>();

  private NativeContext(long pointer) {
    this.pointer = pointer;
  }

  /** Whether BoringSSL is there for this machine. */
  static boolean isAvailable() {
    return OpenSsl.isAvailable() && OpenSslCredential.isAvailable();
  }

  /**
   * Makes the context of a server.
   *
   * @param certificates of different kinds of key, best first: BoringSSL takes the first that the
   *     client can take
   * @param session where a session may be resumed: only in a context of the same
   * @param clients who is let in; null where nobody is asked
   * @throws SSLException if BoringSSL can't use them
   */
  static NativeContext server(
      List<TlsCertificate> certificates,
      TlsPolicy policy,
      List<String> protocols,
      byte[] session,
      @Nullable ClientTrust clients)
      throws SSLException {
    OpenSsl.ensureAvailability(); // it loads the library
    try {
      int versions =
          policy.minVersion() == TlsVersion.TLS_1_3
              ? SSL.SSL_PROTOCOL_TLSV1_3
              : SSL.SSL_PROTOCOL_TLSV1_2 | SSL.SSL_PROTOCOL_TLSV1_3;
      long pointer = SSLContext.make(versions, SSL.SSL_MODE_SERVER);
      var context = new NativeContext(pointer);
      try {
        SSLContext.setOptions(
            pointer,
            SSL.SSL_OP_CIPHER_SERVER_PREFERENCE | SSL.SSL_OP_NO_TICKET); // until there are keys
        SSLContext.setMode(
            pointer, SSLContext.getMode(pointer) | SSL.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        SSLContext.setSessionCacheMode(pointer, SSL.SSL_SESS_CACHE_OFF); // tickets alone
        SSLContext.setSessionIdContext(pointer, session);
        SSLContext.setCipherSuite(pointer, policy.cipherList(), false);
        if (!SSLContext.setCurvesList(pointer, policy.groupNames().toArray(String[]::new))) {
          SSL.clearError();
          throw new SSLException("BoringSSL knows none of the groups " + policy.groupNames());
        }
        SSLContext.setAlpnProtos(
            pointer, protocols.toArray(String[]::new), SSL.SSL_SELECTOR_FAILURE_NO_ADVERTISE);
        for (var certificate : certificates) {
          add(pointer, certificate);
        }
        if (clients != null) {
          context.ask(clients);
        }
        return context;
      } catch (Throwable e) {
        context.release();
        throw e;
      }
    } catch (SSLException | RuntimeException e) {
      throw e;
    } catch (Exception e) { // what tcnative declares
      throw new SSLException(e.getMessage(), e);
    }
  }

  /** Clients are asked for certificates, and told whose we believe (RFC 8446 §4.2.4). */
  private void ask(ClientTrust clients) throws Exception {
    SSLContext.setCertVerifyCallback(
        pointer,
        new CertificateVerifier() {
          @Override
          public int verify(long ssl, byte[][] chain, String type) {
            return NativeContext.this.verify(ssl, chain, clients);
          }
        });
    SSLContext.setVerify(
        pointer,
        clients.isRequired() ? SSL.SSL_CVERIFY_REQUIRED : SSL.SSL_CVERIFY_OPTIONAL,
        ClientTrust.MOST_CERTIFICATES);
    boolean areTold =
        withPem(
            chainPem(List.of(clients.getAcceptedIssuers())),
            bio -> SSLContext.setCACertificateBio(pointer, bio));
    if (!areTold) {
      throw new SSLException("BoringSSL can't read the authorities of clients");
    }
  }

  /** Within a full handshake, on its loop. Nothing may be thrown through BoringSSL. */
  private int verify(long ssl, byte[][] chain, ClientTrust clients) {
    try {
      var certificates = new ArrayList<X509Certificate>();
      for (byte[] each : chain) {
        certificates.add(TlsCertificate.parse(each));
      }
      clients.check(certificates);
      return CertificateVerifier.X509_V_OK;
    } catch (Untrusted e) {
      refusals.put(ssl, e);
      return e.boringSslError();
    } catch (CertificateException | RuntimeException e) {
      refusals.put(ssl, Untrusted.because("the client's certificate can't be read"));
      return CertificateVerifier.X509_V_ERR_CERT_REJECTED;
    }
  }

  /** Why the client of that engine was not believed; null where it was not that. */
  @Nullable Untrusted takeRefusal(long ssl) {
    return refusals.remove(ssl);
  }

  private static void add(long pointer, TlsCertificate certificate) throws Exception {
    long credential = SSLCredential.newX509();
    try {
      long chain = withPem(chainPem(certificate.chain()), SSL::parseX509Chain);
      try {
        SSLCredential.setCertChain(credential, chain);
      } finally {
        SSL.freeX509Chain(chain);
      }
      long key = withPem(keyPem(certificate), bio -> SSL.parsePrivateKey(bio, null));
      try {
        SSLCredential.setPrivateKey(credential, key);
      } finally {
        SSL.freePrivateKey(key);
      }
      Staple staple = certificate.staple();
      if (staple != null) {
        SSLCredential.setOcspResponse(credential, staple.response());
      }
      SSLContext.addCredential(pointer, credential);
    } finally {
      SSLCredential.free(credential);
    }
  }

  private interface Parse<T> {
    T from(long bio) throws Exception;
  }

  /** Gives BoringSSL a text, and leaves none of it behind. */
  private static <T> T withPem(byte[] pem, Parse<T> parse) throws Exception {
    ByteBuf direct = Unpooled.directBuffer(pem.length).writeBytes(pem);
    Arrays.fill(pem, (byte) 0);
    long bio = SSL.newMemBIO();
    try {
      SSL.bioWrite(bio, NativeEngine.address(direct, 0, direct.readableBytes()), pem.length);
      return parse.from(bio);
    } finally {
      SSL.freeBIO(bio);
      direct.setZero(0, pem.length);
      direct.release();
    }
  }

  private static byte[] chainPem(List<X509Certificate> chain) throws CertificateEncodingException {
    var pem = new StringBuilder();
    for (var each : chain) {
      pem.append(new String(pem("CERTIFICATE", each.getEncoded()), StandardCharsets.US_ASCII));
    }
    return pem.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] keyPem(TlsCertificate certificate) {
    return pem("PRIVATE KEY", certificate.key().getEncoded());
  }

  private static byte[] pem(String label, byte[] der) {
    byte[] head = ("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(der);
    byte[] foot = ("\n-----END " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(head, head.length + body.length + foot.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    System.arraycopy(foot, 0, all, head.length + body.length, foot.length);
    Arrays.fill(body, (byte) 0);
    return all;
  }

  /**
   * From now on sessions are resumed by tickets under these keys: the first makes new ones. From
   * any thread; those who shake hands meanwhile take the old keys or the new.
   */
  void tickets(TicketKeys keys) {
    var all =
        keys.keys().stream()
            .map(key ->
                new SessionTicketKey(
                    Arrays.copyOfRange(key, 0, 16),
                    Arrays.copyOfRange(key, 16, 32),
                    Arrays.copyOfRange(key, 32, 48)))
            .toArray(SessionTicketKey[]::new);
    SSLContext.setSessionTicketKeys(pointer, all);
    SSLContext.setSessionCacheTimeout(pointer, keys.lifetime().toSeconds()); // TLS 1.2's
    SSLContext.clearOptions(pointer, SSL.SSL_OP_NO_TICKET);
  }

  /** Hands every secret of every connection to that receiver, on the loops. */
  void keyLog(KeyLogCallback receiver) {
    SSLContext.setKeyLogCallback(pointer, receiver);
  }

  long pointer() {
    return pointer;
  }

  /** How many hold it. */
  int references() {
    return references.get();
  }

  void retain() {
    references.incrementAndGet();
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      SSLContext.free(pointer);
    }
  }
}
