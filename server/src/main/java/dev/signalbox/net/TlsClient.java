package dev.signalbox.net;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;

/**
 * The client's side of TLS towards the endpoints of one upstream: whom to believe, what to show,
 * and the sessions that later handshakes resume. Opened, reloaded and closed by control; loops ask
 * it once a connection.
 */
public final class TlsClient implements AutoCloseable {
  /** Sessions of all endpoints together; each that TLS 1.3 gives serves once. */
  private static final int SESSIONS = 2048;

  private static final int SESSION_SECONDS = 3600;

  private final TlsClientConfig config;
  private final List<String> protocols;
  private final TlsIdentity.Engine engine;
  private volatile SslContext context; // written by control

  private TlsClient(
      TlsClientConfig config,
      List<String> protocols,
      TlsIdentity.Engine engine,
      SslContext context) {
    this.config = config;
    this.protocols = protocols;
    this.engine = engine;
    this.context = context;
  }

  /**
   * Reads the authorities, and the certificate if there is one.
   *
   * @param protocols what may follow the handshake, by ALPN, best first
   * @throws IOException if they can't be used; the message says which and why
   */
  public static TlsClient open(TlsClientConfig config, List<String> protocols) throws IOException {
    return open(
        config,
        protocols,
        OpenSsl.isAvailable() ? TlsIdentity.Engine.BORINGSSL : TlsIdentity.Engine.JDK);
  }

  static TlsClient open(TlsClientConfig config, List<String> protocols, TlsIdentity.Engine engine)
      throws IOException {
    var offered = List.copyOf(protocols);
    return new TlsClient(config, offered, engine, build(config, offered, engine));
  }

  /**
   * Reads the files again; what is open stays as it is, and every later handshake is a full one
   * under the new ones. Where they can't be used, the old ones stay.
   *
   * @throws IOException if they can't be used; the message says which and why
   */
  public void reload() throws IOException {
    SslContext old = context;
    context = build(config, protocols, engine);
    ReferenceCountUtil.release(old);
  }

  /** The files that {@link #reload} reads. */
  public List<Path> files() {
    return config.files();
  }

  private static SslContext build(
      TlsClientConfig config, List<String> protocols, TlsIdentity.Engine engine)
      throws IOException {
    var policy =
        new TlsPolicy(config.minVersion(), TlsProfile.INTERMEDIATE, List.of(), TlsGroup.USUAL);
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .protocols(config.minVersion().andNewer())
              .ciphers(policy.cipherNames())
              .trustManager(trust(config, engine))
              .endpointIdentificationAlgorithm("") // EndpointTrust does it
              .sessionCacheSize(SESSIONS)
              .sessionTimeout(SESSION_SECONDS)
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      ApplicationProtocolConfig.Protocol.ALPN,
                      ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                      ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                      protocols));
      TlsConfig.Files shown = config.certificate();
      if (shown != null) {
        builder.keyManager(OneKey.factory(TlsCertificate.loadForClient(shown, Instant.now())));
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
    } catch (BadCertificate e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static EndpointTrust trust(TlsClientConfig config, TlsIdentity.Engine engine)
      throws BadCertificate, IOException {
    CertificateTrust trust = null;
    if (config.verify()) {
      Path ca = config.ca();
      trust =
          new CertificateTrust(
              ca == null ? Authorities.system() : Authorities.read(ca, Instant.now()));
    }
    return new EndpointTrust(trust, config.pins(), engine, InstantSource.system());
  }

  /**
   * Begins a handshake on a connection that nobody has started, and takes ownership of it. The new
   * connection is started by its receiver, within the call that tells of it.
   *
   * @param host the endpoint's own, which counts where the configuration names no other
   * @param endpoint its number from 1: sessions are resumed with the endpoint that gave them
   * @return gives it up when it is run
   */
  public Runnable connect(Connection below, String host, int endpoint, ConnectEvents events) {
    String configured = config.serverName();
    String name = configured == null ? host : configured;
    return TlsConnector.connect(below, engine(below, name, endpoint), name, events);
  }

  private TlsEngine engine(Connection below, String name, int endpoint) {
    SslContext current = take();
    try {
      // The port is but a part of the key of sessions.
      SSLEngine made = current.newHandler(below.loop().allocator(), name, endpoint).engine();
      if (!isAddress(name)) { // RFC 6066 §3; by themselves, engines leave out names without a dot
        var parameters = made.getSSLParameters();
        parameters.setServerNames(
            List.of(new SNIHostName(name.getBytes(StandardCharsets.US_ASCII))));
        made.setSSLParameters(parameters);
      }
      return new JavaEngine(made);
    } finally {
      ReferenceCountUtil.release(current);
    }
  }

  /** Holds the context against a reload in this moment. */
  @SuppressWarnings("ReferenceEquality") // whether it is still this very one
  private SslContext take() {
    while (true) {
      SslContext current = context;
      try {
        return ReferenceCountUtil.retain(current);
      } catch (IllegalReferenceCountException e) {
        if (current == context) {
          throw e; // closed
        }
      }
    }
  }

  private static boolean isAddress(String name) {
    return NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
  }

  /** When no loop asks any more. */
  @Override
  public void close() {
    ReferenceCountUtil.release(context);
  }
}
