package dev.signalbox.net.tls;

import java.time.Duration;
import java.time.Instant;

/**
 * A responder's word that a certificate has not been revoked (RFC 6960), checked, as clients are
 * shown it. Immutable.
 */
final class Staple {
  private final byte[] response;
  private final Instant from;
  private final Instant until;

  /**
   * @param response in DER
   * @param until when clients no longer take it
   */
  Staple(byte[] response, Instant from, Instant until) {
    this.response = response.clone();
    this.from = from;
    this.until = until;
  }

  byte[] response() {
    return response.clone();
  }

  Instant until() {
    return until;
  }

  boolean isValid(Instant now) {
    return now.isBefore(until);
  }

  /** When it is half through. */
  Instant halfLife() {
    return from.plus(Duration.between(from, until).dividedBy(2));
  }
}
