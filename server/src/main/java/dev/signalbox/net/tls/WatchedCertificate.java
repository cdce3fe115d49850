package dev.signalbox.net.tls;

import dev.signalbox.net.tls.TlsConfig.Files;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate of ours and its files, over time: what is shown now, and what is said of it.
 * Belongs to its keeper.
 */
final class WatchedCertificate {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedCertificate.class);
  private static final Duration DAY = Duration.ofDays(1);
  private static final int FIRST_REMINDER = 30; // days before the end, and daily from then on
  private static final int WARNING = 14;
  private static final int ALARM = 7;

  private final Files files;
  private final String peers;
  private final Watched<TlsCertificate> watched;
  private TlsCertificate current; // with what was stapled to it
  private Instant saidAt = Instant.MIN;
  private @Nullable X500Principal ownAuthority; // the last that was told of

  private WatchedCertificate(Files files, String peers, Watched<TlsCertificate> watched) {
    this.files = files;
    this.peers = peers;
    this.watched = watched;
    this.current = watched.current();
  }

  /** One that a listener shows to clients. */
  static WatchedCertificate ofListener(String listener, Files files, Instant now)
      throws BadCertificate {
    return open(
        "listener " + listener, "clients", files, at -> TlsCertificate.load(files, at), now);
  }

  /** One that is shown to the endpoints of an upstream. */
  static WatchedCertificate ofUpstream(String upstream, Files files, Instant now)
      throws BadCertificate {
    return open(
        "upstream " + upstream,
        "endpoints",
        files,
        at -> TlsCertificate.loadForClient(files, at),
        now);
  }

  private static WatchedCertificate open(
      String owner, String peers, Files files, Watched.Load<TlsCertificate> load, Instant now)
      throws BadCertificate {
    return new WatchedCertificate(
        files,
        peers,
        Watched.open(
            owner + ": certificate " + files.cert(),
            List.of(files.cert(), files.key()),
            load,
            each -> "the one before stays, valid until " + TlsCertificate.time(each.notAfter()),
            now));
  }

  TlsCertificate current() {
    return current;
  }

  Files files() {
    return files;
  }

  /** For logs: whose it is, and the file. */
  String label() {
    return watched.label();
  }

  void staple(@Nullable Staple staple) {
    current = current.with(staple);
  }

  /** Whether the files hold another certificate now, which is the current one from now on. */
  boolean look(Instant now) {
    if (!watched.look(now)) {
      return false;
    }
    current = watched.current();
    saidAt = Instant.MIN;
    return true;
  }

  /** Says until when it is valid: once, and every day towards the end. */
  void remind(Instant now) {
    boolean isFirst = saidAt.equals(Instant.MIN);
    long days = status().daysLeft(now);
    if (!isFirst && (days >= FIRST_REMINDER || now.isBefore(saidAt.plus(DAY)))) {
      return;
    }
    saidAt = now;
    String until = TlsCertificate.time(current.notAfter());
    if (days < 0) {
      LOG.error("{} expired {}: {} refuse it; renew it now", label(), until, peers);
    } else if (days < ALARM) {
      LOG.error("{} expires in {} days, {}; renew it now", label(), days, until);
    } else if (days < WARNING) {
      LOG.warn("{} expires in {} days, {}; is its renewal under way?", label(), days, until);
    } else {
      LOG.info(
          "{} ({}, {}) is valid until {}, {} days",
          label(),
          status().names().stream()
              .findFirst() // what a client shows need name no host
              .orElseGet(() -> TlsCertificate.name(current.leaf())),
          status().keyType(),
          until,
          days);
    }
  }

  /**
   * Says where clients may not be able to complete the chain. Of an authority that this machine
   * does not know and that says nowhere where it is to be had, clients are likely to have been
   * told: that is a note, once.
   *
   * @param roots those that are known without being shown
   */
  void warnOfGap(Collection<X509Certificate> roots) {
    X500Principal issuer = current.missingIssuer(roots);
    if (issuer == null) {
      return;
    }
    if (current.saysWhereItsIssuerIs()) {
      LOG.warn(
          "{}: the chain is incomplete: {} issued the last certificate of the file, is not in it,"
              + " and is no root that this machine knows. Clients that do not know it either"
              + " refuse the certificate; append its certificate to the file",
          label(),
          issuer.getName());
    } else if (!issuer.equals(ownAuthority)) {
      ownAuthority = issuer;
      LOG.info(
          "{}: issued under {}, which is no root that this machine knows; clients must know it",
          label(),
          issuer.getName());
    }
  }

  TlsServer.Certificate status() {
    return new TlsServer.Certificate(
        files.cert(),
        List.copyOf(current.names().names()),
        current.isEcdsa() ? "ECDSA" : "RSA",
        current.notAfter(),
        current.staple() != null);
  }
}
