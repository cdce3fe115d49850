package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Position;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request, and what must come of it. Immutable.
 *
 * @param name what it is about; may be empty
 * @param at where it stands in the file
 */
public record RouteTest(String name, WrittenRequest request, Then then, Position at) {
  /**
   * What must come of it; what is null does not matter.
   *
   * @param route {@link #NO_ROUTE} for none
   * @param upstream that answers, or that may, where several share the requests
   * @param redirect the whole Location
   * @param status of an answer that Signalbox gives by itself
   * @param path that the upstream is asked for; the query counts only if there is one
   */
  public record Then(
      @Nullable String route,
      @Nullable String upstream,
      @Nullable String redirect,
      @Nullable Integer status,
      @Nullable String path) {
    /** The name of no route. */
    public static final String NO_ROUTE = "";

    private static final Shape<Then> SHAPE =
        ObjectShape.of(
            "What must come of a request; each key that is there is checked.",
            keys -> {
              var route =
                  keys.optional(
                      "route",
                      Shapes.orNone(Shapes.reference("route"), NO_ROUTE),
                      "The route that takes it; none where none may.");
              var upstream =
                  keys.optional(
                      "upstream",
                      Shapes.reference("upstream"),
                      "The upstream that answers, or one that may where several share.");
              var redirect =
                  keys.optional(
                      "redirect", Shapes.text("a URL or a path"), "Where the client is sent.");
              var status =
                  keys.optional(
                      "status",
                      Shapes.integer(100, 599),
                      "The status of an answer that Signalbox gives by itself; 404 where no route"
                          + " takes it.");
              var path =
                  keys.optional(
                      "path",
                      Shapes.value("asked-path", "^/", List.of("/v1/x", "/x?a=b"), Then::path),
                      "What the upstream is asked for; the query counts only if one is given.");
              return values -> {
                if (!values.hasAny(route, upstream, redirect, status, path)) {
                  values.report(
                      values.at(),
                      "then: nothing",
                      "one of route, upstream, redirect, status, path, or several");
                  return null;
                }
                boolean isUnrouted = NO_ROUTE.equals(values.find(route));
                for (var other : List.of(upstream, redirect, path)) {
                  if (isUnrouted && values.has(other)) {
                    values.report(other, "of no route", "only a status beside route: none");
                    return null;
                  }
                }
                for (var other : List.of(redirect, status)) {
                  if (values.hasAny(upstream, path) && values.has(other)) {
                    values.report(
                        other,
                        "not where an upstream answers",
                        "\"upstream\" and \"path\", or \"redirect\" and \"status\"");
                    return null;
                  }
                }
                return new Then(
                    values.find(route),
                    values.find(upstream),
                    values.find(redirect),
                    values.find(status),
                    values.find(path));
              };
            });

    private static String path(String text) {
      if (!text.startsWith("/")) {
        throw new InvalidValue(text, "does not start with \"/\"", "/" + text);
      }
      return text;
    }
  }

  private static final Shape<RouteTest> ONE =
      ObjectShape.of(
          "A request, and what must come of it.",
          keys -> {
            var name = keys.optional("name", Shapes.text("a text"), "\"\"", "What it is about.");
            var request = RequestText.keys(keys);
            var then = keys.required("then", Then.SHAPE, "What must come of it.");
            return values -> {
              var written = request.build(values);
              return written == null
                  ? null
                  : new RouteTest(values.get(name), written, values.get(then), values.at());
            };
          });

  /** Those of a file. */
  public static final Shape<List<RouteTest>> SHAPE = Shapes.list(ONE);
}
