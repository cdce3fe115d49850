package dev.signalbox.route;

import dev.signalbox.config.Cidr;
import dev.signalbox.http.Ascii;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The condition of a route, and its one meaning: what {@link #matches} says. The compiled table,
 * the trace and the proofs are all judged by it. Immutable.
 *
 * <p>A new kind of condition is a record that implements {@link Detail}, here or in a file of its
 * own, and a word in its {@code permits}. Only a kind that the table is to index, or that captures,
 * needs more.
 */
public sealed interface Match {
  /** A condition on the host alone. */
  sealed interface Host extends Match {}

  /** A condition on the path alone. */
  sealed interface Path extends Match permits PathIs, PathUnder, PathMatches, PathTemplate {}

  /**
   * A condition on one thing that is neither host nor path: the table finds first and then asks.
   */
  sealed interface Detail extends Match
      permits MethodIs,
          FieldMatch,
          SchemeIs,
          ListenerIs,
          SourceIn,
          AcceptsType,
          AuthorizationIs,
          BodyField,
          ClientCertIs,
          ContentTypeIs,
          ContinentIn,
          CountryIn,
          DeviceIs,
          LanguageIs,
          PercentOf,
          TimeIn {
    /** What it is about, as a configuration calls it: {@code method}, {@code header x-user}. */
    String subject();

    /** What it wants there; with the subject before it, the whole condition. */
    String wanted();

    /** What the request has there, for people; empty where it has nothing. */
    String actual(RouteRequest request);
  }

  /** Whether the request meets the condition. Allocates only for what is said to allocate. */
  boolean matches(RouteRequest request);

  /** The names that every request which meets it has captures for. */
  default Set<String> captureNames() {
    return Set.of();
  }

  /** Every request. */
  static Match everything() {
    return new All(List.of());
  }

  /** The host is this one. */
  record HostIs(String host) implements Host {
    public HostIs {
      require(!host.isEmpty() && isNormal(host), "host", host, "lower-case ASCII");
    }

    @Override
    public boolean matches(RouteRequest request) {
      var head = request.head();
      return head.hostEnd() - head.hostStart() == host.length() // ASCII, both
          && TextInBytes.equal(head.bytes(), head.hostStart(), head.hostEnd(), host, false);
    }

    @Override
    public String toString() {
      return "host " + host;
    }
  }

  /** The host is one or more labels in front of this domain: {@code *.example.com}. */
  record HostBelow(String domain) implements Host {
    public HostBelow {
      require(!domain.isEmpty() && isNormal(domain), "domain", domain, "lower-case ASCII");
    }

    @Override
    public boolean matches(RouteRequest request) {
      var head = request.head();
      int dot = head.hostEnd() - domain.length() - 1;
      return dot > head.hostStart()
          && head.bytes()[dot] == '.'
          && TextInBytes.equal(head.bytes(), dot + 1, head.hostEnd(), domain, false);
    }

    @Override
    public String toString() {
      return "host *." + domain;
    }
  }

  /** The whole host matches; a request without one has the empty host. Allocates. */
  record HostMatches(Regex regex) implements Host {
    @Override
    public boolean matches(RouteRequest request) {
      var head = request.head();
      return regex.matches(head.bytes(), head.hostStart(), head.hostEnd());
    }

    @Override
    public Set<String> captureNames() {
      return regex.names();
    }

    @Override
    public String toString() {
      return "host regex " + regex;
    }
  }

  /** The path is this one, to the byte. */
  record PathIs(String path) implements Path {
    public PathIs {
      require(path.startsWith("/") && isAscii(path), "path", path, "ASCII that starts with /");
    }

    @Override
    public boolean matches(RouteRequest request) {
      var head = request.head();
      return TextInBytes.equal(head.bytes(), head.pathStart(), head.pathEnd(), path, false);
    }

    @Override
    public String toString() {
      return "path " + path;
    }
  }

  /** The path is this one or lies below it: {@code /x/**}; the empty one stands for the root. */
  record PathUnder(String path) implements Path {
    public PathUnder {
      require(
          path.isEmpty() || (path.startsWith("/") && isAscii(path)),
          "path",
          path,
          "ASCII that starts with /");
    }

    @Override
    public boolean matches(RouteRequest request) {
      var head = request.head();
      int end = head.pathStart() + path.length();
      return end <= head.pathEnd()
          && TextInBytes.equal(head.bytes(), head.pathStart(), end, path, false)
          && (end == head.pathEnd() ? !path.isEmpty() : head.bytes()[end] == '/');
    }

    @Override
    public String toString() {
      return "path " + path + "/**";
    }
  }

  /** The whole path matches. Allocates. */
  record PathMatches(Regex regex) implements Path {
    @Override
    public boolean matches(RouteRequest request) {
      var head = request.head();
      return regex.matches(head.bytes(), head.pathStart(), head.pathEnd());
    }

    @Override
    public Set<String> captureNames() {
      return regex.names();
    }

    @Override
    public String toString() {
      return "path regex " + regex;
    }
  }

  /** The method is one of these, to the case (RFC 9110 §9.1). */
  record MethodIs(List<String> methods) implements Detail {
    public MethodIs {
      methods = distinct(methods);
      methods.forEach(m -> require(Ascii.isToken(m), "method", m, "a token"));
    }

    @Override
    public boolean matches(RouteRequest request) {
      var head = request.head();
      for (int i = 0; i < methods.size(); i++) { // no iterator, which would be an object
        if (TextInBytes.equal(
            head.bytes(), head.methodStart(), head.methodEnd(), methods.get(i), false)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String subject() {
      return "method";
    }

    @Override
    public String wanted() {
      return String.join(" or ", methods);
    }

    @Override
    public String actual(RouteRequest request) {
      return request.head().methodText();
    }

    @Override
    public String toString() {
      return subject() + " " + wanted();
    }
  }

  /** The request has this field, and its value passes. Allocates for fields that must be made. */
  record FieldMatch(Field field, TextTest test) implements Detail {
    @Override
    public boolean matches(RouteRequest request) {
      long range = FieldValue.find(field, request);
      if (range == FieldValue.ABSENT) {
        return false;
      }
      if (test instanceof TextTest.Present) {
        return true;
      }
      if (range == FieldValue.ELSEWHERE) {
        var copy = FieldValue.copy(field, request);
        return test.holds(copy, 0, copy.length);
      }
      return test.holds(request.head().bytes(), FieldValue.start(range), FieldValue.end(range));
    }

    @Override
    public Set<String> captureNames() {
      return test instanceof TextTest.Matches(var regex) ? regex.names() : Set.of();
    }

    @Override
    public String subject() {
      return field.toString();
    }

    @Override
    public String wanted() {
      return test.toString();
    }

    @Override
    public String actual(RouteRequest request) {
      var text = field.text(request);
      return text == null ? "" : text.isEmpty() ? "\"\"" : text;
    }

    @Override
    public String toString() {
      return subject() + " " + wanted();
    }
  }

  /** The connection is encrypted, or is not. */
  record SchemeIs(boolean isSecure) implements Detail {
    @Override
    public boolean matches(RouteRequest request) {
      return request.isSecure() == isSecure;
    }

    @Override
    public String subject() {
      return "scheme";
    }

    @Override
    public String wanted() {
      return isSecure ? "https" : "http";
    }

    @Override
    public String actual(RouteRequest request) {
      return request.isSecure() ? "https" : "http";
    }

    @Override
    public String toString() {
      return subject() + " " + wanted();
    }
  }

  /** The request arrived at one of these listeners. */
  record ListenerIs(List<String> listeners) implements Detail {
    public ListenerIs {
      listeners = distinct(listeners);
    }

    @Override
    public boolean matches(RouteRequest request) {
      for (int i = 0; i < listeners.size(); i++) {
        if (listeners.get(i).equals(request.listener())) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String subject() {
      return "listener";
    }

    @Override
    public String wanted() {
      return String.join(" or ", listeners);
    }

    @Override
    public String actual(RouteRequest request) {
      return request.listener();
    }

    @Override
    public String toString() {
      return subject() + " " + wanted();
    }
  }

  /** The client's address is in one of these networks; one that is not known is in none. */
  record SourceIn(List<Cidr> networks) implements Detail {
    public SourceIn {
      networks = List.copyOf(networks);
    }

    @Override
    public boolean matches(RouteRequest request) {
      var client = request.client();
      if (client == null) {
        return false;
      }
      byte[] address = client.getAddress();
      for (int i = 0; i < networks.size(); i++) {
        if (networks.get(i).contains(address)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String subject() {
      return "source";
    }

    @Override
    public String wanted() {
      return networks.stream().map(Cidr::toString).collect(Collectors.joining(" or "));
    }

    @Override
    public String actual(RouteRequest request) {
      var client = request.client();
      return client == null ? "" : client.getHostAddress();
    }

    @Override
    public String toString() {
      return subject() + " " + wanted();
    }
  }

  /** All of these; of none, everything. */
  record All(List<Match> matches) implements Match {
    public All {
      matches = List.copyOf(matches);
    }

    @Override
    public boolean matches(RouteRequest request) {
      for (int i = 0; i < matches.size(); i++) {
        if (!matches.get(i).matches(request)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public Set<String> captureNames() {
      var names = new LinkedHashSet<String>();
      matches.forEach(match -> names.addAll(match.captureNames()));
      return names;
    }

    @Override
    public String toString() {
      return matches.isEmpty() ? "everything" : joined(matches, " and ");
    }
  }

  /** At least one of these; of none, nothing. Captures are those of the first that is met. */
  record Any(List<Match> matches) implements Match {
    public Any {
      matches = List.copyOf(matches);
    }

    @Override
    public boolean matches(RouteRequest request) {
      for (int i = 0; i < matches.size(); i++) {
        if (matches.get(i).matches(request)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public Set<String> captureNames() {
      if (matches.isEmpty()) {
        return Set.of();
      }
      var names = new LinkedHashSet<>(matches.getFirst().captureNames());
      matches.forEach(match -> names.retainAll(match.captureNames()));
      return names;
    }

    @Override
    public String toString() {
      return matches.isEmpty() ? "nothing" : joined(matches, " or ");
    }
  }

  /** Whatever that does not match. */
  record Not(Match match) implements Match {
    @Override
    public boolean matches(RouteRequest request) {
      return !match.matches(request);
    }

    @Override
    public String toString() {
      return match instanceof FieldMatch(var field, TextTest.Present())
          ? field + " absent"
          : "not " + nested(match);
    }
  }

  /** As a configuration writes it: {@code shop.example.com} or {@code *.example.com}. */
  static Host host(String text) {
    return text.startsWith("*.") ? new HostBelow(text.substring(2)) : new HostIs(text);
  }

  /** As a configuration writes it: {@code /login}, {@code /assets/**} or {@code /users/{id}}. */
  static Path path(String text) {
    if (text.indexOf('{') >= 0) {
      return PathTemplate.parse(text);
    }
    return text.endsWith("/**")
        ? new PathUnder(text.substring(0, text.length() - 3))
        : new PathIs(text);
  }

  /** One of the hosts and one of the paths, each as {@link #host} and {@link #path} read them. */
  static Match of(List<String> hosts, List<String> paths) {
    var anyHost = anyOf(hosts.stream().<Match>map(Match::host).toList());
    var anyPath = anyOf(paths.stream().<Match>map(Match::path).toList());
    if (hosts.isEmpty()) {
      return paths.isEmpty() ? everything() : anyPath;
    }
    return paths.isEmpty() ? anyHost : new All(List.of(anyHost, anyPath));
  }

  /** At least one of these; one alone stays as it is. */
  static Match anyOf(List<? extends Match> matches) {
    return matches.size() == 1 ? matches.getFirst() : new Any(List.copyOf(matches));
  }

  /** All of these; one alone stays as it is. */
  static Match allOf(List<? extends Match> matches) {
    return matches.size() == 1 ? matches.getFirst() : new All(List.copyOf(matches));
  }

  private static List<String> distinct(List<String> texts) {
    return List.copyOf(new LinkedHashSet<>(texts));
  }

  private static boolean isNormal(String host) {
    return isAscii(host) && host.chars().noneMatch(c -> c >= 'A' && c <= 'Z');
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  private static void require(boolean fine, String what, String value, String expected) {
    if (!fine) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: " + expected + ")");
    }
  }

  private static String joined(List<Match> matches, String word) {
    return matches.stream().map(Match::nested).collect(Collectors.joining(word));
  }

  private static String nested(Match match) {
    return switch (match) {
      case All(var all) when all.size() > 1 -> "(" + match + ")";
      case Any(var any) when any.size() > 1 -> "(" + match + ")";
      case Detail detail when detail.wanted().contains(" or ") -> "(" + match + ")";
      case All _, Any _, Not _, Host _, Path _, Detail _ -> match.toString();
    };
  }
}
