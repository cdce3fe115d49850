package dev.signalbox.admin;

import dev.signalbox.net.tls.TlsServer;
import dev.signalbox.upstream.EndpointCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What there is to tell of a running server at one moment. Gathered when somebody asks. Immutable.
 *
 * @param startedAt when the process began
 * @param at the moment
 * @param bufferBytes what is held in buffers
 * @param certificates those that listeners show, the soonest to expire first
 */
public record Status(
    Program program,
    Instant startedAt,
    Instant at,
    long bufferBytes,
    List<Listener> listeners,
    List<Upstream> upstreams,
    List<Certificate> certificates) {
  /** From so many days on, somebody should look after a certificate. */
  static final int FEW_DAYS = 21;

  /** What runs, and on what. */
  public record Program(
      String version, String jdk, String netty, String transport, int loops, long pid) {}

  /**
   * A listener, and how full it is.
   *
   * @param address as it was really bound
   */
  public record Listener(
      String name, String address, boolean hasTls, int connections, int maxConnections) {}

  /** An upstream, and what goes on at its endpoints. */
  public record Upstream(String name, List<EndpointCounts> endpoints) {
    public Upstream {
      endpoints = List.copyOf(endpoints);
    }
  }

  /** A certificate, and the listener that shows it. */
  public record Certificate(String listener, TlsServer.Certificate shown) {}

  public Status {
    listeners = List.copyOf(listeners);
    upstreams = List.copyOf(upstreams);
    certificates =
        certificates.stream()
            .sorted(Comparator.comparing(certificate -> certificate.shown().notAfter()))
            .toList();
  }

  Duration uptime() {
    return Duration.between(startedAt, at);
  }

  long daysLeft(Certificate certificate) {
    return certificate.shown().daysLeft(at);
  }

  boolean expiresSoon(Certificate certificate) {
    return daysLeft(certificate) < FEW_DAYS;
  }

  /** What somebody should look after, each in a sentence without a full stop. */
  List<String> findings() {
    var findings = new ArrayList<String>();
    for (var certificate : certificates) {
      if (expiresSoon(certificate)) {
        findings.add(
            "certificate "
                + name(certificate)
                + " ("
                + certificate.shown().keyType()
                + ") of listener "
                + certificate.listener()
                + " "
                + expiry(daysLeft(certificate)));
      }
    }
    for (var upstream : upstreams) {
      for (var endpoint : upstream.endpoints()) {
        if (endpoint.trouble() != null) {
          findings.add(
              "endpoint "
                  + endpoint.address()
                  + " of upstream "
                  + upstream.name()
                  + ": "
                  + endpoint.trouble());
        }
      }
    }
    return findings;
  }

  /** The first of the hosts that it covers. */
  static String name(Certificate certificate) {
    var names = certificate.shown().names();
    return names.isEmpty() ? certificate.shown().file().toString() : names.getFirst();
  }

  private static String expiry(long daysLeft) {
    if (daysLeft < 0) {
      return "has expired: clients refuse it";
    }
    return daysLeft == 0
        ? "expires within a day"
        : "expires in " + daysLeft + (daysLeft == 1 ? " day" : " days");
  }
}
