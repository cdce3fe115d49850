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
   * @param isSkipped whether the table never looked at it, since it belongs to other hosts
   */
  public record Rejected<V>(Route<V> route, Mismatch mismatch, boolean isSkipped) {}

  /**
   * A condition that failed.
   *
   * @param field what it is about
   * @param actual what the request has there
   * @param expected what the condition wants there
   */
  public record Mismatch(String field, String actual, String expected) {
    @Override
    public String toString() {
      return field + ": " + actual + " (expected: " + expected + ")";
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
      rejected.add(new Rejected<>(route, mismatch(route.match(), request), isSkipped));
    }
    return new RouteTrace<>(request.head().hostText(), request.head().pathText(), rejected, taken);
  }

  /** How many routes the table never looked at. */
  public long skipped() {
    return rejected.stream().filter(Rejected::isSkipped).count();
  }

  private static boolean isOpened(Box box, RouteRequest request) {
    return box.hosts().isEmpty() || box.hosts().stream().anyMatch(host -> host.matches(request));
  }

  /** The first condition that fails in one that fails. */
  private static Mismatch mismatch(Match match, RouteRequest request) {
    return switch (match) {
      case Match.Host host -> new Mismatch("host", shown(request.head().hostText()), wanted(host));
      case Match.Path path -> new Mismatch("path", shown(request.head().pathText()), wanted(path));
      case Match.Detail detail ->
          new Mismatch(detail.subject(), shown(detail.actual(request)), detail.wanted());
      case Match.All(var all) ->
          mismatch(
              all.stream().filter(m -> !m.matches(request)).findFirst().orElseThrow(), request);
      case Match.Any(var any) -> noneOf(any, request);
      case Match.Not(var not) -> new Mismatch("request", "meets " + not, "that it does not");
    };
  }

  private static Mismatch noneOf(List<Match> any, RouteRequest request) {
    if (any.isEmpty()) {
      return new Mismatch("request", "any", "none, since the condition is empty");
    }
    var mismatches = any.stream().map(match -> mismatch(match, request)).toList();
    var first = mismatches.getFirst();
    boolean isOneField = mismatches.stream().allMatch(m -> m.field().equals(first.field()));
    return isOneField
        ? new Mismatch(
            first.field(),
            first.actual(),
            mismatches.stream()
                .map(Mismatch::expected)
                .distinct()
                .collect(Collectors.joining(" or ")))
        : new Mismatch(
            "request",
            mismatches.stream()
                .map(m -> m.field() + " " + m.actual())
                .distinct()
                .collect(Collectors.joining(", ")),
            new Match.Any(any).toString());
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
