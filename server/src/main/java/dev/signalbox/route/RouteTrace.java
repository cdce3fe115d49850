package dev.signalbox.route;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why a request takes the route that it takes. Made on demand, by the very conditions that decide;
 * the table's own lookup knows nothing of it. Immutable.
 *
 * @param host the host as it was matched
 * @param path the path as it was matched
 * @param rejected the routes before the one that was taken, in order; all, where none was
 * @param taken the route that was taken, or null
 */
public record RouteTrace<V>(
    String host, String path, List<Rejected<V>> rejected, @Nullable Route<V> taken) {
  public RouteTrace {
    rejected = List.copyOf(rejected);
  }

  /**
   * A route that did not match.
   *
   * @param mismatch the first condition that failed
   * @param isSkipped whether the table never looked at it, since it belongs to other hosts or paths
   */
  public record Rejected<V>(Route<V> route, Condition mismatch, boolean isSkipped) {}

  /**
   * One condition, and what a request has for it.
   *
   * @param field what it is about
   * @param actual what the request has there
   * @param expected what the condition wants there
   */
  public record Condition(String field, String actual, String expected, boolean isMet) {
    @Override
    public String toString() {
      return field + ": " + actual + (isMet ? " (is: " : " (expected: ") + expected + ")";
    }
  }

  public static <V> RouteTrace<V> of(RouteTable<V> table, RouteRequest request) {
    var rejected = new ArrayList<Rejected<V>>();
    Route<V> taken = null;
    for (var route : table.routes()) {
      if (route.match().matches(request)) {
        taken = route;
        break;
      }
      boolean isSkipped =
          Box.cover(route.match()).stream().noneMatch(box -> isOpened(box, request));
      rejected.add(new Rejected<>(route, firstFailure(route.match(), request), isSkipped));
    }
    return new RouteTrace<>(request.head().hostText(), request.head().pathText(), rejected, taken);
  }

  /** How many routes the table never looked at. */
  public long skipped() {
    return rejected.stream().filter(Rejected::isSkipped).count();
  }

  private static boolean isOpened(Box box, RouteRequest request) {
    return (box.hosts().isEmpty() || box.hosts().stream().anyMatch(host -> host.matches(request)))
        && (box.paths().isEmpty() || box.paths().stream().anyMatch(path -> path.matches(request)));
  }

  /** The first condition that fails in a match that fails. */
  public static Condition firstFailure(Match match, RouteRequest request) {
    return conditions(match, request).stream()
        .filter(condition -> !condition.isMet())
        .findFirst()
        .orElseThrow();
  }

  /**
   * The conditions that must all hold for a match to hold, each judged by its own {@code matches}.
   * Of alternatives that differ in kind, those of the first that holds.
   */
  public static List<Condition> conditions(Match match, RouteRequest request) {
    var into = new ArrayList<Condition>();
    collect(match, request, into);
    return into;
  }

  private static void collect(Match match, RouteRequest request, List<Condition> into) {
    switch (match) {
      case Match.Host _, Match.Path _, Match.Detail _ -> into.add(one(match, request));
      case Match.All(var all) -> all.forEach(part -> collect(part, request, into));
      case Match.Any(var any) -> collectAny(any, request, into);
      case Match.Not(var not) -> into.add(negated(not, request));
    }
  }

  /** A condition that has no parts. */
  private static Condition one(Match match, RouteRequest request) {
    boolean isMet = match.matches(request);
    return switch (match) {
      case Match.Host host ->
          new Condition("host", shown(request.head().hostText()), wanted(host), isMet);
      case Match.Path path ->
          new Condition("path", shown(request.head().pathText()), wanted(path), isMet);
      case Match.Detail detail ->
          new Condition(detail.subject(), shown(detail.actual(request)), detail.wanted(), isMet);
      case Match.All _, Match.Any _, Match.Not _ -> throw new IllegalArgumentException("has parts");
    };
  }

  private static boolean hasParts(Match match) {
    return match instanceof Match.All || match instanceof Match.Any || match instanceof Match.Not;
  }

  private static void collectAny(List<Match> any, RouteRequest request, List<Condition> into) {
    if (any.isEmpty()) {
      into.add(new Condition("request", "any", "none, since the condition is empty", false));
      return;
    }
    var first = any.stream().filter(match -> match.matches(request)).findFirst();
    if (any.stream().noneMatch(RouteTrace::hasParts)) {
      var each = any.stream().map(match -> one(match, request)).toList();
      var field = each.getFirst().field();
      if (each.stream().allMatch(condition -> condition.field().equals(field))) {
        var expected =
            each.stream().map(Condition::expected).distinct().collect(Collectors.joining(" or "));
        into.add(new Condition(field, each.getFirst().actual(), expected, first.isPresent()));
        return;
      }
    }
    if (first.isPresent()) {
      collect(first.get(), request, into);
      return;
    }
    var actual =
        any.stream()
            .map(match -> firstFailure(match, request))
            .map(condition -> condition.field() + " " + condition.actual())
            .distinct()
            .collect(Collectors.joining(", "));
    into.add(new Condition("request", actual, new Match.Any(any).toString(), false));
  }

  private static Condition negated(Match not, RouteRequest request) {
    boolean isMet = !not.matches(request);
    if (hasParts(not)) {
      return new Condition(
          "request", (isMet ? "not (" : "(") + not + ")", "not (" + not + ")", isMet);
    }
    var inner = one(not, request);
    boolean isAbsent = not instanceof Match.FieldMatch(_, TextTest.Present());
    return new Condition(
        inner.field(), inner.actual(), isAbsent ? "absent" : "not " + inner.expected(), isMet);
  }

  private static String shown(String text) {
    return text.isEmpty() ? "none" : text;
  }

  /** The condition as a configuration writes it. */
  private static String wanted(Match match) {
    var text = match.toString();
    return text.substring(text.indexOf(' ') + 1);
  }
}
