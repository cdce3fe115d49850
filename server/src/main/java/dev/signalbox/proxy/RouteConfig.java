package dev.signalbox.proxy;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Position;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.route.ActionText;
import dev.signalbox.route.Allowance;
import dev.signalbox.route.ConnectRoutes;
import dev.signalbox.route.Expectation;
import dev.signalbox.route.Match;
import dev.signalbox.route.MatchText;
import dev.signalbox.route.RouteAction;
import dev.signalbox.route.RouteAction.To;
import java.util.List;
import java.util.function.Function;

/**
 * A route as it is configured.
 *
 * @param why what it is for, in the operator's words; may be empty
 * @param allow the findings of {@code check} that are meant to be so
 * @param upgrades the protocols that clients may switch to
 * @param grpc what it does about gRPC
 * @param expect requests that must land here
 * @param at where it stands in the file
 */
public record RouteConfig(
    String name,
    String why,
    List<Allowance> allow,
    Match match,
    RouteAction action,
    RouteTimeouts timeouts,
    Upgrades upgrades,
    GrpcOptions grpc,
    List<Expectation> expect,
    Position at) {
  private static final Shape<Function<RouteTimeouts, RouteConfig>> ONE =
      ObjectShape.of(
          "What happens to the requests that match.",
          keys -> {
            var name = keys.required("name", Shapes.name("route"), "Its name in logs and metrics.");
            var why =
                keys.optional(
                    "why",
                    Shapes.text("a text"),
                    "\"\"",
                    "What it is for, for whoever reads it next.");
            var allow =
                keys.optional(
                    "allow",
                    Allowance.SHAPE,
                    "[]",
                    "Findings of check about this route that are meant to be so.");
            var match =
                keys.optional(
                    "match",
                    MatchText.SHAPE,
                    "{}",
                    "Which requests it takes; left out, it takes every one.");
            var action = ActionText.keys(keys, match);
            var timeouts =
                keys.optional(
                    "timeouts",
                    RouteTimeouts.OVERRIDES,
                    "{}",
                    "How long an exchange may take, where it differs from that of all routes.");
            var upgrades =
                keys.optional(
                    "upgrades",
                    Upgrades.SHAPE,
                    "[websocket]",
                    "The protocols that clients may switch to; to others the upstream is not asked"
                        + " to switch.");
            var retry =
                keys.optional(
                    "retry",
                    GrpcOptions.RETRY,
                    "{}",
                    "What is tried again, beside what is known to be harmless.");
            var grpcWeb =
                keys.optional(
                    "grpc-web",
                    Shapes.bool(),
                    "false",
                    "Whether calls of gRPC-Web, as browsers make them, go on as gRPC.");
            var expect =
                keys.optional(
                    "expect",
                    Expectation.SHAPE,
                    "[]",
                    "Requests that must land here: signalbox test says which do not.");
            return values -> {
              var does = action.build(values);
              boolean isFine = does != null;
              for (var onlyWithTo : List.of(upgrades, retry, grpcWeb)) {
                if (does != null && !(does instanceof To) && values.has(onlyWithTo)) {
                  values.report(
                      onlyWithTo, "without \"to\"", "it left out, or \"to\" with an upstream");
                  isFine = false;
                }
              }
              return does == null || !isFine
                  ? null
                  : ofAllRoutes ->
                      new RouteConfig(
                          values.get(name),
                          values.get(why),
                          values.get(allow),
                          values.get(match),
                          does,
                          values.get(timeouts).over(ofAllRoutes),
                          values.get(upgrades),
                          new GrpcOptions(values.get(retry), values.get(grpcWeb)),
                          values.get(expect),
                          values.at());
            };
          });

  public RouteConfig {
    allow = List.copyOf(allow);
    expect = List.copyOf(expect);
  }

  /** The same, but that requests for tunnels are not for it unless it says so. */
  public RouteConfig keptFromConnect() {
    return new RouteConfig(
        name, why, allow, ConnectRoutes.kept(match), action, timeouts, upgrades, grpc, expect, at);
  }

  /** All routes in their order, once the timeouts of all routes are known. */
  public static final Shape<Function<RouteTimeouts, List<RouteConfig>>> SHAPE =
      Shapes.list(ONE)
          .map(routes -> ofAll -> routes.stream().map(route -> route.apply(ofAll)).toList());
}
