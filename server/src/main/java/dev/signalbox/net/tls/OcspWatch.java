package dev.signalbox.net.tls;

import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one certificate's staple fresh: asks the responder in the background, again at half of the
 * answer's life, and after a failure more and more rarely. No handshake ever waits for it. Belongs
 * to its {@link TlsKeeper}; only the asking has a thread of its own.
 */
final class OcspWatch {
  private static final Logger LOG = LoggerFactory.getLogger(OcspWatch.class);
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final WatchedCertificate certificate;
  private @Nullable X509Certificate asked; // for which the fields below are
  private @Nullable URI responder;
  private @Nullable X509Certificate issuer;
  private Instant askAt = Instant.MIN;
  private Duration pause = FIRST_PAUSE;
  private @Nullable Question question; // under way

  /** One question and its answer. */
  private static final class Question implements Runnable {
    private final URI responder;
    private final X509Certificate leaf;
    private final X509Certificate issuer;
    private volatile @Nullable Staple staple; // written by its thread, like these
    private volatile @Nullable String failure;

    Question(URI responder, X509Certificate leaf, X509Certificate issuer) {
      this.responder = responder;
      this.leaf = leaf;
      this.issuer = issuer;
    }

    @Override
    public void run() {
      try {
        byte[] response = Ocsp.ask(responder, Ocsp.request(leaf, issuer));
        staple = Ocsp.check(response, leaf, issuer, Instant.now());
      } catch (IOException | RuntimeException e) { // whatever a responder's bytes lead a parser to
        failure = String.valueOf(e.getMessage());
      }
    }
  }

  OcspWatch(WatchedCertificate certificate) {
    this.certificate = certificate;
  }

  /** Whether the certificate's staple is another one now. */
  boolean look(Instant now) {
    X509Certificate leaf = certificate.current().leaf();
    if (!leaf.equals(asked)) {
      begin(leaf);
    }
    boolean isOther = takeAnswer(now);
    Staple staple = certificate.current().staple();
    if (staple != null && !staple.isValid(now)) {
      LOG.error(
          "{}: ocsp: the responder's last answer was valid until {}; nothing is stapled any more",
          certificate.label(),
          TlsCertificate.time(staple.until()));
      certificate.staple(null);
      isOther = true;
    }
    URI url = responder;
    X509Certificate by = issuer;
    if (question == null && url != null && by != null && !now.isBefore(askAt)) {
      var next = new Question(url, leaf, by);
      question = next;
      Thread.ofVirtual().name("ocsp").start(next);
    }
    return isOther;
  }

  private void begin(X509Certificate leaf) {
    asked = leaf;
    question = null; // whoever answers now answers to nobody
    askAt = Instant.MIN;
    pause = FIRST_PAUSE;
    responder = Ocsp.responder(leaf);
    issuer = responder == null ? null : certificate.current().issuer(Roots.ofThisMachine());
    if (responder == null) {
      LOG.info(
          "{}: ocsp: it names no responder, so nothing is stapled; clients expect nothing",
          certificate.label());
    } else if (issuer == null) {
      LOG.warn(
          "{}: ocsp: the certificate of its issuer is not in the file, so nobody can be asked;"
              + " append it",
          certificate.label());
    }
  }

  private boolean takeAnswer(Instant now) {
    Question asking = question;
    if (asking == null) {
      return false;
    }
    Staple staple = asking.staple;
    String failure = asking.failure;
    if (staple == null && failure == null) {
      return false;
    }
    question = null;
    if (staple != null) {
      Instant soonest = now.plus(FIRST_PAUSE);
      askAt = staple.halfLife().isAfter(soonest) ? staple.halfLife() : soonest;
      pause = FIRST_PAUSE;
      LOG.info(
          "{}: ocsp: {} says that it is good; stapled until {}",
          certificate.label(),
          asking.responder.getHost(),
          TlsCertificate.time(staple.until()));
      certificate.staple(staple);
      return true;
    }
    Staple old = certificate.current().staple();
    LOG.warn(
        "{}: ocsp: no answer of {} that can be used: {}; {}, asked again in {} min",
        certificate.label(),
        asking.responder,
        failure,
        old == null
            ? "nothing is stapled"
            : "the one before is stapled until " + TlsCertificate.time(old.until()),
        pause.toMinutes());
    askAt = now.plus(pause);
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    return false;
  }
}
