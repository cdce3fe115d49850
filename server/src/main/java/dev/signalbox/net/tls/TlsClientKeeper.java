package dev.signalbox.net.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps TLS towards the endpoints of an upstream up to date: looks at the files of authorities and
 * of our own certificate, and says in time that it expires. Control, all of it; loops read {@link
 * #context} alone, which is swapped as a whole.
 */
final class TlsClientKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TlsClientKeeper.class);

  /** Sessions of all endpoints together; each that TLS 1.3 gives serves once. */
  private static final int SESSIONS = 2048;

  private static final int SESSION_SECONDS = 3600;

  private final String upstream;
  private final TlsClientConfig config;
  private final List<String> protocols;
  private final TlsIdentity.Engine engine;
  private final InstantSource clock;

  // Guarded by this:
  private final @Nullable Watched<Authorities> ca; // null where it is no file
  private final @Nullable Authorities system; // null where they are not asked
  private final @Nullable WatchedCertificate certificate;
  private boolean isClosed;

  private volatile SslContext context;
  private @Nullable Lookout lookout; // written once, before it matters

  private TlsClientKeeper(
      String upstream,
      TlsClientConfig config,
      List<String> protocols,
      TlsIdentity.Engine engine,
      InstantSource clock)
      throws IOException, BadCertificate {
    this.upstream = upstream;
    this.config = config;
    this.protocols = protocols;
    this.engine = engine;
    this.clock = clock;
    Path file = config.ca();
    Instant now = clock.instant();
    this.ca =
        file == null
            ? null
            : Watched.open(
                "upstream " + upstream + ": ca " + file,
                List.of(file),
                at -> Authorities.read(file, at),
                _ -> "the authorities before stay",
                now);
    this.system = config.verify() && file == null ? Authorities.system() : null;
    var shown = config.certificate();
    this.certificate = shown == null ? null : WatchedCertificate.ofUpstream(upstream, shown, now);
    this.context = build();
  }

  /**
   * Reads what is configured.
   *
   * @throws IOException if it can't be used; the message says which and why
   */
  static TlsClientKeeper open(
      String upstream,
      TlsClientConfig config,
      List<String> protocols,
      TlsIdentity.Engine engine,
      InstantSource clock)
      throws IOException {
    try {
      return new TlsClientKeeper(upstream, config, protocols, engine, clock);
    } catch (BadCertificate e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** What handshakes begin with from now on. From any thread. */
  SslContext context() {
    return context;
  }

  /** Begins to look by itself, until it is closed; not where there is nothing to look at. */
  void start() {
    if (ca == null && certificate == null) {
      return;
    }
    boolean areFilesWatched = !config.watch().isZero();
    Duration every = areFilesWatched ? config.watch() : TlsKeeper.WITHOUT_FILES;
    lookout =
        Lookout.start("tls to " + upstream, every, () -> look(false), () -> look(areFilesWatched));
  }

  /** Looks once at everything. Blocks on files. */
  synchronized void look(boolean areFilesWatched) {
    if (isClosed) {
      return;
    }
    Instant now = clock.instant();
    boolean isOther = false;
    if (areFilesWatched && ca != null && ca.look(now)) {
      isOther = true;
      LOG.info(
          "{}: the file has changed: from now on {} may vouch for endpoints",
          ca.label(),
          ca.current().names());
    }
    if (areFilesWatched && certificate != null) {
      isOther |= certificate.look(now);
    }
    if (isOther) {
      swap();
    }
    if (certificate != null) {
      certificate.remind(now);
    }
  }

  /** Connections that are open stay as they are; every later handshake is a full one. */
  private void swap() {
    SslContext old = context;
    try {
      context = build();
    } catch (IOException e) {
      LOG.error(
          "upstream {}: tls: what has changed can't be used: {}; what was before stays",
          upstream,
          e.getMessage());
      return;
    }
    ReferenceCountUtil.release(old);
  }

  private SslContext build() throws IOException {
    var policy =
        new TlsPolicy(config.minVersion(), TlsProfile.INTERMEDIATE, List.of(), TlsGroup.USUAL);
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .protocols(config.minVersion().andNewer())
            .ciphers(policy.cipherNames())
            .trustManager(trust())
            .endpointIdentificationAlgorithm("") // EndpointTrust does it
            .sessionCacheSize(SESSIONS)
            .sessionTimeout(SESSION_SECONDS)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    protocols));
    if (certificate != null) {
      builder.keyManager(OneKey.factory(certificate.current()));
    }
    return switch (engine) {
      case BORINGSSL ->
          builder
              .sslProvider(SslProvider.OPENSSL_REFCNT)
              .option(
                  OpenSslContextOption.GROUPS,
                  policy.groups().stream().map(TlsGroup::javaName).toArray(String[]::new))
              .option(OpenSslContextOption.USE_TASKS, false)
              .build();
      case JDK -> builder.sslProvider(SslProvider.JDK).build();
    };
  }

  private EndpointTrust trust() {
    Authorities believed = ca == null ? system : ca.current();
    return new EndpointTrust(
        believed == null ? null : new CertificateTrust(believed), config.pins(), engine, clock);
  }

  /** When no loop asks any more. */
  @Override
  public void close() {
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
    }
    if (lookout != null) {
      lookout.close();
    }
    ReferenceCountUtil.release(context);
  }
}
