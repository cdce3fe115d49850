package dev.signalbox.analysis;

import dev.signalbox.config.FileContent;
import dev.signalbox.route.Captures;
import dev.signalbox.route.Match;
import dev.signalbox.route.Redirect;
import dev.signalbox.route.Respond;
import dev.signalbox.route.Rewrite;
import dev.signalbox.route.RouteAction;
import dev.signalbox.route.RouteRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether two rules of different files do the same with requests. Pure. */
public final class Answers {
  private Answers() {}

  /**
   * Whether they do the same with every request that both match. Where what they do is written in
   * the same words, it is, unless captures of different conditions stand in them.
   */
  static boolean areAlike(@Nullable Rule one, @Nullable Rule other) {
    if (one == null || other == null) {
      return one == null && other == null;
    }
    return one.action().equals(other.action())
        && (one.action().templates().stream().allMatch(t -> t.captures().isEmpty())
            || captures(one.match()).equals(captures(other.match())));
  }

  /** The conditions whose captures may be used. */
  private static List<Match> captures(Match match) {
    return switch (match) {
      case Match.All(var all) -> all.stream().flatMap(m -> captures(m).stream()).toList();
      case Match.Any(var any) when any.stream().allMatch(m -> captures(m).isEmpty()) -> List.of();
      case Match.Not _ -> List.of();
      case Match.Any _ -> List.of(match);
      case Match.Host _, Match.Path _, Match.Detail _ ->
          match.captureNames().isEmpty() ? List.of() : List.of(match);
    };
  }

  /** Whether they do the same with this request. Null stands for no rule. */
  public static boolean areSame(@Nullable Rule one, @Nullable Rule other, RouteRequest request) {
    if (one == null || other == null) {
      return one == null && other == null;
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
    if (one == null || other == null) {
      return one == null && other == null;
    }
    return one.path().equals(other.path()) && Arrays.equals(one.bytes(), other.bytes());
  }

  private static Rewrite.@Nullable RewrittenTarget rewritten(
      @Nullable Rewrite rewrite, Rule rule, RouteRequest request) {
    return rewrite == null ? null : rewrite.apply(request, Captures.of(rule.match(), request));
  }
}
