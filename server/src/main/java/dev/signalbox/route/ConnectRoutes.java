package dev.signalbox.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests for tunnels (CONNECT) to the routes that are written for them: those that say
 * {@code method: CONNECT}. Every other route is given a condition against them, so that no
 * catch-all opens a way into the network by accident, and so that whatever reads conditions knows.
 * Pure.
 */
public final class ConnectRoutes {
  private static final Match IS_CONNECT = new Match.MethodIs(List.of("CONNECT"));

  private ConnectRoutes() {}

  /** Whether a match says anything about CONNECT. */
  public static boolean isNamedIn(Match match) {
    return switch (match) {
      case Match.MethodIs(var methods) -> methods.contains("CONNECT");
      case Match.All(var all) -> all.stream().anyMatch(ConnectRoutes::isNamedIn);
      case Match.Any(var any) -> any.stream().anyMatch(ConnectRoutes::isNamedIn);
      case Match.Not(var not) -> isNamedIn(not);
      case Match.Host _, Match.Path _, Match.Detail _ -> false;
    };
  }

  /** The same for everything but tunnels; of a route for these, or for other methods, itself. */
  public static Match kept(Match match) {
    return namesMethods(match) ? match : Match.allOf(List.of(match, new Match.Not(IS_CONNECT)));
  }

  private static boolean namesMethods(Match match) {
    return match instanceof Match.MethodIs
        || (match instanceof Match.All(var all)
            && all.stream().anyMatch(ConnectRoutes::namesMethods));
  }

  /** What is wrong with a route that names CONNECT. */
  public record Mistake(String what, String expected) {}

  /** The first of them, or null. */
  public static @Nullable Mistake mistake(Match match, RouteAction action) {
    if (!isNamedIn(match)) {
      return null;
    }
    if (!isOnlyOnce(match)) {
      return new Mistake(
          "match: CONNECT within any or not, or beside other methods",
          "method: CONNECT, alone, on a route of its own");
    }
    if (asksForMore(match)) {
      return new Mistake(
          "match: method CONNECT with a path, a query or a body, of which it has none",
          "host, or what else is known of the client");
    }
    return switch (action) {
      case RouteAction.To to when to.rewrite() != null ->
          new Mistake("rewrite: of a CONNECT, which has no path", "no rewrite");
      case RouteAction.To to when to.mirror() != null ->
          new Mistake("mirror: of a CONNECT, which can't be copied", "no mirror");
      case Respond respond when respond.status() < 300 ->
          new Mistake(
              "respond: " + respond.status() + " to a CONNECT says that there is a tunnel",
              "a status from 300 to 599");
      case RouteAction.To _, Redirect _, Respond _ -> null;
    };
  }

  /** Whether all that names CONNECT is the one condition that must hold. */
  private static boolean isOnlyOnce(Match match) {
    return switch (match) {
      case Match.All(var all) ->
          all.stream().filter(ConnectRoutes::isNamedIn).allMatch(ConnectRoutes::isOnlyOnce);
      case Match.MethodIs _ -> match.equals(IS_CONNECT);
      case Match.Any _, Match.Not _, Match.Host _, Match.Path _, Match.Detail _ -> false;
    };
  }

  private static boolean asksForMore(Match match) {
    return switch (match) {
      case Match.All(var all) -> all.stream().anyMatch(ConnectRoutes::asksForMore);
      case Match.Any(var any) -> any.stream().anyMatch(ConnectRoutes::asksForMore);
      case Match.Not(var not) -> asksForMore(not);
      case Match.FieldMatch(var field, _) -> field instanceof Field.Query;
      case Match.Path _, BodyField _, ContentTypeIs _ -> true;
      case Match.Host _, Match.Detail _ -> false;
    };
  }
}
