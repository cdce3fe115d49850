package dev.signalbox.analysis;

import dev.signalbox.http.Ascii;
import dev.signalbox.route.Captures;
import dev.signalbox.route.Mirror;
import dev.signalbox.route.Redirect;
import dev.signalbox.route.Respond;
import dev.signalbox.route.RouteAction.Arm;
import dev.signalbox.route.RouteAction.To;
import dev.signalbox.route.RouteRequest;
import dev.signalbox.route.Split;
import dev.signalbox.route.UserKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of a request, by the functions that serving runs. Immutable. */
public sealed interface Outcome {
  /** There is no connection by which it could come. */
  record NoHandshake(String why) implements Outcome {}

  /** No route takes it. */
  record Unrouted() implements Outcome {}

  /** A route takes it, and cannot do with it what it would. */
  record Refused(int status, String why) implements Outcome {}

  /** Signalbox answers. */
  record Answered(Respond respond) implements Outcome {}

  /** The client is sent elsewhere. */
  record Redirected(int status, String location) implements Outcome {}

  /**
   * An upstream answers.
   *
   * @param arms those that share the requests; those with a weight of 0 too
   * @param chosen the one that this request takes; null where chance decides
   * @param sticky what keeps a user on one arm, or null
   * @param target path and query that are asked for
   * @param isRewritten whether the target or the host is another than the request's
   * @param host that is asked for in place of the request's, or null
   */
  record Forwarded(
      List<Arm> arms,
      @Nullable Arm chosen,
      @Nullable UserKey sticky,
      String target,
      @Nullable String host,
      boolean isRewritten,
      @Nullable Mirror mirror)
      implements Outcome {
    public Forwarded {
      arms = List.copyOf(arms);
    }

    /** Of all requests of the route, in percent. */
    double share(Arm arm) {
      int sum = arms.stream().mapToInt(Arm::weight).sum();
      return 100.0 * arm.weight() / sum;
    }

    /** Whether this request may take that arm. */
    boolean mayTake(Arm arm) {
      return chosen == null ? arm.weight() > 0 : chosen.equals(arm);
    }
  }

  static Outcome of(Rule rule, RouteRequest request, Captures captures) {
    return switch (rule.action()) {
      case Respond respond -> new Answered(respond);
      case Redirect redirect -> {
        var location = redirect.location(request, captures);
        yield location == null
            ? new Refused(400, "the redirect needs a host, and the request names none")
            : new Redirected(redirect.status(), location);
      }
      case To to -> forwarded(rule, to, request, captures);
    };
  }

  private static Outcome forwarded(Rule rule, To to, RouteRequest request, Captures captures) {
    var head = request.head();
    var asked =
        head.isConnect()
            ? Ascii.text(head.bytes(), head.authorityStart(), head.authorityEnd())
            : head.pathText() + Ascii.text(head.bytes(), head.queryStart(), head.queryEnd());
    var target = asked;
    String host = null;
    if (to.rewrite() != null) {
      var rewritten = to.rewrite().apply(request, captures);
      if (rewritten.mistake() != null) {
        return new Refused(400, "what the route rewrites it to has " + rewritten.mistake());
      }
      target = rewritten.path() + rewritten.query();
      host = rewritten.host();
    }
    return new Forwarded(
        to.arms(),
        chosen(rule, to, request),
        to.arms().size() == 1 ? null : to.sticky(),
        target,
        host,
        host != null || !target.equals(asked),
        to.mirror());
  }

  private static @Nullable Arm chosen(Rule rule, To to, RouteRequest request) {
    var possible = to.arms().stream().filter(arm -> arm.weight() > 0).toList();
    if (to.arms().size() == 1 || possible.size() == 1) {
      return to.arms().size() == 1 ? to.arms().getFirst() : possible.getFirst();
    }
    boolean isKnown =
        to.sticky() != null && to.sticky().hash(request, UserKey.salt(rule.name())) != 0;
    return isKnown ? to.arms().get(new Split(rule.name(), to).choose(request, () -> 0L)) : null;
  }
}
