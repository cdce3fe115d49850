package dev.signalbox.net;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.nio.ByteBuffer;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** An engine that speaks of Netty's buffers. Belongs to one connection, and to its loop. */
final class TlsEngine {
  private final SSLEngine engine;

  TlsEngine(SSLEngine engine) {
    this.engine = engine;
  }

  /** Whether it is BoringSSL's; else it is the JDK's. */
  boolean isBoringSsl() {
    return engine instanceof ReferenceCounted;
  }

  void begin() throws SSLException {
    engine.beginHandshake();
  }

  /** Decrypts into what room there is; both buffers move on. */
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

  /** Encrypts into what room there is. */
  SSLEngineResult wrap(ByteBuffer from, ByteBuf out) throws SSLException {
    int to = out.writerIndex();
    SSLEngineResult result = engine.wrap(from, out.internalNioBuffer(to, out.writableBytes()));
    out.writerIndex(to + result.bytesProduced());
    return result;
  }

  HandshakeStatus status() {
    return engine.getHandshakeStatus();
  }

  void runTasks() {
    for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  boolean isInboundDone() {
    return engine.isInboundDone();
  }

  void closeOutbound() {
    engine.closeOutbound();
  }

  /** Room that a record needs at most. */
  int packetSize() {
    return engine.getSession().getPacketBufferSize();
  }

  /** What was agreed by ALPN; empty where nothing was. */
  String protocol() {
    String agreed = engine.getApplicationProtocol();
    return agreed == null ? "" : agreed;
  }

  String version() {
    return engine.getSession().getProtocol();
  }

  String cipher() {
    return engine.getSession().getCipherSuite();
  }

  void release() {
    ReferenceCountUtil.release(engine);
  }

  /** BoringSSL's words without its numbers and file names. */
  static String reason(SSLException why) {
    String text = String.valueOf(why.getMessage());
    int last = text.lastIndexOf(':');
    return text.startsWith("error:") && last >= 0
        ? text.substring(last + 1).toLowerCase(Locale.ROOT).replace('_', ' ')
        : text;
  }
}
