package dev.signalbox.net.tls;

import io.netty.buffer.ByteBuf;
import io.netty.internal.tcnative.Buffer;
import io.netty.internal.tcnative.SSL;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * One connection's BoringSSL, driven by tcnative's calls without Netty's engine between: that one
 * asks the library nine times for each record. Belongs to its connection's loop.
 *
 * <p>BoringSSL reads and writes the memory of one buffer at a time, which is set before each call.
 * What it says while it reads (an alert, the first bytes of its part of a handshake) waits in a few
 * bytes of its own until {@link #wrap} gives it room.
 */
final class NativeEngine extends TlsEngine {
  /** An alert fits; of a handshake's part the rest follows as soon as there is room. */
  private static final int SAID_WHILE_READING = 64;

  private static final int RECORD = SSL.SSL_MAX_ENCRYPTED_LENGTH + 5;

  private final NativeContext context;
  private final long bio;
  private long ssl;
  private boolean isDone; // the handshake
  private boolean wantsOut; // there is something to say
  private boolean isInboundDone;
  private boolean isClosing;
  private boolean hasClosed;
  private boolean hasFailed;

  /**
   * @param context retained for this engine, which releases it
   */
  NativeEngine(NativeContext context, long ssl, long bio) {
    this.context = context;
    this.ssl = ssl;
    this.bio = bio;
  }

  static NativeEngine of(NativeContext context) throws SSLException {
    long ssl = SSL.newSSL(context.pointer(), true);
    long bio = ssl == 0 ? 0 : SSL.bioNewByteBuffer(ssl, SAID_WHILE_READING);
    if (bio == 0) {
      if (ssl != 0) {
        SSL.freeSSL(ssl);
      }
      throw new SSLException("out of memory");
    }
    context.retain();
    return new NativeEngine(context, ssl, bio);
  }

  @Override
  boolean hidesMore() {
    return false;
  }

  @Override
  void begin() {}

  // --- reading ---

  @Override
  SSLEngineResult unwrap(ByteBuf input, ByteBuf plain) throws SSLException {
    if (isInboundDone) {
      return new SSLEngineResult(Status.CLOSED, status(), 0, 0);
    }
    int length = input.readableBytes();
    long from = address(input, input.readerIndex(), length);
    if (from != 0) {
      return unwrap(from, input, plain);
    }
    ByteBuf copy = plain.alloc().directBuffer(Math.max(1, length));
    try {
      copy.setBytes(0, input, input.readerIndex(), length);
      return unwrap(address(copy, 0, length), input, plain);
    } finally {
      copy.release();
    }
  }

  private SSLEngineResult unwrap(long from, ByteBuf input, ByteBuf plain) throws SSLException {
    int length = input.readableBytes();
    SSL.bioSetByteBuffer(bio, from, length, false);
    if (!isDone) {
      HandshakeStatus status = handshake();
      int consumed = length - SSL.bioLengthByteBuffer(bio);
      input.skipBytes(consumed);
      if (SSL.bioLengthNonApplication(bio) > 0) {
        wantsOut = true;
        status = status == HandshakeStatus.FINISHED ? status : HandshakeStatus.NEED_WRAP;
      }
      return new SSLEngineResult(Status.OK, status, consumed, 0);
    }
    return read(input, length, plain);
  }

  private SSLEngineResult read(ByteBuf input, int length, ByteBuf plain) throws SSLException {
    int to = plain.writerIndex();
    int room = plain.writableBytes();
    long into = address(plain, to, room);
    int produced = 0;
    int left = length;
    var status = Status.OK;
    do {
      int count = SSL.readFromSSL(ssl, into + produced, room - produced);
      left = SSL.bioLengthByteBuffer(bio);
      if (count <= 0) {
        status = nothingRead(count);
        break;
      }
      produced += count;
    } while (left > 0 && produced < room);
    if (produced == room && (left > 0 || SSL.sslPending(ssl) > 0)) {
      status = Status.BUFFER_OVERFLOW;
    }
    input.skipBytes(length - left);
    plain.writerIndex(to + produced);
    return new SSLEngineResult(status, HandshakeStatus.NOT_HANDSHAKING, length - left, produced);
  }

  private Status nothingRead(int code) throws SSLException {
    int error = SSL.getError(ssl, code);
    if (error == SSL.SSL_ERROR_WANT_READ || error == SSL.SSL_ERROR_WANT_WRITE) {
      return Status.OK;
    }
    if (error == SSL.SSL_ERROR_ZERO_RETURN) { // RFC 8446 §6.1: close_notify
      isInboundDone = true;
      isClosing = true;
      return Status.CLOSED;
    }
    throw failed();
  }

  // --- the handshake ---

  private HandshakeStatus handshake() throws SSLException {
    int code = SSL.doHandshake(ssl);
    if (code == 1) {
      isDone = true; // BoringSSL keeps tickets back: they leave with what is written first
      return HandshakeStatus.FINISHED;
    }
    int error = SSL.getError(ssl, code);
    if (error == SSL.SSL_ERROR_WANT_READ) {
      return HandshakeStatus.NEED_UNWRAP;
    }
    if (error == SSL.SSL_ERROR_WANT_WRITE) {
      wantsOut = true;
      return HandshakeStatus.NEED_WRAP;
    }
    throw failed();
  }

  private SSLException failed() {
    hasFailed = true;
    wantsOut = true; // an alert
    int error = SSL.getLastErrorNumber();
    SSL.clearError();
    Untrusted untrusted = context.takeRefusal(ssl);
    if (untrusted != null) {
      return new SSLException(untrusted.getMessage(), untrusted);
    }
    return new SSLException(error == 0 ? "broken off" : SSL.getErrorString(error));
  }

  // --- writing ---

  @Override
  SSLEngineResult wrap(ByteBuf from, int length, ByteBuf out) throws SSLException {
    int to = out.writerIndex();
    int room = out.writableBytes();
    long into = address(out, to, room);
    SSL.bioSetByteBuffer(bio, into, room, true);
    HandshakeStatus status = HandshakeStatus.NOT_HANDSHAKING;
    var result = Status.OK;
    int consumed = 0;
    try {
      if (wantsOut) {
        status = say();
      }
      if (isDone && length > 0 && !wantsOut) {
        consumed = write(from, length);
        if (consumed == 0) {
          result = Status.BUFFER_OVERFLOW;
        }
      }
      if (isClosing && isDone && !hasClosed && !hasFailed && !wantsOut) {
        hasClosed = true;
        SSL.shutdownSSL(ssl);
        SSL.clearError();
      }
    } finally {
      out.writerIndex(to + room - SSL.bioLengthByteBuffer(bio));
    }
    if (wantsOut && length > 0) {
      result = Status.BUFFER_OVERFLOW;
    }
    return new SSLEngineResult(result, status, consumed, out.writerIndex() - to);
  }

  /** What BoringSSL has to say by itself. */
  private HandshakeStatus say() throws SSLException {
    SSL.bioFlushByteBuffer(bio);
    if (SSL.bioLengthNonApplication(bio) > 0) {
      return HandshakeStatus.NEED_WRAP;
    }
    wantsOut = false;
    if (hasFailed) {
      return HandshakeStatus.NOT_HANDSHAKING;
    }
    return isDone ? HandshakeStatus.NOT_HANDSHAKING : handshake();
  }

  private int write(ByteBuf from, int length) throws SSLException {
    long address = address(from, from.readerIndex(), length);
    int count;
    if (address != 0) {
      count = SSL.writeToSSL(ssl, address, length);
    } else {
      ByteBuf copy = from.alloc().directBuffer(length);
      try {
        copy.setBytes(0, from, from.readerIndex(), length);
        count = SSL.writeToSSL(ssl, address(copy, 0, length), length);
      } finally {
        copy.release();
      }
    }
    if (count > 0) {
      from.skipBytes(count);
      return count;
    }
    if (SSL.getError(ssl, count) == SSL.SSL_ERROR_WANT_WRITE) {
      return 0;
    }
    throw failed();
  }

  // --- the rest ---

  @Override
  HandshakeStatus status() {
    return wantsOut
        ? HandshakeStatus.NEED_WRAP
        : isDone ? HandshakeStatus.NOT_HANDSHAKING : HandshakeStatus.NEED_UNWRAP;
  }

  @Override
  void runTasks() {}

  @Override
  boolean isInboundDone() {
    return isInboundDone;
  }

  @Override
  void closeOutbound() {
    isClosing = true;
  }

  @Override
  int packetSize() {
    return RECORD;
  }

  @Override
  String protocol() {
    String agreed = SSL.getAlpnSelected(ssl);
    return agreed == null ? "" : agreed;
  }

  @Override
  String version() {
    String version = SSL.getVersion(ssl);
    return version == null ? "" : version;
  }

  @Override
  String cipher() {
    String cipher = SSL.getCipherForSSL(ssl);
    return cipher == null ? "" : cipher;
  }

  @Override
  boolean isResumed() {
    return SSL.isSessionReused(ssl);
  }

  @Override
  String group() {
    try {
      String name = SSL.getGroupName(ssl);
      return name == null ? "" : name;
    } catch (Exception _) { // what tcnative declares
      return "";
    }
  }

  @Override
  List<X509Certificate> peerCertificates() {
    byte[] own = SSL.getPeerCertificate(ssl);
    if (own == null || own.length == 0) {
      return List.of();
    }
    byte[][] above = SSL.getPeerCertChain(ssl); // a server's is without the client's own
    try {
      var certificates = new ArrayList<X509Certificate>();
      certificates.add(TlsCertificate.parse(own));
      if (above != null) {
        for (byte[] each : above) {
          certificates.add(TlsCertificate.parse(each));
        }
      }
      return certificates;
    } catch (CertificateException e) {
      throw new IllegalStateException(e); // the same has parsed it when it was shown
    }
  }

  @Override
  void release() {
    if (ssl != 0) {
      context.takeRefusal(ssl);
      SSL.freeSSL(ssl); // and its BIO
      ssl = 0;
      context.release();
    }
  }

  /** Where the bytes are in memory; 0 where they are not in one piece outside the heap. */
  static long address(ByteBuf buffer, int index, int length) {
    if (buffer.hasMemoryAddress()) {
      return buffer.memoryAddress() + index;
    }
    return buffer.isDirect() && buffer.nioBufferCount() == 1
        ? Buffer.address(buffer.nioBuffer(index, length))
        : 0;
  }
}
