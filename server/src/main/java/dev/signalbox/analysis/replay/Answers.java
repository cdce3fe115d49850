package dev.signalbox.analysis.replay;

import dev.signalbox.analysis.Rule;
import dev.signalbox.config.FileContent;
import dev.signalbox.route.Captures;
import dev.signalbox.route.Redirect;
import dev.signalbox.route.Respond;
import dev.signalbox.route.Rewrite;
import dev.signalbox.route.RouteAction;
import dev.signalbox.route.RouteRequest;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether two rules of different files do the same with a request. Pure. */
final class Answers {
  private Answers() {}

  /** Null stands for no rule. */
  static boolean areSame(@Nullable Rule one, @Nullable Rule other, RouteRequest request) {
    if (one == null || other == null) {
      return one == other;
    }
    return switch (one.action()) {
      case RouteAction.To to ->
          other.action() instanceof RouteAction.To otherTo
              && to.arms().equals(otherTo.arms())
              && Objects.equals(to.sticky(), otherTo.sticky())
              && Objects.equals(to.mirror(), otherTo.mirror())
              && Objects.equals(
                  rewritten(to.rewrite(), one, request),
                  rewritten(otherTo.rewrite(), other, request));
      case Redirect redirect ->
          other.action() instanceof Redirect otherRedirect
              && redirect.status() == otherRedirect.status()
              && Objects.equals(
                  redirect.location(request, Captures.of(one.match(), request)),
                  otherRedirect.location(request, Captures.of(other.match(), request)));
      case Respond respond ->
          other.action() instanceof Respond otherRespond
              && respond.status() == otherRespond.status()
              && respond.headers().equals(otherRespond.headers())
              && respond.body().equals(otherRespond.body())
              && areSame(respond.file(), otherRespond.file());
    };
  }

  private static boolean areSame(@Nullable FileContent one, @Nullable FileContent other) {
    return one == null || other == null
        ? one == other
        : one.path().equals(other.path()) && Arrays.equals(one.bytes(), other.bytes());
  }

  private static Rewrite.@Nullable RewrittenTarget rewritten(
      @Nullable Rewrite rewrite, Rule rule, RouteRequest request) {
    return rewrite == null ? null : rewrite.apply(request, Captures.of(rule.match(), request));
  }
}
