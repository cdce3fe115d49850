package dev.signalbox.analysis;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Json;
import dev.signalbox.route.RouteTest;
import dev.signalbox.route.RouteTest.Then;
import dev.signalbox.route.RouteTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of the tests of a file: those of its {@code tests}, and the expectations of its routes.
 * Immutable.
 */
public record TestRun(List<Result> results) {
  /**
   * One test.
   *
   * @param failures what is not as it must be, each {@code route: shop (expected: login)}; none
   *     where all is
   * @param explained why not, in the words of explain; empty where nothing is to be said
   */
  public record Result(RouteTest test, List<String> failures, List<String> explained) {
    public Result {
      failures = List.copyOf(failures);
      explained = List.copyOf(explained);
    }

    public boolean isFine() {
      return failures.isEmpty();
    }

    /** What it is about. */
    public String title() {
      var request = test.request().toString();
      return test.name().isEmpty() ? request : test.name() + ": " + request;
    }
  }

  public TestRun {
    results = List.copyOf(results);
  }

  /** Runs all tests of the decider's file, in the order of the file. */
  public static TestRun of(Decider decider) {
    return new TestRun(decider.file().tests().stream().map(test -> run(test, decider)).toList());
  }

  public boolean isFine() {
    return results.stream().allMatch(Result::isFine);
  }

  public long failed() {
    return results.stream().filter(result -> !result.isFine()).count();
  }

  private static Result run(RouteTest test, Decider decider) {
    Decision decision;
    try {
      decision = decider.decide(test.request());
    } catch (InvalidValue e) {
      return new Result(test, List.of(String.valueOf(e.getMessage())), List.of());
    }
    var failures = new ArrayList<String>();
    check(test.then(), decision, failures);
    return new Result(
        test, failures, failures.isEmpty() ? List.of() : explained(test, decision, decider));
  }

  private static void check(Then then, Decision decision, List<String> failures) {
    var rule = decision.rule();
    var outcome = decision.outcome();
    if (then.route() != null) {
      compare("route", rule == null ? "none" : rule.name(), shownRoute(then.route()), failures);
    }
    if (then.upstream() != null) {
      boolean mayGo =
          outcome instanceof Outcome.Forwarded to
              && to.arms().stream()
                  .anyMatch(arm -> arm.upstream().equals(then.upstream()) && to.mayTake(arm));
      compare("upstream", mayGo ? then.upstream() : upstream(outcome), then.upstream(), failures);
    }
    if (then.redirect() != null) {
      var actual =
          outcome instanceof Outcome.Redirected(_, var location) ? location : kind(outcome);
      compare("redirect", actual, then.redirect(), failures);
    }
    if (then.status() != null) {
      compare("status", status(outcome), String.valueOf(then.status()), failures);
    }
    if (then.path() != null) {
      var actual = outcome instanceof Outcome.Forwarded to ? to.target() : kind(outcome);
      int mark = actual.indexOf('?');
      boolean isWhole = then.path().indexOf('?') >= 0 || mark < 0;
      compare("path", isWhole ? actual : actual.substring(0, mark), then.path(), failures);
    }
  }

  private static String shownRoute(String name) {
    return name.equals(Then.NO_ROUTE) ? "none" : name;
  }

  private static void compare(String what, String actual, String expected, List<String> failures) {
    if (!actual.equals(expected)) {
      failures.add(what + ": " + actual + " (expected: " + expected + ")");
    }
  }

  private static String upstream(Outcome outcome) {
    if (!(outcome instanceof Outcome.Forwarded to)) {
      return kind(outcome);
    }
    var names = to.arms().stream().filter(to::mayTake).map(arm -> arm.upstream()).toList();
    return String.join(" or ", names);
  }

  private static String kind(Outcome outcome) {
    return switch (outcome) {
      case Outcome.NoHandshake _ -> "none, but no handshake";
      case Outcome.Unrouted _ -> "none, but a 404";
      case Outcome.Refused(int status, _) -> "none, but a " + status;
      case Outcome.Answered(var respond) -> "none, but a " + respond.status();
      case Outcome.Redirected(int status, _) -> "none, but a redirect with " + status;
      case Outcome.Forwarded to -> "none, but upstream " + upstream(to);
    };
  }

  private static String status(Outcome outcome) {
    return switch (outcome) {
      case Outcome.NoHandshake _ -> "none, for there is no handshake";
      case Outcome.Unrouted _ -> "404";
      case Outcome.Refused(int status, _) -> String.valueOf(status);
      case Outcome.Answered(var respond) -> String.valueOf(respond.status());
      case Outcome.Redirected(int status, _) -> String.valueOf(status);
      case Outcome.Forwarded to -> "that of upstream " + upstream(to);
    };
  }

  /** What explain says first about the route that should have taken it, and who did. */
  private static List<String> explained(RouteTest test, Decision decision, Decider decider) {
    var lines = new ArrayList<String>();
    if (decision.isBeforeRoutes()) {
      return List.of(
          "listener "
              + decision.arrival().listener().name()
              + " decides: "
              + own(decision.outcome()));
    }
    var taken = decision.rule();
    var wanted = named(test.then().route(), decider);
    if (wanted != null && (taken == null || taken.index() != wanted.index())) {
      if (wanted.match().matches(decision.request())) {
        lines.add(wanted + " matches, too, but stands further down");
      } else {
        lines.add(wanted + ": " + RouteTrace.firstFailure(wanted.match(), decision.request()));
      }
    }
    if (taken != null) {
      lines.add(taken + " takes it: " + taken.match());
    }
    return lines;
  }

  private static String own(Outcome outcome) {
    return switch (outcome) {
      case Outcome.NoHandshake(var why) -> "no handshake; " + why;
      case Outcome.Refused(int status, var why) -> status + ", " + why;
      case Outcome.Redirected(int status, var location) -> status + " to " + location;
      case Outcome.Unrouted _, Outcome.Answered _, Outcome.Forwarded _ -> kind(outcome);
    };
  }

  private static @Nullable Rule named(@Nullable String name, Decider decider) {
    return decider.file().rules().stream()
        .filter(rule -> rule.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** Those that failed, as people read them; each with its place in front. Ends with the count. */
  public String text(boolean isEachShown) {
    var out = new StringBuilder();
    for (var result : results) {
      if (result.isFine() && !isEachShown) {
        continue;
      }
      out.append(result.isFine() ? "ok      " : "FAILED  ").append(result.title()).append('\n');
      if (!result.isFine()) {
        out.append("        at ").append(result.test().at()).append('\n');
        result.failures().forEach(line -> out.append("        ").append(line).append('\n'));
        result.explained().forEach(line -> out.append("        ").append(line).append('\n'));
      }
    }
    return out.toString();
  }

  /** As in {@code 12 tests, 1 failed}. */
  public String summary() {
    int all = results.size();
    return all
        + (all == 1 ? " test, " : " tests, ")
        + (isFine() ? "all fine" : failed() + " failed");
  }

  /** For machines. */
  public Map<String, Object> json(String file) {
    var tests = new ArrayList<Object>();
    for (var result : results) {
      tests.add(
          Json.object(
              "name",
              result.test().name().isEmpty() ? null : result.test().name(),
              "request",
              result.test().request().toString(),
              "line",
              result.test().at().line(),
              "column",
              result.test().at().column(),
              "ok",
              result.isFine(),
              "failures",
              result.failures(),
              "explained",
              result.explained()));
    }
    return Json.object("file", file, "failed", failed(), "tests", tests);
  }
}
