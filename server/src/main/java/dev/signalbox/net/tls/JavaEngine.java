package dev.signalbox.net.tls;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** An {@link SSLEngine} that speaks of Netty's buffers. Belongs to its connection's loop. */
final class JavaEngine extends TlsEngine {
  private final SSLEngine engine;

  JavaEngine(SSLEngine engine) {
    this.engine = engine;
  }

  @Override
  boolean hidesMore() {
    return engine instanceof ReferenceCounted; // Netty's
  }

  @Override
  void begin() throws SSLException {
    engine.beginHandshake();
  }

  @Override
  SSLEngineResult unwrap(ByteBuf input, ByteBuf plain) throws SSLException {
    int to = plain.writerIndex();
    SSLEngineResult result =
        engine.unwrap(
            input.nioBuffer(input.readerIndex(), input.readableBytes()),
            plain.internalNioBuffer(to, plain.writableBytes()));
    input.skipBytes(result.bytesConsumed());
    plain.writerIndex(to + result.bytesProduced());
    return result;
  }

  @Override
  SSLEngineResult wrap(ByteBuf from, int length, ByteBuf out) throws SSLException {
    int to = out.writerIndex();
    SSLEngineResult result =
        engine.wrap(
            from.nioBuffer(from.readerIndex(), length),
            out.internalNioBuffer(to, out.writableBytes()));
    from.skipBytes(result.bytesConsumed());
    out.writerIndex(to + result.bytesProduced());
    return result;
  }

  @Override
  HandshakeStatus status() {
    return engine.getHandshakeStatus();
  }

  @Override
  void runTasks() {
    for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  @Override
  boolean isInboundDone() {
    return engine.isInboundDone();
  }

  @Override
  void closeOutbound() {
    engine.closeOutbound();
  }

  @Override
  int packetSize() {
    return engine.getSession().getPacketBufferSize();
  }

  @Override
  String protocol() {
    String agreed = engine.getApplicationProtocol();
    return agreed == null ? "" : agreed;
  }

  @Override
  String version() {
    return engine.getSession().getProtocol();
  }

  @Override
  String cipher() {
    return engine.getSession().getCipherSuite();
  }

  @Override
  boolean isResumed() {
    return false; // Java does not tell
  }

  @Override
  String group() {
    return "";
  }

  @Override
  List<X509Certificate> peerCertificates() {
    try {
      var certificates = new ArrayList<X509Certificate>();
      for (Certificate each : engine.getSession().getPeerCertificates()) {
        certificates.add((X509Certificate) each);
      }
      return certificates;
    } catch (SSLPeerUnverifiedException _) {
      return List.of();
    }
  }

  @Override
  void release() {
    ReferenceCountUtil.release(engine);
  }
}
