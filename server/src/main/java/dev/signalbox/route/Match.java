package dev.signalbox.route;

import dev.signalbox.http.RequestHead;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The condition of a route, and its one meaning: what {@link #matches} says. The compiled table,
 * the trace and the proofs are all judged by it. Immutable.
 *
 * <p>It reads the normalised request: the host in lower case without port and trailing dot, the
 * path without query. A new kind of condition is a new record here; each {@code switch} that must
 * learn of it stops compiling.
 */
public sealed interface Match {
  /** A condition on the host alone. */
  sealed interface Host extends Match {}

  /** A condition on the path alone. */
  sealed interface Path extends Match {}

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
    public String toString() {
      return "host *." + domain;
    }
  }

  /** The path is this one, to the byte. */
  record PathIs(String path) implements Path {
    public PathIs {
      require(path.startsWith("/") && isAscii(path), "path", path, "ASCII that starts with /");
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
    public String toString() {
      return "path " + path + "/**";
    }
  }

  /** All of these; of none, everything. */
  record All(List<Match> matches) implements Match {
    public All {
      matches = List.copyOf(matches);
    }

    @Override
    public String toString() {
      return matches.isEmpty() ? "everything" : joined(matches, " and ");
    }
  }

  /** At least one of these; of none, nothing. */
  record Any(List<Match> matches) implements Match {
    public Any {
      matches = List.copyOf(matches);
    }

    @Override
    public String toString() {
      return matches.isEmpty() ? "nothing" : joined(matches, " or ");
    }
  }

  /** Whatever that does not match. */
  record Not(Match match) implements Match {
    @Override
    public String toString() {
      return "not " + nested(match);
    }
  }

  /** As a configuration writes it: {@code shop.example.com} or {@code *.example.com}. */
  static Host host(String text) {
    return text.startsWith("*.") ? new HostBelow(text.substring(2)) : new HostIs(text);
  }

  /** As a configuration writes it: {@code /login} or {@code /assets/**}. */
  static Path path(String text) {
    return text.endsWith("/**")
        ? new PathUnder(text.substring(0, text.length() - 3))
        : new PathIs(text);
  }

  /** One of the hosts and one of the paths, each as {@link #host} and {@link #path} read them. */
  static Match of(List<String> hosts, List<String> paths) {
    var anyHost = new Any(hosts.stream().<Match>map(Match::host).toList());
    var anyPath = new Any(paths.stream().<Match>map(Match::path).toList());
    if (hosts.isEmpty()) {
      return paths.isEmpty() ? everything() : simple(anyPath);
    }
    return paths.isEmpty() ? simple(anyHost) : new All(List.of(simple(anyHost), simple(anyPath)));
  }

  /** Whether the request meets the condition. Allocates nothing. */
  default boolean matches(RequestHead head) {
    return switch (this) {
      case HostIs(var host) -> equal(head.bytes(), head.hostStart(), head.hostEnd(), host);
      case HostBelow(var domain) -> {
        int dot = head.hostEnd() - domain.length() - 1;
        yield dot > head.hostStart()
            && head.bytes()[dot] == '.'
            && equal(head.bytes(), dot + 1, head.hostEnd(), domain);
      }
      case PathIs(var path) -> equal(head.bytes(), head.pathStart(), head.pathEnd(), path);
      case PathUnder(var path) -> {
        int end = head.pathStart() + path.length();
        yield end <= head.pathEnd()
            && equal(head.bytes(), head.pathStart(), end, path)
            && (end == head.pathEnd() ? !path.isEmpty() : head.bytes()[end] == '/');
      }
      case All(var all) -> {
        for (int i = 0; i < all.size(); i++) { // no iterator, which would be an object
          if (!all.get(i).matches(head)) {
            yield false;
          }
        }
        yield true;
      }
      case Any(var any) -> {
        for (int i = 0; i < any.size(); i++) {
          if (any.get(i).matches(head)) {
            yield true;
          }
        }
        yield false;
      }
      case Not(var match) -> !match.matches(head);
    };
  }

  private static Match simple(Any any) {
    return any.matches().size() == 1 ? any.matches().getFirst() : any;
  }

  private static boolean equal(byte[] bytes, int start, int end, String text) {
    if (end - start != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if ((bytes[start + i] & 0xff) != text.charAt(i)) {
        return false;
      }
    }
    return true;
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
      case All _, Any _, Not _, Host _, Path _ -> match.toString();
    };
  }
}
