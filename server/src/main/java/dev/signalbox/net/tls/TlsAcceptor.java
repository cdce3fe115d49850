package dev.signalbox.net.tls;

import dev.signalbox.net.Connection;
import dev.signalbox.net.ConnectionEvents;
import dev.signalbox.net.TimerWheel;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A downstream connection until its handshake is done: reads the ClientHello, chooses the
 * certificate by its name, and lets a {@link TlsConnection} do the rest. On the connection's loop.
 */
public final class TlsAcceptor extends TimerWheel.Timer implements ConnectionEvents, TlsHandshake {
  private static final int UNRECOGNISED_NAME = 112;
  private static final int NO_APPLICATION_PROTOCOL = 120;
  private static final int DECODE_ERROR = 50;

  private final Connection below;
  private final TlsServer server;
  private final TlsEvents events;
  private @Nullable TlsConnection connection; // from the hello on
  private @Nullable ByteBuf hello; // what has come of it
  private @Nullable String why;
  private boolean isOver;

  private TlsAcceptor(Connection below, TlsServer server, TlsEvents events) {
    this.below = below;
    this.server = server;
    this.events = events;
  }

  /** Begins a handshake, which must be done within the time. */
  public static TlsAcceptor accept(
      Connection below, TlsServer server, Duration timeout, TlsEvents events) {
    var acceptor = new TlsAcceptor(below, server, events);
    below.loop().arm(acceptor, timeout.toNanos());
    below.start(acceptor);
    return acceptor;
  }

  /** Gives it up. */
  public void abort() {
    fail("broken off");
  }

  @Override
  protected void onTimeout() {
    fail("the handshake took too long");
  }

  private void fail(String reason) {
    if (isOver) {
      return;
    }
    why = reason;
    TlsConnection handshaking = connection;
    if (handshaking == null) {
      below.close();
    } else {
      handshaking.abandon(new IOException(reason));
    }
  }

  // --- the hello ---

  @Override
  public void onData(ByteBuf data) {
    if (why != null) {
      data.release();
      return;
    }
    ByteBuf waiting = hello;
    ByteBuf input = data;
    if (waiting != null) {
      waiting.writeBytes(data);
      data.release();
      input = waiting;
      hello = null;
    }
    switch (HelloReader.read(input)) {
      case HelloReader.Hello found -> choose(found, input);
      case HelloReader.Incomplete _ -> hello = waiting == null ? copy(input) : waiting;
      case HelloReader.NotTls _ -> notTls(input);
      case HelloReader.Broken(String reason) -> {
        input.release();
        refuse(DECODE_ERROR, reason);
      }
    }
  }

  /** The read buffer serves others while the rest of the hello is awaited. */
  private ByteBuf copy(ByteBuf input) {
    ByteBuf copy = below.loop().allocator().directBuffer(2 * input.readableBytes());
    copy.writeBytes(input);
    input.release();
    return copy;
  }

  private void choose(HelloReader.Hello found, ByteBuf input) {
    // RFC 7301 §3.2
    if (!found.protocols().isEmpty() && !server.speaksAnyOf(found.protocols())) {
      input.release();
      refuse(NO_APPLICATION_PROTOCOL, "no common protocol; the client offers " + found.protocols());
      return;
    }
    TlsIdentities identities = server.identities();
    TlsIdentity identity = server.identity(identities, found.serverName());
    if (identity == null) { // RFC 6066 §3
      input.release();
      refuse(UNRECOGNISED_NAME, "no certificate for " + found.serverName() + " (strict-sni)");
      return;
    }
    TlsEngine engine;
    try {
      engine = identity.engine(below.loop().allocator());
    } catch (SSLException e) {
      input.release();
      fail(String.valueOf(e.getMessage()));
      return;
    }
    var peer =
        new TlsPeer(
            found.serverName(), identity.names(), server.elsewhere(identities, found.serverName()));
    var handshaking = new TlsConnection(below, engine, peer, this);
    connection = handshaking;
    handshaking.begin(input);
  }

  private void notTls(ByteBuf input) {
    byte first = input.getByte(input.readerIndex());
    input.release();
    if (first >= 'A' && first <= 'Z') { // a method: somebody speaks HTTP
      over();
      events.onPlaintext(below);
    } else {
      fail("no TLS");
    }
  }

  /** Says why in an alert, which nothing encrypts yet (RFC 8446 §6). */
  private void refuse(int alert, String reason) {
    why = reason;
    below.write(
        below
            .loop()
            .writeBuffer()
            .writeBytes(new byte[] {21, 3, 3, 0, 2, 2, (byte) alert})); // fatal
    below.closeAfterFlush();
  }

  private void over() {
    isOver = true;
    below.loop().remove(this);
  }

  // --- the handshake ---

  @Override
  public void onDone(TlsConnection done) {
    ClientTrust clients = server.clients();
    if (clients != null) {
      String refused = refusal(clients, done);
      if (refused != null) {
        fail(refused);
        return;
      }
    }
    over();
    events.onSecure(done);
  }

  /** Why the client is not let in, or null; then the connection knows who it is. */
  private static @Nullable String refusal(ClientTrust clients, TlsConnection done) {
    List<X509Certificate> chain = done.peerCertificates();
    if (chain.isEmpty()) {
      return clients.isRequired() ? "no client certificate" : null;
    }
    try {
      clients.require(chain);
      done.provedBy(ClientCertificate.of(chain));
      return null;
    } catch (GeneralSecurityException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public void onFailed(IOException cause) {
    over();
    Untrusted untrusted = Untrusted.in(cause);
    String reason = String.valueOf((untrusted == null ? cause : untrusted).getMessage());
    events.onFailed(why == null ? reason : why);
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onInputClosed() {
    fail("closed before the handshake");
  }

  @Override
  public void onWritable() {}

  @Override
  public void onClosed(@Nullable IOException cause) {
    ByteBuf rest = hello;
    hello = null;
    if (rest != null) {
      rest.release();
    }
    onFailed(new IOException(cause == null ? "closed" : String.valueOf(cause.getMessage())));
  }
}
