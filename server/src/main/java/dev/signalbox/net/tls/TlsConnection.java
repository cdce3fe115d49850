package dev.signalbox.net.tls;

import dev.signalbox.net.Connection;
import dev.signalbox.net.ConnectionEvents;
import dev.signalbox.net.Proxied;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS over another connection, without a pipeline: what comes is decrypted into the loop's read
 * buffer, what is written is encrypted when it is flushed, and only as far as the connection below
 * takes it. While it is idle it holds no buffer. On its loop.
 *
 * <p>An end without close_notify is a broken input (RFC 8446 §6.1), never {@link
 * ConnectionEvents#onInputClosed}. A close_notify ends both directions, as in TLS 1.2: the engine
 * can't write after it.
 */
public final class TlsConnection extends Connection implements ConnectionEvents {
  private static final long LAST_WORDS_NANOS = 5_000_000_000L;
  private static final long LISTEN_ON_NANOS = 1_000_000_000L;

  private final Connection below;
  private final TlsEngine engine;
  private TlsPeer peer;
  private final TlsHandshake handshake;
  private @Nullable ConnectionEvents events;

  private boolean isClient;
  private boolean isHandshaken;
  private boolean isReading = true;
  private boolean isResumeScheduled;
  private boolean hasDelivered; // since the last onReadComplete
  private @Nullable ByteBuf held; // ciphertext: part of a record, or what came while nobody reads
  private boolean hasEngineMore; // decrypted already, and no room for it yet
  private boolean isEndHeldBack; // the end came while nobody read what came before it
  private boolean isInputEnded; // by close_notify, or by its absence

  private final TlsQueue queue;
  private boolean isEncrypting;
  private boolean wasUnwritable;
  private boolean isShutdownWanted;
  private boolean isCloseWanted;
  private boolean isOutputEnded;
  private boolean isClosed;
  private @Nullable IOException cause;
  private @Nullable LastWords lastWords;

  TlsConnection(Connection below, TlsEngine engine, TlsPeer peer, TlsHandshake handshake) {
    super(below.loop());
    this.below = below;
    this.engine = engine;
    this.queue = new TlsQueue(below.loop(), engine);
    this.peer = peer;
    this.handshake = handshake;
  }

  /** What the handshake told. */
  public TlsPeer peer() {
    return peer;
  }

  /** The version of TLS, as {@code TLSv1.3}. */
  public String version() {
    return engine.version();
  }

  /** The cipher suite, by its registered name. */
  public String cipher() {
    return engine.cipher();
  }

  /** The peer has proved who it is, before anybody was told of the connection. */
  void provedBy(ClientCertificate certificate) {
    peer = peer.with(certificate);
  }

  /** What the peer has shown in its handshake, or in that of the session it resumes. */
  List<X509Certificate> peerCertificates() {
    return engine.peerCertificates();
  }

  /** The protocol that was agreed by ALPN; empty where none was. */
  public String protocol() {
    return engine.protocol();
  }

  /** Whether it goes on with a session of an earlier connection; false where nobody knows. */
  public boolean isResumed() {
    return engine.isResumed();
  }

  /** How the keys were agreed; empty where nobody knows. */
  public String group() {
    return engine.group();
  }

  /** Begins the handshake with the bytes that have come already, and takes ownership of them. */
  void begin(ByteBuf first) {
    below.events(this);
    try {
      engine.begin();
    } catch (SSLException e) {
      first.release();
      broken(e);
      return;
    }
    onData(first);
    onReadComplete();
  }

  /** Begins the handshake as the client, on a connection that nobody has started. */
  void beginAsClient() {
    isClient = true;
    below.start(this);
    try {
      engine.begin();
      afterUnwrap(engine.status());
    } catch (SSLException e) {
      broken(e);
      return;
    }
    if (!isClosed) {
      below.flush();
    }
  }

  /** Gives the handshake up. */
  void abandon(IOException why) {
    cause = why;
    below.close();
  }

  @Override
  public void start(ConnectionEvents newEvents) {
    events = newEvents;
  }

  @Override
  public void events(ConnectionEvents newEvents) {
    events = newEvents;
  }

  // --- reading ---

  @Override
  public void onData(ByteBuf data) {
    ByteBuf input = data;
    ByteBuf waiting = held;
    if (waiting != null) {
      waiting.writeBytes(data); // ours alone, and never more than two reads
      data.release();
      input = waiting;
      held = null;
    }
    if (isClosed || isInputEnded) {
      input.release();
      return;
    }
    try {
      decrypt(input);
    } catch (SSLException e) {
      broken(e);
    }
    if (!input.isReadable() || isClosed || isInputEnded) {
      input.release();
    } else if (waiting != null) {
      held = waiting.discardReadBytes();
    } else {
      held = loop().allocator().directBuffer(input.readableBytes()).writeBytes(input);
      input.release();
    }
  }

  private boolean mayDecrypt() {
    return !isClosed && !isInputEnded && (!isHandshaken || isReading);
  }

  private void decrypt(ByteBuf input) throws SSLException {
    boolean goesOn = true;
    // Within the handshake BoringSSL says that it is done only when it is asked once more.
    while (goesOn && (input.isReadable() || hasEngineMore || !isHandshaken) && mayDecrypt()) {
      ByteBuf plain = loop().readBuffer();
      SSLEngineResult result;
      try {
        goesOn = false;
        do {
          result = engine.unwrap(input, plain);
          // Within the handshake the engine takes a record a call and wants its turn to write.
        } while (result.getStatus() == SSLEngineResult.Status.OK
            && result.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
            && result.bytesConsumed() > 0
            && input.isReadable());
        goesOn = result.bytesConsumed() > 0 || result.bytesProduced() > 0;
      } catch (SSLException | RuntimeException e) {
        plain.release();
        throw e;
      }
      hasEngineMore = result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW;
      goesOn |= hasEngineMore && plain.isReadable();
      if (!isHandshaken) { // the record behind the last of the handshake may have come with it
        try {
          goesOn |= afterUnwrap(result.getHandshakeStatus());
        } catch (SSLException | RuntimeException e) {
          plain.release();
          throw e;
        }
        deliver(plain);
      } else {
        deliver(plain);
        goesOn |= !isClosed && afterUnwrap(result.getHandshakeStatus());
      }
      // The status alone says as much when it is our side that has ended.
      if (!isClosed
          && !isInputEnded
          && result.getStatus() == SSLEngineResult.Status.CLOSED
          && engine.isInboundDone()) {
        onCloseNotify();
      }
    }
  }

  private void deliver(ByteBuf plain) {
    ConnectionEvents receiver = events;
    if (!plain.isReadable() || receiver == null || isClosed) {
      plain.release();
      return;
    }
    hasDelivered = true;
    receiver.onData(plain);
  }

  /** Does what the engine wants before it reads on; whether that changed anything. */
  private boolean afterUnwrap(HandshakeStatus first) throws SSLException {
    HandshakeStatus status = first;
    boolean isChanged = false;
    while (true) {
      switch (status) {
        case NEED_WRAP -> {
          status = wrapNothing();
          isChanged = true;
        }
        case NEED_TASK -> {
          // Only the JDK's engine has tasks. They compute; they wait for nothing.
          if (isHandshaken) { // BoringSSL refuses it by itself
            throw new SSLException("renegotiation");
          }
          engine.runTasks();
          status = engine.status();
          isChanged = true;
        }
        case FINISHED -> {
          // RFC 8446 §4.6.1: tickets follow the handshake
          if (engine.status() == HandshakeStatus.NEED_WRAP) {
            wrapNothing();
          }
          below.flush();
          if (!isClosed && !isHandshaken) {
            isHandshaken = true;
            handshake.onDone(this);
          }
          return true;
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING -> {
          return isChanged;
        }
      }
    }
  }

  /**
   * Sends what the engine has to say by itself. Netty's is asked until it has no more: only then
   * does it tell of the error that its alert was about. The JDK's would then say empty records.
   */
  private HandshakeStatus wrapNothing() throws SSLException {
    boolean isFinished = false;
    while (true) {
      ByteBuf out = loop().allocator().directBuffer(TlsQueue.ROOM_FOR_A_RECORD);
      HandshakeStatus status;
      try {
        status = engine.wrap(Unpooled.EMPTY_BUFFER, 0, out).getHandshakeStatus();
      } catch (SSLException | RuntimeException e) {
        out.release();
        throw e;
      }
      isFinished |= status == HandshakeStatus.FINISHED;
      boolean isEmpty = !out.isReadable();
      below.write(out);
      if (isEmpty || (!engine.hidesMore() && status != HandshakeStatus.NEED_WRAP)) {
        return isFinished
            ? HandshakeStatus.FINISHED
            : status == HandshakeStatus.NEED_WRAP ? HandshakeStatus.NOT_HANDSHAKING : status;
      }
    }
  }

  @Override
  public void onReadComplete() {
    if (isClosed) {
      return;
    }
    ConnectionEvents receiver = events;
    if (hasDelivered && receiver != null) {
      hasDelivered = false;
      receiver.onReadComplete();
    }
    if (!isClosed) {
      below.flush(); // what the engine said by itself
    }
  }

  @Override
  public void reading(boolean isWanted) {
    isReading = isWanted;
    if (isClosed || isCloseWanted || !isHandshaken) {
      return;
    }
    if (!isWanted || (held == null && !hasEngineMore && !isEndHeldBack)) {
      below.reading(isWanted);
    } else if (!isResumeScheduled) {
      isResumeScheduled = true;
      loop().execute(this::resume); // not here: the caller is in the middle of something
    }
  }

  /** Reads first what has come already. */
  private void resume() {
    isResumeScheduled = false;
    if (!isReading || isClosed || isCloseWanted) {
      return;
    }
    ByteBuf waiting = held;
    if (waiting != null || hasEngineMore) {
      held = null;
      onData(waiting == null ? Unpooled.EMPTY_BUFFER : waiting);
      onReadComplete();
    }
    if (isReading && !isClosed && !isCloseWanted) {
      if (isEndHeldBack) {
        onInputClosed();
      } else {
        below.reading(true);
      }
    }
  }

  /** The peer has said all. */
  private void onCloseNotify() throws SSLException {
    isInputEnded = true;
    isOutputEnded = true;
    wrapNothing(); // RFC 8446 §6.1: our close_notify
    queue.drop();
    ConnectionEvents receiver = events;
    if (receiver == null) {
      cause = new IOException("closed in the handshake");
    } else {
      onReadComplete();
      if (!isClosed) {
        receiver.onInputClosed();
      }
    }
    endBelow();
  }

  /** Closes by ourselves: nobody above watches over that. */
  private void endBelow() {
    if (isClosed) {
      return;
    }
    below.closeAfterFlush();
    if (!isClosed && lastWords == null) {
      lastWords = new LastWords(below);
      loop().arm(lastWords, LAST_WORDS_NANOS);
    }
  }

  @Override
  public void onInputClosed() {
    if (isClosed) {
      return;
    }
    if (isHandshaken && !isReading && (held != null || hasEngineMore)) {
      isEndHeldBack = true;
      return;
    }
    if (cause == null && !isCloseWanted && !isInputEnded) {
      cause =
          new IOException(
              isHandshaken ? "ended without close_notify" : "ended in the middle of the handshake");
    }
    isInputEnded = true;
    below.close();
  }

  /** The peer broke the protocol: tells it, and ends. */
  private void broken(SSLException why) {
    if (isClosed) {
      return;
    }
    isInputEnded = true;
    isOutputEnded = true;
    if (cause == null) {
      cause = new IOException("TLS: " + TlsEngine.reason(why), why);
    }
    queue.drop();
    try {
      wrapNothing(); // the alert
    } catch (SSLException | RuntimeException ignored) {
      // The engine has told the same already.
    }
    if (isHandshaken || isClient) {
      endBelow();
    } else {
      listenOn();
    }
  }

  /**
   * A client that is refused is still talking: a close now would reset the connection for what
   * nobody read, and the reset would overtake the alert. What still comes is dropped.
   */
  private void listenOn() {
    if (isClosed) {
      return;
    }
    below.shutdownOutput();
    if (!isClosed) {
      below.reading(true);
      lastWords = new LastWords(below);
      loop().arm(lastWords, LISTEN_ON_NANOS);
    }
  }

  // --- writing ---

  @Override
  public void write(ByteBuf data) {
    if (isClosed || isOutputEnded || isShutdownWanted || isCloseWanted || !data.isReadable()) {
      data.release();
      return;
    }
    queue.add(data);
    if (pendingBytes() > HIGH_WATER) {
      wasUnwritable = true;
    }
  }

  @Override
  public void flush() {
    if (isClosed || isEncrypting) {
      return;
    }
    isEncrypting = true;
    try {
      while (!queue.isEmpty() && !isClosed && below.isWritable()) {
        below.write(queue.encrypt());
        below.flush();
      }
      if (queue.isEmpty() && !isClosed) {
        endIfWanted();
      }
    } catch (SSLException e) {
      broken(e);
    } finally {
      isEncrypting = false;
    }
    tellWritable();
  }

  private void tellWritable() {
    ConnectionEvents receiver = events;
    if (wasUnwritable
        && !isClosed
        && receiver != null
        && ((queue.isEmpty() && below.isWritable()) || isOutputEnded)) {
      wasUnwritable = false;
      receiver.onWritable();
    }
  }

  /** Everything is encrypted: ends the output if that was asked for. */
  private void endIfWanted() throws SSLException {
    if (!isOutputEnded && (isShutdownWanted || isCloseWanted)) {
      isOutputEnded = true;
      engine.closeOutbound();
      wrapNothing(); // RFC 8446 §6.1: close_notify
      if (isShutdownWanted && !isCloseWanted) {
        below.shutdownOutput();
      }
    }
    if (isCloseWanted && !isClosed) {
      below.closeAfterFlush();
    }
  }

  @Override
  public void onWritable() {
    flush();
  }

  @Override
  public boolean isWritable() {
    return !wasUnwritable || isOutputEnded;
  }

  @Override
  public long pendingBytes() {
    return queue.bytes() + below.pendingBytes();
  }

  @Override
  public long sentBytes() {
    return below.sentBytes();
  }

  // --- ending ---

  @Override
  public void shutdownOutput() {
    isShutdownWanted = true;
    flush();
  }

  @Override
  public void closeAfterFlush() {
    isReading = false;
    isCloseWanted = true;
    below.reading(false);
    flush();
  }

  @Override
  public void close() {
    // RFC 8446 §6.1. Only behind all that was said: what is cut short must not look whole. Some
    // peers forget the session of a connection that ends without.
    if (isHandshaken && !isClosed && !isOutputEnded && !isEncrypting && pendingBytes() == 0) {
      isOutputEnded = true;
      try {
        engine.closeOutbound();
        wrapNothing();
        below.flush();
      } catch (SSLException ignored) {
        // It ends all the same.
      }
    }
    below.close();
  }

  @Override
  public void reset() {
    below.reset();
  }

  @Override
  public void onClosed(@Nullable IOException why) {
    isClosed = true;
    queue.drop();
    if (held != null) {
      held.release();
      held = null;
    }
    engine.release();
    if (lastWords != null) {
      loop().remove(lastWords);
    }
    IOException reason = cause == null ? why : cause;
    if (events != null) {
      events.onClosed(reason);
    } else {
      handshake.onFailed(reason == null ? new IOException("closed in the handshake") : reason);
    }
  }

  @Override
  public boolean isOpen() {
    return !isClosed;
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return below.localAddress();
  }

  @Override
  public SocketAddress peerAddress() {
    return below.peerAddress();
  }

  @Override
  public @Nullable Proxied proxied() {
    return below.proxied();
  }
}
