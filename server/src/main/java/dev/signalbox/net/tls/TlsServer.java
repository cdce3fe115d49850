package dev.signalbox.net.tls;

import dev.signalbox.net.Loop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of TLS on one listener: which certificate is shown, and what is spoken. Opened
 * and closed by control; loops ask it once a connection.
 */
public final class TlsServer implements AutoCloseable {
  /**
   * A certificate that is shown now.
   *
   * @param names the hosts that it covers
   * @param isStapled whether clients are shown that it is not revoked
   */
  public record Certificate(
      Path file, List<String> names, String keyType, Instant notAfter, boolean isStapled) {
    public Certificate {
      names = List.copyOf(names);
    }

    /** Days until it expires; negative once it has. */
    public long daysLeft(Instant now) {
      return Math.floorDiv(Duration.between(now, notAfter).toSeconds(), 86_400);
    }
  }

  private final TlsConfig config;
  private final List<String> protocols;
  private final TlsKeeper keeper;

  private TlsServer(TlsConfig config, List<String> protocols, TlsKeeper keeper) {
    this.config = config;
    this.protocols = protocols;
    this.keeper = keeper;
  }

  /**
   * Reads the certificates, and keeps them up to date until it is closed.
   *
   * @param listener its name: sessions are resumed by listeners of one name alone
   * @param protocols what may follow the handshake, by ALPN, best first
   * @param loops those that ask it
   * @throws IOException if they can't be used; the message says which and why
   */
  public static TlsServer open(
      String listener, TlsConfig config, List<String> protocols, List<Loop> loops)
      throws IOException {
    var engine =
        NativeContext.isAvailable() ? TlsIdentity.Engine.BORINGSSL : TlsIdentity.Engine.JDK;
    var server = open(listener, config, protocols, loops, engine, InstantSource.system());
    server.keeper.start();
    return server;
  }

  /** Nothing happens by itself: {@link #keeper} is to be asked to look. */
  static TlsServer open(
      String listener,
      TlsConfig config,
      List<String> protocols,
      List<Loop> loops,
      TlsIdentity.Engine engine,
      InstantSource clock)
      throws IOException {
    var offered = List.copyOf(protocols);
    return new TlsServer(
        config, offered, TlsKeeper.open(listener, config, offered, loops, engine, clock));
  }

  /** Who is let in now; null where nobody is asked. */
  @Nullable ClientTrust clients() {
    return keeper.clients();
  }

  TlsKeeper keeper() {
    return keeper;
  }

  TlsIdentities identities() {
    return keeper.identities();
  }

  /** What is shown to a client that asks for that name; null if it gets no handshake. */
  @Nullable TlsIdentity identity(TlsIdentities identities, @Nullable String serverName) {
    return identities.shown().to(serverName, config.strictSni());
  }

  /** Which hosts that its certificate does not cover that client is to ask for elsewhere. */
  Predicate<String> elsewhere(TlsIdentities identities, @Nullable String serverName) {
    return identities.shown().elsewhere(serverName, config.strictSni());
  }

  boolean speaksAnyOf(List<String> offered) {
    return !Collections.disjoint(protocols, offered);
  }

  /** The certificates that are shown now, in the order of the configuration. From any thread. */
  public List<Certificate> certificates() {
    return keeper.certificates();
  }

  /** When no loop asks any more. */
  @Override
  public void close() {
    keeper.close();
  }
}
