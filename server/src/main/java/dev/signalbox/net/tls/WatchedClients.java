package dev.signalbox.net.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom a listener lets in, over time: authorities and revocation lists with their files, and what
 * is said of them. Belongs to its {@link TlsKeeper}.
 */
final class WatchedClients {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedClients.class);

  private final ClientAuthConfig config;
  private final TlsIdentity.Engine engine;
  private final InstantSource clock;
  private final Watched<Authorities> ca;
  private final @Nullable Watched<Revocations> crl;
  private final Set<X509CRL> toldToHaveRunOut = Collections.newSetFromMap(new IdentityHashMap<>());
  private ClientTrust current;

  private WatchedClients(
      ClientAuthConfig config,
      TlsIdentity.Engine engine,
      InstantSource clock,
      Watched<Authorities> ca,
      @Nullable Watched<Revocations> crl) {
    this.config = config;
    this.engine = engine;
    this.clock = clock;
    this.ca = ca;
    this.crl = crl;
    this.current = trust();
  }

  /**
   * Reads its files; null where nobody is asked.
   *
   * @throws IOException if they can't be used; the message says which and why
   */
  static @Nullable WatchedClients open(
      String listener, ClientAuthConfig config, TlsIdentity.Engine engine, InstantSource clock)
      throws IOException {
    if (config.mode() == ClientAuthConfig.Mode.NONE) {
      return null;
    }
    Path authorities = Objects.requireNonNull(config.ca());
    Path lists = config.crl();
    Instant now = clock.instant();
    try {
      return new WatchedClients(
          config,
          engine,
          clock,
          Watched.open(
              "listener " + listener + ": ca " + authorities,
              List.of(authorities),
              at -> Authorities.read(authorities, at),
              _ -> "the authorities before stay",
              now),
          lists == null
              ? null
              : Watched.open(
                  "listener " + listener + ": crl " + lists,
                  List.of(lists),
                  at -> Revocations.read(lists, at),
                  _ -> "the lists before stay",
                  now));
    } catch (BadCertificate e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private ClientTrust trust() {
    return new ClientTrust(
        config,
        engine,
        new CertificateTrust(ca.current()),
        crl == null ? null : crl.current(),
        clock);
  }

  ClientTrust current() {
    return current;
  }

  /** Whether others are let in now, by the current trust from now on. */
  boolean look(Instant now) {
    boolean isOther = false;
    if (ca.look(now)) {
      isOther = true;
      LOG.info(
          "{}: the file has changed: from now on {} may vouch for clients",
          ca.label(),
          ca.current().names());
    }
    if (crl != null && crl.look(now)) {
      isOther = true;
      toldToHaveRunOut.clear();
      LOG.info(
          "{}: the file has changed: its lists name {} certificates",
          crl.label(),
          crl.current().size());
    }
    if (isOther) {
      current = trust();
    }
    return isOther;
  }

  /** Says which lists have run out, each once: their issuers vouch for nobody any more. */
  void remind(Instant now) {
    if (crl == null) {
      return;
    }
    for (X509CRL list : crl.current().lists()) {
      Date end = list.getNextUpdate();
      if (end != null && now.isAfter(end.toInstant()) && toldToHaveRunOut.add(list)) {
        LOG.error(
            "{}: the list of {} ran out {}: clients for whom it vouches are refused; renew it now",
            crl.label(),
            list.getIssuerX500Principal().getName(),
            TlsCertificate.time(end.toInstant()));
      }
    }
  }
}
