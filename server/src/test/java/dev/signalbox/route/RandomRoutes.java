package dev.signalbox.route;

import dev.signalbox.config.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Small random routes of every kind of condition, and requests made of the same few words, so that
 * much of both meets. The same seed makes the same.
 */
final class RandomRoutes {
  private static final List<String> WORDS = List.of("a", "b", "ab", "A", "");
  private static final List<String> REGEXES =
      List.of("a+", "a|b", "(?i)A.*", "a(?P<x>b?)", "[ab]*", "a?b", ".*", "ab{0,1}");
  private static final List<String> PATH_REGEXES =
      List.of(
          "/a/.*",
          "/a/b?/.*",
          "/(a|b)",
          "/a|/b",
          "^/ab/?",
          ".*b",
          "/a\\|/b|/a",
          "/[ab|]|/a/b",
          "/?");
  private static final List<String> HOST_REGEXES = List.of("a\\..*", "(a|b)(\\.a)?", ".*", "");

  private final Random random;

  RandomRoutes(long seed) {
    this.random = new Random(seed);
  }

  List<Route<Integer>> routes(int most) {
    var routes = new ArrayList<Route<Integer>>();
    int size = 1 + random.nextInt(most);
    for (int i = 0; i < size; i++) {
      routes.add(new Route<>("r" + i, match(0), i));
    }
    return routes;
  }

  private Match match(int depth) {
    return switch (random.nextInt(depth < 3 ? 20 : 15)) {
      case 0 -> Match.host(random.nextInt(3) == 0 ? "*." + host() : host());
      case 1 -> new Match.HostMatches(Regex.of(one(HOST_REGEXES)));
      case 2 -> Match.path(path());
      case 3 -> Match.path(path().replaceAll("/$", "") + "/**");
      case 4 -> template();
      case 5 -> new Match.PathMatches(Regex.of(one(PATH_REGEXES)));
      case 6 -> new Match.MethodIs(some(() -> one(List.of("GET", "POST", "PURGE", "get"))));
      case 7, 8, 9, 10 -> new Match.FieldMatch(field(), test());
      case 11 -> new Match.SchemeIs(random.nextBoolean());
      case 12 -> new Match.ListenerIs(some(() -> one(List.of("web", "admin"))));
      case 13 -> new Match.SourceIn(some(() -> Cidr.parse(one(List.of("10.0.0.0/8", "::/0")))));
      case 14 -> Match.of(List.of(host()), List.of(path()));
      case 15 -> new Match.Not(match(depth + 1));
      case 16 -> new Match.Any(matches(depth));
      default -> new Match.All(matches(depth));
    };
  }

  private List<Match> matches(int depth) {
    var matches = new ArrayList<Match>();
    for (int i = random.nextInt(4); i > 0; i--) {
      matches.add(match(depth + 1));
    }
    return matches;
  }

  private Field field() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> new Field.Header("x-a");
      case 2 -> new Field.Cookie("c");
      case 3, 4 -> new Field.Query(one(List.of("q", "a b")));
      default -> new Field.Sni();
    };
  }

  private TextTest test() {
    boolean anyCase = random.nextInt(3) == 0;
    return switch (random.nextInt(9)) {
      case 0, 1 -> new TextTest.Is(value(), anyCase);
      case 2 -> new TextTest.OneOf(some(this::value), anyCase);
      case 3 -> new TextTest.Prefix(value(), anyCase);
      case 4 -> new TextTest.Suffix(value(), anyCase);
      case 5 -> new TextTest.Contains(value(), anyCase);
      case 6 -> new TextTest.Matches(Regex.of(one(REGEXES)));
      case 7 -> new TextTest.Range(random.nextInt(3), 3 + random.nextInt(3));
      default -> new TextTest.Present();
    };
  }

  private Match template() {
    var text = new StringBuilder();
    int segments = 1 + random.nextInt(3);
    for (int i = 0; i < segments; i++) {
      text.append('/').append(random.nextBoolean() ? "{n" + i + "}" : one(WORDS));
    }
    if (random.nextInt(3) == 0) {
      text.append("/{rest...}");
    }
    return PathTemplate.parse(text.toString());
  }

  OfflineRequest request() {
    var request =
        OfflineRequest.of(
                one(List.of("GET", "GET", "POST", "PURGE", "get")),
                (random.nextInt(8) == 0
                        ? ""
                        : (random.nextBoolean() ? "http://" : "https://") + host())
                    + path()
                    + query())
            .listener(one(List.of("web", "admin")))
            .sni(random.nextBoolean() ? null : value())
            .client(address());
    for (int i = random.nextInt(3); i > 0; i--) {
      request.header(one(List.of("X-A", "x-a")), value());
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      var cookie = one(List.of("c", "d")) + "=" + one(List.of("a", "\"ab\"", "3", ""));
      request.header("Cookie", random.nextBoolean() ? cookie : "e=1; " + cookie + " ;c=b");
    }
    return request.build();
  }

  private String query() {
    var query = new StringBuilder(random.nextInt(3) == 0 ? "" : "?");
    for (int i = query.isEmpty() ? 0 : random.nextInt(3); i > 0; i--) {
      query.append(one(List.of("q", "%71", "a+b", "a%20b", "r")));
      query.append(one(List.of("", "=")));
      query.append(one(List.of("a", "b", "%61%62", "3", "%C3%A4", "+")));
      query.append(i > 1 ? "&" : "");
    }
    return query.toString();
  }

  private InetAddress address() {
    try {
      return InetAddress.getByAddress(
          random.nextBoolean() ? new byte[] {10, 0, 0, 1} : new byte[16]);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private String value() {
    return one(List.of("a", "b", "ab", "A", "", "3", "ä", " "));
  }

  private String host() {
    var host = new StringBuilder(one(List.of("a", "b")));
    for (int i = random.nextInt(3); i > 0; i--) {
      host.append('.').append(one(List.of("a", "b")));
    }
    return host.toString();
  }

  private String path() {
    var path = new StringBuilder("/");
    for (int i = random.nextInt(4); i > 0; i--) {
      path.append(one(WORDS));
      path.append(i > 1 || random.nextInt(3) == 0 ? "/" : "");
    }
    return path.toString();
  }

  private <T> List<T> some(Supplier<T> item) {
    var items = new ArrayList<T>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      items.add(item.get());
    }
    return items;
  }

  private <T> T one(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }
}
