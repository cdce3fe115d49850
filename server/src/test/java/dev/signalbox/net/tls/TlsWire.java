package dev.signalbox.net.tls;

import dev.signalbox.config.ConfigFile;
import dev.signalbox.net.Connection;
import dev.signalbox.net.ConnectionEvents;
import dev.signalbox.net.FakeConnection;
import dev.signalbox.net.TestLoop;
import dev.signalbox.testkit.TestCertificate;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A TLS server on a fake connection, and a client on the JDK's engine whose bytes the test carries
 * to and fro. Belongs to the test's thread.
 */
final class TlsWire implements AutoCloseable, TlsEvents, ConnectionEvents {
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  final TestLoop loop = new TestLoop();
  final FakeConnection below = new FakeConnection(loop.loop());
  final List<String> told = new ArrayList<>();
  final StringBuilder received = new StringBuilder();
  final StringBuilder clientReceived = new StringBuilder();
  private final TlsServer server;
  final SSLEngine client;
  @Nullable TlsConnection connection;
  @Nullable Runnable onEachData;
  private boolean isServersOwner = true;

  TlsWire(TlsIdentity.Engine engine, TestCertificate authority, TlsConfig config, String name) {
    this(engine, authority.clientContext(), config, name);
  }

  TlsWire(TlsIdentity.Engine engine, SSLContext clientContext, TlsConfig config, String name) {
    this(open("web", config, engine, InstantSource.system()), clientContext, name);
  }

  /** With a client whose context remembers earlier sessions; the server is closed with this. */
  TlsWire(TlsServer server, SSLContext context, String name) {
    this(server, context.createSSLEngine(name, 443));
    var parameters = client.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    client.setSSLParameters(parameters);
  }

  TlsWire(TlsServer server, SSLEngine client) {
    this.server = server;
    this.client = client;
    client.setUseClientMode(true);
    TlsAcceptor.accept(below, server, TIMEOUT, this);
  }

  /** The server outlives this. */
  void keepServer() {
    isServersOwner = false;
  }

  /** Without a thread of its own: {@link TlsServer#keeper} looks when it is told to. */
  static TlsServer open(
      String listener, TlsConfig config, TlsIdentity.Engine engine, InstantSource clock) {
    try {
      return TlsServer.open(listener, config, List.of("http/1.1"), List.of(), engine, clock);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static TlsConfig config(Path folder, TestCertificate... certificates) {
    return config("", folder, certificates);
  }

  /** Writes them to files, and reads settings as from a file. */
  static TlsConfig config(String settings, Path folder, TestCertificate... certificates) {
    var files = new ArrayList<String>();
    for (int i = 0; i < certificates.length; i++) {
      files.add(certificates[i].write(folder, "cert" + i));
    }
    return ConfigFile.read(
        "tls.yaml",
        "{ certificates: [" + String.join(", ", files) + "], " + settings + " }",
        _ -> null,
        TlsConfig.SHAPE);
  }

  // --- the client ---

  /** What the client has to say now: handshake messages, or this text. */
  byte[] clientSays(String text) {
    var out = new ByteArrayOutputStream();
    var plain = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    var record = ByteBuffer.allocate(40_000);
    try {
      while (true) {
        runTasks();
        record.clear();
        SSLEngineResult result = client.wrap(plain, record);
        out.write(record.array(), 0, record.position());
        boolean goesOn =
            result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                || result.getHandshakeStatus() == HandshakeStatus.NEED_TASK
                || (plain.hasRemaining() && result.bytesConsumed() > 0);
        if (!goesOn || (result.bytesProduced() == 0 && !isTask())) {
          return out.toByteArray();
        }
      }
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isTask() {
    return client.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
  }

  private void runTasks() {
    for (var task = client.getDelegatedTask(); task != null; task = client.getDelegatedTask()) {
      task.run();
    }
  }

  private ByteBuffer pending = ByteBuffer.allocate(0);

  /** The client reads all that the server has sent. */
  void clientReads() {
    var sent = below.sent().getBytes(StandardCharsets.ISO_8859_1);
    below.forgetSent();
    var in = ByteBuffer.allocate(pending.remaining() + sent.length).put(pending).put(sent).flip();
    var plain = ByteBuffer.allocate(40_000);
    try {
      while (in.hasRemaining()) {
        plain.clear();
        SSLEngineResult result = client.unwrap(in, plain);
        clientReceived.append(
            new String(plain.array(), 0, plain.position(), StandardCharsets.ISO_8859_1));
        runTasks();
        if (client.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
            || (result.bytesConsumed() == 0 && result.bytesProduced() == 0)) {
          break;
        }
      }
    } catch (SSLException e) {
      told.add("client: " + e.getMessage());
    }
    pending = in;
  }

  /** Carries bytes to and fro until the handshake is over. */
  TlsWire handshake(int cut) {
    try {
      client.beginHandshake();
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
    for (int i = 0; i < 20 && below.end() == FakeConnection.End.OPEN; i++) {
      give(clientSays(""), cut);
      clientReads();
      boolean isOver = client.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
      if (isOver && connection != null && below.sent().isEmpty()) {
        break;
      }
    }
    return this;
  }

  /** The server gets these, cut into parts of that size; 0 for one part. */
  void give(byte[] bytes, int cut) {
    int size = cut == 0 ? Math.max(1, bytes.length) : cut;
    for (int at = 0; at < bytes.length; at += size) {
      below.receive(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
      loop.run();
    }
  }

  TlsConnection secure() {
    if (connection == null) {
      throw new AssertionError("no handshake: " + told);
    }
    return connection;
  }

  // --- what the server tells ---

  @Override
  public void onSecure(TlsConnection done) {
    told.add("secure");
    connection = done;
    done.start(this);
  }

  @Override
  public void onPlaintext(Connection plain) {
    told.add("plaintext");
    plain.events(this);
  }

  @Override
  public void onFailed(String why) {
    told.add("failed: " + why);
  }

  @Override
  public void onData(ByteBuf data) {
    received.append(data.toString(StandardCharsets.ISO_8859_1));
    data.release();
    if (onEachData != null) {
      onEachData.run();
    }
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onInputClosed() {
    told.add("input closed");
  }

  @Override
  public void onWritable() {
    told.add("writable");
  }

  @Override
  public void onClosed(@Nullable IOException cause) {
    told.add(cause == null ? "closed" : "closed: " + cause.getMessage());
  }

  @Override
  public void close() {
    below.close();
    loop.run();
    if (isServersOwner) {
      server.close();
    }
    loop.close();
  }
}
