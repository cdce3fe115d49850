package dev.signalbox;

import dev.signalbox.analysis.Inspection;
import dev.signalbox.analysis.InspectionJson.Checked;
import dev.signalbox.analysis.InspectionText;
import dev.signalbox.analysis.Site;
import dev.signalbox.config.Address;
import dev.signalbox.config.ConfigException;
import dev.signalbox.config.Problem;
import dev.signalbox.config.SourceLines;
import dev.signalbox.listener.BeforeRoutes;
import dev.signalbox.listener.ListenerConfig;
import dev.signalbox.listener.ProxyProtocol;
import dev.signalbox.net.tls.ClientAuthConfig;
import dev.signalbox.route.FindingId.Severity;
import dev.signalbox.upstream.EndpointConfig;
import dev.signalbox.upstream.UpstreamConfig;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What the proofs say about a configuration that can be used: the same for {@code check} and for
 * each load. Immutable; making one takes time, so control does it.
 */
public final class ConfigCheck {
  /** So long somebody who asks may wait; beyond it the rest is unknown, and that is said. */
  private static final Duration ASKED = Duration.ofSeconds(30);

  /** So long a start may take a processor from its requests, or wait, where it is strict. */
  private static final Duration AT_START = Duration.ofSeconds(5);

  /** So many findings are logged at a load; {@code check} has the others. */
  private static final int MOST_LOGGED = 20;

  private final String file;
  private final ServerConfig config;
  private final SourceLines source;
  private final Inspection inspection;

  private ConfigCheck(String file, ServerConfig config, SourceLines source, Inspection inspection) {
    this.file = file;
    this.config = config;
    this.source = source;
    this.inspection = inspection;
  }

  /**
   * Checks one, because somebody asks.
   *
   * @param file the name of the file that it was read from
   */
  public static ConfigCheck of(String file, ServerConfig config, SourceLines source) {
    int processors = Runtime.getRuntime().availableProcessors();
    return new ConfigCheck(file, config, source, inspection(config, ASKED, processors));
  }

  /** Checks one that is about to run, or has just begun to. */
  public static ConfigCheck atStart(ServerConfig config, SourceLines source) {
    return new ConfigCheck("", config, source, inspection(config, AT_START, 1));
  }

  private static Inspection inspection(ServerConfig config, Duration budget, int threads) {
    return Inspection.of(Rules.of(config), site(config), budget, threads);
  }

  /** Whether there is something that should be changed: more than notes. */
  public boolean hasMistakes() {
    return inspection.hasMistakes();
  }

  /** Whether the configuration asks not to be run like this. */
  public boolean isRefused() {
    return config.strict() && hasMistakes();
  }

  /** Every finding as a person reads it, and how many there are. */
  public String text(boolean colour) {
    return InspectionText.findings(inspection, source, colour)
        + file
        + ": "
        + InspectionText.summary(inspection)
        + (isRefused() ? "\nstrict: true: run refuses this file\n" : "\n");
  }

  /** What there is to say, for a report. */
  Checked checked() {
    return new Checked(file, List.of(), inspection);
  }

  /**
   * Does nothing, unless the configuration is strict and there is more than notes.
   *
   * @throws ConfigException with each finding
   */
  public void refuseIfStrict() {
    if (isRefused()) {
      List<Problem> problems =
          inspection.findings().stream()
              .filter(finding -> finding.id().severity() != Severity.NOTE)
              .map(finding -> InspectionText.problem(finding, source))
              .toList();
      throw new ConfigException(problems);
    }
  }

  /** Each finding in a line: what should be changed as a warning, and notes for those who look. */
  public void log(Logger log) {
    var findings = inspection.findings();
    findings.stream()
        .filter(finding -> finding.id().severity() != Severity.NOTE)
        .limit(MOST_LOGGED)
        .forEach(finding -> log.warn("{}", InspectionText.line(finding)));
    findings.stream()
        .filter(finding -> finding.id().severity() == Severity.NOTE)
        .forEach(finding -> log.debug("{}", InspectionText.line(finding)));
    if (findings.isEmpty()) {
      log.debug("check: {}", InspectionText.summary(inspection));
    } else {
      log.info("check: {} (see: signalbox check)", InspectionText.summary(inspection));
    }
  }

  private static Site site(ServerConfig config) {
    var doors = new ArrayList<Site.Door>();
    for (ListenerConfig listener : config.listeners()) {
      int port = listener.bind() instanceof Address.Tcp(var _, var given) ? given : 0;
      boolean hasTls = listener.tls() != null;
      doors.add(
          new Site.Door(
              listener.name(), port, hasTls, does(listener), own(listener), listener.at()));
    }
    var upstreams = new ArrayList<Site.Destination>();
    for (UpstreamConfig upstream : config.upstreams().values()) {
      upstreams.add(
          new Site.Destination(upstream.name(), upstream.at(), returns(upstream, config)));
    }
    return new Site(doors, upstreams);
  }

  /**
   * A listener with TLS asks routes about all that can arrive: here it is in question what does.
   */
  private static Site.Answer own(ListenerConfig listener) {
    if (listener.tls() != null) {
      return _ -> null;
    }
    var before = BeforeRoutes.of(listener);
    return head -> RouteQuestions.outcome(before.to(head, false, null, false));
  }

  private static Set<Site.Does> does(ListenerConfig listener) {
    var does = EnumSet.noneOf(Site.Does.class);
    var tls = listener.tls();
    if (tls != null && tls.clients().mode() != ClientAuthConfig.Mode.NONE) {
      does.add(Site.Does.ASK_FOR_CERTIFICATES);
    }
    if (listener.httpsRedirect().isEnabled()) {
      does.add(Site.Does.REDIRECT_TO_HTTPS);
    }
    if (listener.proxyProtocol() != ProxyProtocol.OFF) {
      does.add(Site.Does.TAKE_PROXIED);
    }
    return does;
  }

  private static Site.@Nullable Return returns(UpstreamConfig upstream, ServerConfig config) {
    for (EndpointConfig endpoint : upstream.endpoints()) {
      for (ListenerConfig listener : config.listeners()) {
        if (isThere(endpoint.address(), listener.bind())) {
          return new Site.Return(
              listener.name(), endpoint.address().toString(), upstream.preserveHost());
        }
      }
    }
    return null;
  }

  /** Whether what connects to the one certainly arrives at the other, on this machine. */
  private static boolean isThere(Address endpoint, Address bind) {
    if (!(endpoint instanceof Address.Tcp to && bind instanceof Address.Tcp at)) {
      return endpoint.equals(bind);
    }
    if (to.port() != at.port()) {
      return false;
    }
    if (at.host().isEmpty() || at.host().equals("0.0.0.0") || at.host().equals("::")) {
      return isLoopback(to.host());
    }
    return to.host().equals(at.host())
        || (to.host().equals("localhost") && at.host().equals("127.0.0.1"));
  }

  static boolean isLoopback(String host) {
    try {
      return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false; // another name
    }
  }
}
