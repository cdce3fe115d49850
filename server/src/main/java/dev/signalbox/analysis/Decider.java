package dev.signalbox.analysis;

import dev.signalbox.analysis.Decision.Arrival;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Nearest;
import dev.signalbox.http.Ascii;
import dev.signalbox.route.Captures;
import dev.signalbox.route.GeoDatabase;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteTable;
import dev.signalbox.route.RouteTrace;
import dev.signalbox.route.WrittenRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides about requests that nobody sent, by the table that serving asks. Immutable; any thread
 * may use it.
 */
public final class Decider {
  private final RouteFile file;
  private final RouteTable<Rule> table;
  private final Instant now;
  private final GeoDatabase geo;

  /**
   * @param now the time of requests that say none
   */
  public Decider(RouteFile file, Instant now, GeoDatabase geo) {
    this.file = file;
    this.now = now;
    this.geo = geo;
    this.table =
        RouteTable.of(
            file.rules().stream()
                .map(rule -> new Route<>(rule.name(), rule.match(), rule))
                .toList());
  }

  public RouteFile file() {
    return file;
  }

  /**
   * Where a request goes.
   *
   * @throws InvalidValue if the server would refuse it, or its listener is not known
   */
  public Decision decide(WrittenRequest asked) {
    var arrival = arrival(asked);
    var listener = arrival.listener();
    var request = asked.arriving(listener.name(), listener.isSecure(), now, geo);
    var own = listener.gate().outcome(request, serverName(asked, listener));
    if (own != null) {
      return new Decision(asked, request, arrival, null, Captures.none(), own, true);
    }
    var found = table.find(request);
    if (found == null) {
      var none = new Outcome.Unrouted();
      return new Decision(asked, request, arrival, null, Captures.none(), none, false);
    }
    var rule = found.value();
    var captures = Captures.of(rule.match(), request);
    var outcome = Outcome.of(rule, request, captures);
    return new Decision(asked, request, arrival, rule, captures, outcome, false);
  }

  /** A client that says nothing else asks for the URL's host, and for no address (RFC 6066 §3). */
  private static @Nullable String serverName(WrittenRequest asked, Entrance listener) {
    if (asked.sni() != null) {
      return asked.sni();
    }
    if (asked.method().equals("CONNECT")) { // its host is where the tunnel leads, not who opens it
      return listener.example().isEmpty() ? null : listener.example();
    }
    var host = asked.urlHost();
    return host == null || host.matches("[\\[0-9].*[0-9\\]]") ? null : host;
  }

  RouteTrace<Rule> trace(OfflineRequest request) {
    return RouteTrace.of(table, request);
  }

  /** The request, and where it arrives. */
  OfflineRequest arriving(WrittenRequest asked) {
    var listener = arrival(asked).listener();
    return asked.arriving(listener.name(), listener.isSecure(), now, geo);
  }

  private Arrival arrival(WrittenRequest asked) {
    if (!asked.method().equals("CONNECT")) {
      return arrivalByUrl(asked);
    }
    var name = asked.listener(); // the port of such a request is none of ours
    var taker =
        file.listeners().stream()
            .filter(one -> one.takesConnect() && (name == null || one.name().equals(name)))
            .findFirst();
    if (taker.isPresent()) {
      boolean isOnly = file.listeners().size() == 1;
      return new Arrival(
          taker.get(),
          name != null ? "as asked" : isOnly ? "the only one" : "the first that takes CONNECT");
    }
    var refuses =
        name == null ? "every listener" : "listener " + arrivalByUrl(asked).listener().name();
    throw new InvalidValue(
        "CONNECT", "is refused with 405 by " + refuses, "connect: true on the listener");
  }

  private Arrival arrivalByUrl(WrittenRequest asked) {
    var listeners = file.listeners();
    var name = asked.listener();
    if (name != null) {
      return listeners.stream()
          .filter(listener -> listener.name().equals(name))
          .findFirst()
          .map(listener -> new Arrival(listener, "as asked"))
          .orElseThrow(() -> unknownListener(name));
    }
    if (listeners.size() == 1) {
      return new Arrival(listeners.getFirst(), "the only one");
    }
    boolean firstIsSecure = listeners.getFirst().isSecure();
    var request = asked.arriving("", firstIsSecure, now, geo);
    var head = request.head();
    var authority = Ascii.text(head.bytes(), head.authorityStart(), head.authorityEnd());
    int colon = authority.indexOf(':', Math.max(0, authority.lastIndexOf(']')));
    boolean isSaid = colon >= 0 && colon < authority.length() - 1;
    boolean isSecure = request.isSecure();
    int port = isSaid ? Integer.parseInt(authority.substring(colon + 1)) : isSecure ? 443 : 80;
    var byPort =
        listeners.stream().filter(listener -> port > 0 && listener.port() == port).findFirst();
    if (byPort.isPresent()) {
      return new Arrival(byPort.get(), "by its port");
    }
    var noPort = isSaid ? ", since none has port " + port : "";
    return listeners.stream()
        .filter(listener -> listener.isSecure() == isSecure && isSecure != firstIsSecure)
        .findFirst()
        .map(listener -> new Arrival(listener, "the first of " + scheme(isSecure) + noPort))
        .orElseGet(() -> new Arrival(listeners.getFirst(), "the first" + noPort));
  }

  private static String scheme(boolean isSecure) {
    return isSecure ? "https" : "http";
  }

  private InvalidValue unknownListener(String name) {
    var names = file.listeners().stream().map(Entrance::name).toList();
    var nearest = Nearest.to(name, names);
    return new InvalidValue(
        name, "is no listener of the file", nearest == null ? String.join(" or ", names) : nearest);
  }
}
