package dev.signalbox.route;

import dev.signalbox.config.ConfigNode.Entries;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Build;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.ObjectShape.Values;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.route.RouteAction.Arm;
import dev.signalbox.route.RouteAction.To;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads from a configuration what a route does, and checks it against the route's match. */
public final class ActionText {
  private static final int HEAVIEST = 1000;

  private static final Shape<List<Arm>> ARMS =
      Shapes.either(
          Shapes.reference("upstream").map(upstream -> List.of(new Arm(upstream, 1))),
          Shapes.byReference("upstream", Shapes.integer(0, HEAVIEST))
              .checked((weights, node, reading) -> {
                boolean isSpread = weights.values().stream().anyMatch(weight -> weight > 0);
                // Weights that are wrong are told already.
                boolean isAll =
                    node instanceof Entries map && map.entries().size() == weights.size();
                if (!isSpread && isAll) {
                  reading.report(
                      node.at(),
                      node.label("no weight above 0"),
                      "an upstream with one, up to 1000");
                }
                return isSpread;
              })
              .map(weights ->
                  weights.entrySet().stream()
                      .map(arm -> new Arm(arm.getKey(), arm.getValue()))
                      .toList()));

  private ActionText() {}

  /** Declares the keys of a route that say what it does. */
  public static Build<RouteAction> keys(Keys keys, ObjectShape.Key<Match> match) {
    var to =
        keys.optional(
            "to",
            ARMS,
            "The upstream that answers, by name; or several with their weights, 0 to 1000.");
    var redirect = keys.optional("redirect", Redirect.SHAPE, "Where the client is sent.");
    var respond = keys.optional("respond", Respond.SHAPE, "A fixed answer.");
    var sticky =
        keys.optional(
            "sticky",
            UserKey.SHAPE,
            "Of several upstreams, a user keeps to one: known by a cookie, a header or the"
                + " client's address.");
    var rewrite =
        keys.optional(
            "rewrite",
            Rewrite.SHAPE,
            "What the upstream is asked for in place of what the client asked for.");
    var mirror = keys.optional("mirror", Mirror.SHAPE, "A second upstream, which gets a copy.");
    keys.exactlyOne(to, redirect, respond);
    return values -> {
      boolean isFine = true;
      for (var onlyWithTo : List.of(sticky, rewrite, mirror)) {
        if (values.has(onlyWithTo) && !values.has(to)) {
          values.report(onlyWithTo, "without \"to\"", "it left out, or \"to\" with an upstream");
          isFine = false;
        }
      }
      if (!isFine) {
        return null;
      }
      var does = action(values, to, sticky, rewrite, mirror, redirect, respond);
      if (does instanceof To(var arms, var user, _, _) && user != null && arms.size() == 1) {
        values.report(sticky, "there is only one upstream", "several under \"to\"");
        return null;
      }
      return does != null && capturesAreFine(values, values.get(match), does) ? does : null;
    };
  }

  private static @Nullable RouteAction action(
      Values values,
      ObjectShape.Key<List<Arm>> to,
      ObjectShape.Key<UserKey> sticky,
      ObjectShape.Key<Rewrite> rewrite,
      ObjectShape.Key<Mirror> mirror,
      ObjectShape.Key<Redirect> redirect,
      ObjectShape.Key<Respond> respond) {
    var arms = values.find(to);
    if (arms != null) {
      return new To(arms, values.find(sticky), values.find(rewrite), values.find(mirror));
    }
    var elsewhere = values.find(redirect);
    return elsewhere != null ? elsewhere : values.find(respond);
  }

  private static boolean capturesAreFine(Values values, Match match, RouteAction does) {
    var rewrite = does instanceof To to ? to.rewrite() : null;
    boolean isFine = true;
    for (var template : does.templates()) {
      var known = new TreeSet<String>();
      if (template.isHost()) {
        known.addAll(ofHost(match));
        known.removeAll(elsewhere(match));
      } else {
        known.addAll(match.captureNames());
        known.addAll(rewrite == null ? Set.of() : rewrite.ownCaptures());
      }
      for (var name : template.captures()) {
        var at = template.position();
        if (!known.contains(name) && at != null) {
          report(values, match, template, name, known);
          isFine = false;
        }
      }
    }
    return isFine;
  }

  private static void report(
      Values values, Match match, Template template, String name, Set<String> known) {
    var at = Objects.requireNonNull(template.position());
    var label = template.label() + ": ";
    if (template.isHost() && elsewhere(match).contains(name)) {
      // What a client may choose freely must not choose the site.
      values.report(
          at,
          label + "the capture {" + name + "} is not of the host",
          "only captures of a regex for the host; others would let clients name the site");
    } else if (!template.isHost() && possible(match).contains(name)) {
      values.report(
          at,
          label + "the capture {" + name + "} is not in every alternative of the match",
          "it in each of them, or a route for each");
    } else if (known.isEmpty()) {
      values.report(
          at,
          label + "the match has no capture {" + name + "}",
          template.isHost()
              ? "a host without captures, or a match with host: {regex: …}"
              : "a match with captures, like path: \"/old/{" + name + "...}\"");
    } else {
      values.unknown(at, label + "the match has no capture {" + name + "}", name, known);
    }
  }

  /** The names that a request's host provides whenever it matches. */
  private static Set<String> ofHost(Match match) {
    return switch (match) {
      case Match.Host host -> host.captureNames();
      case Match.All(var all) -> {
        var names = new HashSet<String>();
        all.forEach(one -> names.addAll(ofHost(one)));
        yield names;
      }
      case Match.Any(var any) -> {
        var names = any.isEmpty() ? new HashSet<String>() : new HashSet<>(ofHost(any.getFirst()));
        any.forEach(one -> names.retainAll(ofHost(one)));
        yield names;
      }
      case Match.Path _, Match.Detail _, Match.Not _ -> Set.of();
    };
  }

  /** The names that something other than the host may provide. */
  private static Set<String> elsewhere(Match match) {
    return switch (match) {
      case Match.Host _, Match.Not _ -> Set.of();
      case Match.Path _, Match.Detail _ -> match.captureNames();
      case Match.All(var all) -> union(all, ActionText::elsewhere);
      case Match.Any(var any) -> union(any, ActionText::elsewhere);
    };
  }

  /** The names that some request which matches has captures for. */
  private static Set<String> possible(Match match) {
    return switch (match) {
      case Match.Not _ -> Set.of();
      case Match.Host _, Match.Path _, Match.Detail _ -> match.captureNames();
      case Match.All(var all) -> union(all, ActionText::possible);
      case Match.Any(var any) -> union(any, ActionText::possible);
    };
  }

  private static Set<String> union(List<Match> matches, Function<Match, Set<String>> names) {
    var all = new HashSet<String>();
    matches.forEach(one -> all.addAll(names.apply(one)));
    return all;
  }
}
